using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm.Accounts;
using DePin.Sdk.Identity;
using DePin.Sdk.Testing.Conformance;
using Nethereum.Signer;
using Nethereum.Web3;
using Nethereum.Web3.Accounts;

namespace DePin.Sdk.Chains.Nethereum.Tests;

public sealed class NethereumSignerTests : IDisposable
{
    private static readonly SignatureVerifiers Verifiers = SignatureVerifiers.Default.With(new Secp256k1Verifier());

    public static TheoryData<string, bool> Cases
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (string name in SignerConformance.CaseNames)
            {
                data.Add(name, false);
                data.Add(name, true);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Conformance_Key(string name, bool isFast)
    {
        EthECKey.SignRecoverable = isFast;
        var key = EthECKey.GenerateKey();
        await new SignerConformance(() => new NethereumSigner(key), Verifiers) { IsDeterministic = true, PrivateKey = _ => key.GetPrivateKeyAsBytes() }.RunAsync(name);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Conformance_ExternalAccount(string name, bool signsHigh)
    {
        var external = new DigestSigner(EthECKey.GenerateKey(), signsHigh);
        var account = new ExternalAccount(external, 31337);
        await account.InitialiseAsync();
        var signer = await NethereumSigner.ConnectAsync(account);
        Assert.Equal(account.Address, signer.GetEvmAddress().ToString(), ignoreCase: true);
        await new SignerConformance(() => signer, Verifiers) { IsDeterministic = true, PrivateKey = _ => external.Key.GetPrivateKeyAsBytes() }.RunAsync(name);
    }

    [Fact]
    public async Task Connect_AccountOfAWeb3_SignsWhatTheOwnSignerSigns()
    {
        var key = EthECKey.GenerateKey();
        using var own = Secp256k1Signer.FromPrivateKey(key.GetPrivateKeyAsBytes());
        var signer = await new Web3(new Account(key, 31337)).GetSignerAsync();
        Assert.Equal(own.PublicKey, signer.PublicKey);
        Assert.Equal(key.GetPublicAddress(), signer.GetEvmAddress().ToString(), ignoreCase: true);

        // Numbers with leading zeros come up once in 128 signatures.
        for (int i = 0; i < 600; i++)
        {
            byte[] message = BitConverter.GetBytes(i);
            Assert.Equal((await own.SignAsync(message)).Bytes.ToArray(), (await signer.SignAsync(message)).Bytes.ToArray());
        }
    }

    [Fact]
    public async Task Connect_AccountOfTheNode_IsRefused()
    {
        var account = new global::Nethereum.Web3.Accounts.Managed.ManagedAccount("0x90f79bf6eb2c4f870365e785982e1f101e93b906", "password");
        var error = await Assert.ThrowsAsync<ArgumentException>(() => NethereumSigner.ConnectAsync(account));
        Assert.Contains("ManagedAccount", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("password", error.ToString(), StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => new Web3("http://127.0.0.1:1").GetSignerAsync());
    }

    [Fact]
    public async Task Connect_ExternalSignerOfTransactions_IsRefused() =>
        await Assert.ThrowsAsync<ArgumentException>(() => NethereumSigner.ConnectAsync(new DigestSigner(EthECKey.GenerateKey(), false) { Format = ExternalSignerTransactionFormat.RLP }));

    [Fact]
    public async Task Connect_ExternalSignerOfAnotherAccount_IsRefused()
    {
        var error = await Assert.ThrowsAsync<DePinException>(() => NethereumSigner.ConnectAsync(new DigestSigner(EthECKey.GenerateKey(), false) { Address = EthECKey.GenerateKey().GetPublicAddress() }));
        Assert.Equal(DePinErrorCode.InvalidSignature, error.Code);
    }

    public void Dispose() => EthECKey.SignRecoverable = false;
}
