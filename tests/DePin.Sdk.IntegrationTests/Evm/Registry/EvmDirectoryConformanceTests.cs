using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm.Registry;
using DePin.Sdk.Identity;
using DePin.Sdk.Market;
using DePin.Sdk.Testing.Conformance;
using DePin.Sdk.Transport;

namespace DePin.Sdk.IntegrationTests.Evm.Registry;

/// <summary>The directory of a registry on a real node does what every directory does.</summary>
public sealed class EvmDirectoryConformanceTests
{
    private static readonly SignatureVerifiers Verifiers = SignatureVerifiers.Default.With(new Secp256k1Verifier());

    public static TheoryData<string> Cases => [.. DirectoryConformance.CaseNames];

    [AnvilTheory]
    [MemberData(nameof(Cases))]
    public async Task Conformance(string name)
    {
        await using var chain = await RegistryTestChain.StartAsync();
        await using var connector = new InProcessConnector();
        var keys = new List<Secp256k1Signer>();
        var open = new List<EvmProviderDirectory>();
        using var suite = new DirectoryConformance(ListAsync, CreateSigner, Verifiers);
        try
        {
            await suite.RunAsync(name).WaitAsync(TimeSpan.FromMinutes(2));
        }
        finally
        {
            foreach (var directory in open)
            {
                await directory.DisposeAsync();
            }
        }

        ISigner CreateSigner()
        {
            keys.Add(Secp256k1Signer.Create());
            return keys[^1];
        }

        async Task<IProviderDirectory> ListAsync(IReadOnlyList<Offer> offers, TimeProvider time)
        {
            foreach (var own in offers.GroupBy(offer => offer.Provider))
            {
                var provider = new ListedProvider(connector, $"provider-{keys.FindIndex(key => key.PublicKey == own.Key)}", [.. own]);
                await chain.RegisterAsync(keys.Single(key => key.PublicKey == own.Key), provider.Endpoint);
            }

            var directory = await EvmProviderDirectory.OpenAsync(chain.Client, chain.Registry.Address, connector: connector, timeProvider: time);
            open.Add(directory);
            return directory;
        }
    }
}
