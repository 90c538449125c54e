using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Identity;
using DePin.Sdk.Testing.Conformance;
using Solnet.Wallet;
using Solnet.Wallet.Bip39;

namespace DePin.Sdk.Chains.Solnet.Tests;

public sealed class SolnetSignerTests
{
    // The phrase of BIP-39's own test vectors.
    private const string Phrase = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";

    private static readonly SignatureVerifiers Verifiers = SignatureVerifiers.Default.With(new Ed25519Verifier());

    public static TheoryData<string> Cases => [.. SignerConformance.CaseNames];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Conformance_Account(string name)
    {
        var account = new Account();
        var suite = new SignerConformance(() => new SolnetSigner(account), Verifiers) { IsDeterministic = true, PrivateKey = _ => [.. account.PrivateKey.KeyBytes.Take(32)] };
        await suite.RunAsync(name);
    }

    [Fact]
    public async Task Sign_AccountOfAWallet_IsWhatTheWalletSigns()
    {
        var wallet = new Wallet(Phrase, WordList.English);
        byte[] message = [1, 2, 3];
        Assert.Equal(wallet.Sign(message), (await new SolnetSigner(wallet).SignAsync(message)).Bytes.ToArray());
        Assert.Equal(wallet.Sign(message, 3), (await new SolnetSigner(wallet, 3).SignAsync(message)).Bytes.ToArray());
        Assert.Equal(wallet.GetAccount(3).PublicKey.KeyBytes, new SolnetSigner(wallet, 3).PublicKey.Bytes.ToArray());
    }

    [Fact]
    public async Task Sign_SameKey_IsWhatTheOwnSignerSigns()
    {
        var account = new Account();
        using var own = Ed25519Signer.FromPrivateKey(account.PrivateKey.KeyBytes.AsSpan(0, 32));
        byte[] message = new byte[1000];
        Random.Shared.NextBytes(message);
        var signer = new SolnetSigner(account);
        Assert.Equal(own.PublicKey, signer.PublicKey);
        Assert.Equal((await own.SignAsync(message)).Bytes.ToArray(), (await signer.SignAsync(message)).Bytes.ToArray());
    }

    [Fact]
    public void Create_PrivateKeyOfAnother_IsRefusedWithoutAWordOfIt()
    {
        var one = new Account();
        var other = new Account();
        var error = Assert.Throws<ArgumentException>(() => new SolnetSigner(new Account(one.PrivateKey.KeyBytes, other.PublicKey.KeyBytes)));
        Assert.Contains(other.PublicKey.Key, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(one.PrivateKey.Key, error.ToString(), StringComparison.Ordinal);
    }
}
