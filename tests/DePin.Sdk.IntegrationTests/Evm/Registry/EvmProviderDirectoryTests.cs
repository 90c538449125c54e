using System.Text.Json.Nodes;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Accounts;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Logs;
using DePin.Sdk.Chains.Evm.Registry;
using DePin.Sdk.Chains.Evm.Sending;
using DePin.Sdk.Market;
using DePin.Sdk.Testing;
using DePin.Sdk.Testing.Market;
using DePin.Sdk.Transport;

namespace DePin.Sdk.IntegrationTests.Evm.Registry;

public sealed class EvmProviderDirectoryTests : IAsyncLifetime
{
    private readonly CancellationToken _limit = new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;
    private readonly ManualTimeProvider _time = new(SampleOffers.IssuedAt.AddSeconds(1));
    private readonly InProcessConnector _connector = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("depin-test-");
    private RegistryTestChain? _chain;
    private int _next;

    private RegistryTestChain Chain => _chain!;

    public async Task InitializeAsync() => _chain = AnvilFixture.MissingReason is null ? await RegistryTestChain.StartAsync().WaitAsync(TimeSpan.FromMinutes(5)) : null;

    public async Task DisposeAsync()
    {
        await _connector.DisposeAsync();
        if (_chain is not null)
        {
            await _chain.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    [AnvilFact]
    public async Task Query_ProviderUnstakes_IsNoLongerListed()
    {
        var (key, provider) = await ProviderAsync();
        var staker = await Chain.RegisterAsync(key, provider.Endpoint);
        await using var directory = await OpenAsync();
        Assert.Single(await QueryAsync(directory));

        await Chain.Registry.RequestUnstakeAsync(staker, RegistryTestChain.Stake - RegistryTestChain.MinStake, _limit);
        Assert.Single(await CatchUpAndQueryAsync(directory));

        await Chain.Registry.RequestUnstakeAsync(staker, RegistryTestChain.MinStake, _limit);
        Assert.Empty(await CatchUpAndQueryAsync(directory));
        var listing = Assert.Single(directory.ListProviders());
        Assert.Equal((RegistryTestChain.Stake, UInt128.Zero, false), (listing.Provider.Thawing, listing.Provider.Stake, listing.Provider.IsActive));

        await Chain.Registry.CancelUnstakeAsync(staker, _limit);
        Assert.Single(await CatchUpAndQueryAsync(directory));
    }

    [AnvilFact]
    public async Task Query_MinimumRaised_LeavesSmallStakesOut()
    {
        var (small, first) = await ProviderAsync();
        var (large, second) = await ProviderAsync();
        await Chain.RegisterAsync(small, first.Endpoint, RegistryTestChain.MinStake);
        await Chain.RegisterAsync(large, second.Endpoint);
        await using var directory = await OpenAsync();
        Assert.Equal(2, (await QueryAsync(directory)).Count);

        await Chain.CallAsOwnerAsync(Chain.Registry.Address, "setMinStake(uint96)", RegistryTestChain.MinStake + 1);

        Assert.Equal(large.PublicKey, Assert.Single(await CatchUpAndQueryAsync(directory)).Provider);
    }

    [AnvilFact]
    public async Task Query_RegistrationReorganisedAway_IsForgottenAndFoundAgain()
    {
        var (key, provider) = await ProviderAsync();
        await using var directory = await OpenAsync();
        var staker = await Chain.CreateStakerAsync();
        await Chain.Registry.RegisterAsync(staker, RegistryTestChain.Registration(provider.Endpoint), key, _limit);
        Assert.Single(await CatchUpAndQueryAsync(directory));

        // The block of the registration is replaced by an empty one; the node announces nothing.
        Chain.Chain.Transport.IsMining = false;
        await Chain.Chain.Node.CallAsync("anvil_reorg", [1, new JsonArray()], _limit);
        Assert.Null(await Chain.Registry.GetProviderAsync(staker.Address, _limit));
        Assert.Empty(await CatchUpAndQueryAsync(directory));
        Assert.Empty(directory.ListProviders());

        // The sender notices that the chain lost its transaction, and sends it again.
        Chain.Chain.Transport.IsMining = true;
        while (await Chain.Registry.GetProviderAsync(staker.Address, _limit) is null)
        {
            await Task.Delay(10, _limit);
        }

        Assert.Equal(key.PublicKey, Assert.Single(await CatchUpAndQueryAsync(directory)).Provider);
    }

    [AnvilFact]
    public async Task Query_OffersOfOtherKeys_AreLeftOut()
    {
        var (key, provider) = await ProviderAsync();
        using var stranger = Secp256k1Signer.Create();
        using var other = Identity.P256Signer.Create();
        provider.Offer(await OfferAsync(key), await OfferAsync(stranger), await SampleOffers.SignedAsync(other, 1, 2));
        await Chain.RegisterAsync(key, provider.Endpoint);
        await using var directory = await OpenAsync();

        Assert.Equal(key.PublicKey, Assert.Single(await QueryAsync(directory)).Provider);
    }

    [AnvilFact]
    public async Task Query_OfferPaidToAnotherAccountOfTheChain_IsLeftOut()
    {
        var (key, provider) = await ProviderAsync();
        var payee = EvmAddress.Parse("0x00000000000000000000000000000000000000a1");
        var thief = EvmAddress.Parse("0x00000000000000000000000000000000000000a2");
        var right = await (SampleOffers.Unsigned(key.PublicKey, 1, 1, "right") with { Payee = EvmCaip.ToAccountId(31337, payee) }).SignAsync(key);
        var wrong = await (SampleOffers.Unsigned(key.PublicKey, 1, 1, "wrong") with { Payee = EvmCaip.ToAccountId(31337, thief) }).SignAsync(key);
        provider.Offer(right, wrong);
        await Chain.RegisterAsync(key, provider.Endpoint, payee: payee);
        await using var directory = await OpenAsync();

        Assert.Equal("right", Assert.Single(await QueryAsync(directory)).Model);
    }

    [AnvilFact]
    public async Task Query_KeyScheduled_TakesBothUntilItTakesOver()
    {
        var (first, provider) = await ProviderAsync();
        var second = Chain.CreateKey();
        provider.Offer(await OfferAsync(first), await OfferAsync(second));
        var staker = await Chain.RegisterAsync(first, provider.Endpoint);
        await using var directory = await OpenAsync();
        Assert.Equal(first.PublicKey, Assert.Single(await QueryAsync(directory)).Provider);

        // The directory goes by the consumer's clock, which is years ahead of the node's here.
        await Chain.Registry.ScheduleKeyAsync(staker, second, _limit);
        Assert.Equal(second.PublicKey, Assert.Single(await CatchUpAndQueryAsync(directory)).Provider);
        var from = (await Chain.Registry.GetProviderAsync(staker.Address, _limit))!.NextKeyFrom;
        var listing = Assert.Single(directory.ListProviders()).Provider;
        Assert.True(listing.IsKey(first.GetEvmAddress(), from.AddSeconds(-1)));
        Assert.True(listing.IsKey(second.GetEvmAddress(), from.AddSeconds(-1)));
        Assert.False(listing.IsKey(first.GetEvmAddress(), from));
        Assert.True(listing.IsKey(second.GetEvmAddress(), from));
    }

    [AnvilFact]
    public async Task Query_DocumentThatCannotBeHad_LeavesItsProviderOutAndSaysWhy()
    {
        var (good, provider) = await ProviderAsync();
        await Chain.RegisterAsync(good, provider.Endpoint);
        var document = new EvmProviderDocument { Endpoints = [provider.Endpoint] };
        var other = new EvmProviderDocument { Endpoints = [new Uri("inproc://elsewhere/")] };
        var wrongHash = await RegisterAsync(document.ToBytes(), other.ToDataUri());
        var noScheme = await RegisterAsync(document.ToBytes(), "ipfs://bafy");
        var unreachable = await RegisterAsync(document.ToBytes(), "http://127.0.0.1:1/provider.json");
        var nobody = await RegisterAsync(other.ToBytes(), other.ToDataUri());
        await using var directory = await OpenAsync();

        Assert.Equal(good.PublicKey, Assert.Single(await QueryAsync(directory)).Provider);

        Assert.Equal(DePinErrorCode.InvalidFrame, CodeOf(wrongHash));
        Assert.Equal(DePinErrorCode.Unsupported, CodeOf(noScheme));
        Assert.Equal(DePinErrorCode.Unavailable, CodeOf(unreachable));
        Assert.Equal(DePinErrorCode.Unavailable, CodeOf(nobody));

        DePinErrorCode CodeOf(EvmAddress address) => Assert.IsType<DePinException>(directory.ListProviders().Single(listing => listing.Provider.Address == address).Failure, exactMatch: false).Code;
    }

    [AnvilFact]
    public async Task Query_UriThatIsNoText_StopsNobodyElse()
    {
        var (key, provider) = await ProviderAsync();
        var staker = await Chain.CreateStakerAsync();
        await Chain.Registry.RegisterAsync(staker, RegistryTestChain.Registration(provider.Endpoint), Chain.CreateKey(), _limit);
        byte[] selector = AbiFunction.Parse("setDocument(address,address,bytes32,string)").Selector.ToArray();
        byte[] data = [.. selector, .. AbiType.Parse("(address,address,bytes32,bytes)").Encode(staker.Address, staker.Address, default(Hash32), new byte[] { 0xFF, 0xFE, 0x80 })];
        await staker.SendAsync(new EvmTransactionRequest { To = Chain.Registry.Address, Data = data }, _limit);
        await Chain.RegisterAsync(key, provider.Endpoint);
        await using var directory = await OpenAsync();

        Assert.Equal(key.PublicKey, Assert.Single(await QueryAsync(directory)).Provider);
    }

    [AnvilFact]
    public async Task Query_ProviderDown_IsAskedEverLessOftenAndListedWhenItIsBack()
    {
        var (key, provider) = await ProviderAsync();
        var (steady, always) = await ProviderAsync();
        await Chain.RegisterAsync(key, provider.Endpoint);
        await Chain.RegisterAsync(steady, always.Endpoint);
        await using var directory = await OpenAsync();
        Assert.Equal(2, (await QueryAsync(directory)).Count);

        provider.Stop();
        _time.Advance(TimeSpan.FromSeconds(15));
        Assert.Single(await QueryAsync(directory));
        provider.Start();
        int asked = provider.Asked;
        Assert.Single(await QueryAsync(directory));
        Assert.Equal(asked, provider.Asked);

        _time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(2, (await QueryAsync(directory)).Count);
    }

    [AnvilFact]
    public async Task Query_NobodyAnswers_IsUnavailable()
    {
        var (key, provider) = await ProviderAsync();
        await Chain.RegisterAsync(key, provider.Endpoint);
        provider.Stop();
        await using var directory = await OpenAsync();

        var problem = await Assert.ThrowsAsync<DePinException>(() => QueryAsync(directory));
        Assert.Equal((DePinErrorCode.Unavailable, true), (problem.Code, problem.IsTransient));
    }

    [AnvilFact]
    public async Task Open_DatabaseOfBefore_ReadsOnlyWhatIsNew()
    {
        var (key, provider) = await ProviderAsync();
        await Chain.RegisterAsync(key, provider.Endpoint);
        var options = new EvmProviderDirectoryOptions { Following = new EvmLogFollowerOptions { DatabasePath = Path.Combine(_folder.FullName, "registry.db") } };
        await using (var first = await OpenAsync(options))
        {
            Assert.Single(await QueryAsync(first));
        }

        var (later, second) = await ProviderAsync();
        await Chain.RegisterAsync(later, second.Endpoint);
        await using var again = await OpenAsync(options);
        Assert.Equal(2, (await QueryAsync(again)).Count);
    }

    [AnvilFact]
    public async Task Open_NoContract_SaysSo()
    {
        var problem = await Assert.ThrowsAsync<DePinException>(() => EvmProviderDirectory.OpenAsync(Chain.Client, EvmAddress.Parse("0x00000000000000000000000000000000000000ee"), cancellationToken: _limit));
        Assert.Equal(DePinErrorCode.InvalidRequest, problem.Code);
    }

    private Task<EvmProviderDirectory> OpenAsync(EvmProviderDirectoryOptions? options = null) =>
        EvmProviderDirectory.OpenAsync(Chain.Client, Chain.Registry.Address, options, _connector, _time, cancellationToken: _limit);

    private async Task<(Secp256k1Signer Key, ListedProvider Provider)> ProviderAsync()
    {
        var key = Chain.CreateKey();
        return (key, new ListedProvider(_connector, $"provider-{_next++}", await OfferAsync(key)));
    }

    private static async Task<Offer> OfferAsync(Secp256k1Signer key) => await SampleOffers.SignedAsync(key, 1, 2);

    private async Task<EvmAddress> RegisterAsync(byte[] document, string uri)
    {
        var staker = await Chain.CreateStakerAsync();
        await Chain.Registry.RegisterAsync(staker, new EvmProviderRegistration { Stake = RegistryTestChain.Stake, Document = document, DocumentUri = uri }, Chain.CreateKey(), _limit);
        return staker.Address;
    }

    private async Task<IReadOnlyList<Offer>> CatchUpAndQueryAsync(EvmProviderDirectory directory)
    {
        await directory.CatchUpAsync(_limit);
        return await QueryAsync(directory);
    }

    private async Task<IReadOnlyList<Offer>> QueryAsync(EvmProviderDirectory directory) => (await directory.QueryAsync(new OfferQuery(), _limit)).Offers;
}
