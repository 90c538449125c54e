using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Transactions;
using DePin.Sdk.Identity;
using static DePin.Sdk.Chains.Tests.Solana.SolanaSamples;

namespace DePin.Sdk.Chains.Tests.Solana.Transactions;

public sealed class SolanaTransactionTests
{
    private readonly Ed25519Signer _payer = Signer(1);
    private readonly Ed25519Signer _sponsor = Signer(2);

    [Fact]
    public async Task SignAsync_PayerAndSponsor_CompletesInAnyOrder()
    {
        var unsigned = Sponsored();
        Assert.Equal([AddressOf(_sponsor), AddressOf(_payer)], unsigned.MissingSigners);
        Assert.Throws<InvalidOperationException>(() => unsigned.Id);

        var partial = SolanaTransaction.Deserialize((await unsigned.SignAsync(_payer)).Serialize());
        Assert.False(partial.IsComplete);
        Assert.False(partial.Verify());
        Assert.Equal([AddressOf(_sponsor)], partial.MissingSigners);

        var complete = await partial.SignAsync(_sponsor);
        var atOnce = await unsigned.SignAsync([_payer, _sponsor]);

        Assert.True(complete.IsComplete);
        Assert.True(complete.Verify());
        Assert.Equal(complete.Serialize(), atOnce.Serialize());
        Assert.Equal(complete.Signatures[0], complete.Id);
        Assert.Equal(complete.SizeInBytes, complete.Serialize().Length);
        Assert.False(unsigned.IsComplete);
    }

    [Fact]
    public async Task SignAsync_KeyThatDoesNotSign_IsRefused()
    {
        using var stranger = Signer(3);
        using var other = P256Signer.Create();

        await Assert.ThrowsAsync<ArgumentException>(async () => await Sponsored().SignAsync(stranger));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Sponsored().SignAsync([_payer, other]));
    }

    [Fact]
    public async Task SignAsync_RemoteKey_IsVerified()
    {
        var honest = new RemoteSigner(_sponsor, 0);
        var complete = await Sponsored().SignAsync([_payer, honest]);
        Assert.True(complete.Verify());

        var problem = await Assert.ThrowsAsync<DePinException>(async () => await Sponsored().SignAsync(new RemoteSigner(_sponsor, 1)));
        Assert.Equal(DePinErrorCode.InvalidSignature, problem.Code);
        await Assert.ThrowsAsync<DePinException>(async () => await Sponsored().SignAsync(new RemoteSigner(_sponsor, 2)));
    }

    [Fact]
    public async Task SignAsync_Canceled_Throws()
    {
        using var canceled = new CancellationTokenSource();
        await canceled.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(async () => await Sponsored().SignAsync(_payer, canceled.Token));
    }

    [Fact]
    public async Task WithSignature_FromElsewhere_IsVerifiedFirst()
    {
        var unsigned = Sponsored();
        var made = (await unsigned.SignAsync(_payer)).Signatures[1];

        var signed = unsigned.WithSignature(AddressOf(_payer), made);

        Assert.Equal([AddressOf(_sponsor)], signed.MissingSigners);
        Assert.Throws<DePinException>(() => unsigned.WithSignature(AddressOf(_sponsor), made));
        Assert.Throws<DePinException>(() => unsigned.WithSignature(AddressOf(_payer), default));
        Assert.Throws<ArgumentException>(() => unsigned.WithSignature(Address(9), made));
    }

    [Fact]
    public async Task Verify_ChangedMessage_IsFalse()
    {
        var bytes = (await Sponsored().SignAsync([_payer, _sponsor])).Serialize();
        bytes[^1] ^= 1;

        Assert.False(SolanaTransaction.Deserialize(bytes).Verify());
    }

    [Fact]
    public async Task Deserialize_WrongNumberOfSignaturesOrLength_IsRefused()
    {
        var bytes = (await Sponsored().SignAsync([_payer, _sponsor])).Serialize();

        Assert.Throws<SolanaFormatException>(() => SolanaTransaction.Deserialize([1, .. bytes[65..]]));
        Assert.Throws<SolanaFormatException>(() => SolanaTransaction.Deserialize([.. bytes, 0]));
        Assert.Throws<SolanaFormatException>(() => SolanaTransaction.Deserialize(bytes.AsSpan(0, bytes.Length - 1)));
        Assert.Throws<SolanaFormatException>(() => SolanaTransaction.Deserialize(new byte[SolanaTransaction.MaxSizeInBytes + 1]));
        Assert.Throws<SolanaFormatException>(() => SolanaTransaction.Deserialize([]));
    }

    private static Ed25519Signer Signer(byte seed) => Ed25519Signer.FromPrivateKey(Enumerable.Repeat(seed, 32).ToArray());

    private static SolanaAddress AddressOf(ISigner signer) => SolanaAddress.TryFromPublicKey(signer.PublicKey, out var address) ? address : throw new InvalidOperationException();

    private SolanaTransaction Sponsored() =>
        new(SolanaMessage.Compile(AddressOf(_sponsor), [SystemProgram.Transfer(AddressOf(_payer), Address(5), 1)], Blockhash));

    /// <summary>A key elsewhere: 0 signs what it is asked, 1 something else, 2 answers with too few bytes.</summary>
    private sealed class RemoteSigner(Ed25519Signer key, int behaviour) : ISigner
    {
        public PublicKey PublicKey => key.PublicKey;

        public async ValueTask<Signature> SignAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            var signature = await key.SignAsync(behaviour == 1 ? message[1..] : message, cancellationToken);
            return behaviour == 2 ? signature with { Bytes = signature.Bytes[1..] } : signature;
        }
    }
}
