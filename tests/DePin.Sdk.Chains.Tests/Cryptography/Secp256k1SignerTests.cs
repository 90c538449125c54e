using System.Security.Cryptography;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Identity;

namespace DePin.Sdk.Chains.Tests.Cryptography;

public sealed class Secp256k1SignerTests
{
    private static readonly SignatureVerifiers Verifiers = SignatureVerifiers.Default.With(new Secp256k1Verifier());

    [Fact]
    public async Task Sign_AnyMessage_VerifiesAndNothingElseDoes()
    {
        using var signer = Secp256k1Signer.Create();
        using var other = Secp256k1Signer.Create();
        byte[] message = [1, 2, 3];
        var signature = await signer.SignAsync(message);
        Assert.Equal(SignatureAlgorithm.Secp256k1, signature.Algorithm);
        Assert.True(Verifiers.Verify(signer.PublicKey, message, signature));
        Assert.False(SignatureVerifiers.Default.Verify(signer.PublicKey, message, signature));
        Assert.False(Verifiers.Verify(other.PublicKey, message, signature));
        Assert.False(Verifiers.Verify(signer.PublicKey, [1, 2, 4], signature));
        Assert.False(Verifiers.Verify(signer.PublicKey, message, signature with { Algorithm = SignatureAlgorithm.P256 }));
        Assert.False(Verifiers.Verify(default, message, signature));
        Assert.False(Verifiers.Verify(signer.PublicKey, message, default));
    }

    [Fact]
    public async Task Verify_EveryBitOfTheSignatureTurned_IsFalse()
    {
        using var signer = Secp256k1Signer.Create();
        byte[] message = [9];
        var bytes = (await signer.SignAsync(message)).Bytes.ToArray();
        var verifier = new Secp256k1Verifier();
        for (int bit = 0; bit < 8 * bytes.Length; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(verifier.Verify(signer.PublicKey, message, bytes));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.True(verifier.Verify(signer.PublicKey, message, bytes));
        Assert.False(verifier.Verify(signer.PublicKey, message, bytes.AsSpan(0, 64)));
    }

    [Fact]
    public async Task Verify_KeyIsAnAddress_IsAsWithThePoint()
    {
        using var signer = Secp256k1Signer.Create();
        using var other = Secp256k1Signer.Create();
        Assert.True(EvmAddress.TryFromPublicKey(signer.PublicKey, out var address));
        Assert.True(EvmAddress.TryFromPublicKey(address.ToPublicKey(), out var again));
        Assert.Equal((EvmAddress.FromPublicKey(signer.Point), address), (address, again));
        byte[] message = [3, 2, 1];
        var signature = await signer.SignAsync(message);
        Assert.True(Verifiers.Verify(address.ToPublicKey(), message, signature));
        Assert.False(Verifiers.Verify(EvmAddress.FromPublicKey(other.Point).ToPublicKey(), message, signature));
        Assert.False(Verifiers.Verify(address.ToPublicKey(), [3, 2, 2], signature));
        Assert.False(EvmAddress.TryFromPublicKey(new PublicKey(SignatureAlgorithm.P256, address.ToArray()), out _));
        Assert.False(EvmAddress.TryFromPublicKey(new PublicKey(SignatureAlgorithm.Secp256k1, new byte[33]), out _));
        Assert.False(EvmAddress.TryFromPublicKey(default, out _));
    }

    [Fact]
    public void Verify_MalformedKeys_AreFalse()
    {
        var signature = new byte[65];
        signature.AsSpan().Fill(1);
        signature[64] = 27;
        byte[][] keys = [[2], [4, .. new byte[64]], [2, .. Enumerable.Repeat((byte)0xFF, 32)], [5, .. new byte[32]], [0, .. new byte[32]], new byte[128]];
        Assert.All(keys, key => Assert.False(new Secp256k1Verifier().Verify(new PublicKey(SignatureAlgorithm.Secp256k1, key), [1], signature)));
    }

    [Fact]
    public async Task FromPrivateKey_ExportedKey_IsTheSameKeyAndSignsTheSame()
    {
        using var signer = Secp256k1Signer.Create();
        var key = new byte[32];
        signer.ExportPrivateKey(key);
        using var again = Secp256k1Signer.FromPrivateKey(key);
        Assert.Equal(signer.PublicKey, again.PublicKey);
        Assert.Equal(signer.Point, again.Point);
        Assert.Equal(signer.Point.ToString(), Convert.ToHexStringLower(signer.PublicKey.Bytes.Span));
        Assert.Equal(await signer.SignAsync(new byte[] { 7 }), await again.SignAsync(new byte[] { 7 }));
    }

    [Fact]
    public async Task SignAsync_ItsSignature_IsThatOfTheKeccakDigest()
    {
        using var signer = Secp256k1Signer.Create();
        var signature = (await signer.SignAsync("abc"u8.ToArray())).Bytes.ToArray();
        Assert.True(Secp256k1.TryRecover(Keccak256.HashData("abc"u8), signature.AsSpan(0, 64), signature[64] - 27, out var recovered));
        Assert.Equal(signer.Point, recovered);
    }

    [Fact]
    public void FromPrivateKey_NoKey_IsRefusedWithoutTellingIt()
    {
        byte[] beyond = Enumerable.Repeat((byte)0xFE, 32).ToArray();
        beyond.AsSpan(0, 16).Fill(0xFF);
        foreach (var key in new[] { [], new byte[31], new byte[32], beyond, new byte[33] })
        {
            var error = Assert.Throws<CryptographicException>(() => Secp256k1Signer.FromPrivateKey(key));
            Assert.DoesNotContain("FEFE", error.ToString(), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Dispose_Then_TheKeyIsGone()
    {
        var signer = Secp256k1Signer.Create();
        var key = new byte[32];
        signer.ExportPrivateKey(key);
        Assert.DoesNotContain(Convert.ToHexString(key), signer.ToString(), StringComparison.OrdinalIgnoreCase);
        signer.Dispose();
        signer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => signer.ExportPrivateKey(key));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await signer.SignAsync(new byte[1]));
    }

    [Fact]
    public async Task SignAsync_FromManyThreads_AlwaysVerifies()
    {
        using var signer = Secp256k1Signer.Create();
        var signatures = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(async () => (Message: new[] { (byte)i }, Signature: await signer.SignAsync(new[] { (byte)i })))));
        Assert.All(signatures, signed => Assert.True(Verifiers.Verify(signer.PublicKey, signed.Message, signed.Signature)));
    }
}
