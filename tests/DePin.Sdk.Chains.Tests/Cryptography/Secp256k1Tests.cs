using System.Security.Cryptography;
using DePin.Sdk.Chains.Cryptography;

namespace DePin.Sdk.Chains.Tests.Cryptography;

public sealed class Secp256k1Tests
{
    private static readonly byte[] Key = SHA256.HashData("key"u8);
    private static readonly byte[] Digest = SHA256.HashData("message"u8);
    private static readonly byte[] Order = Convert.FromHexString("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");

    [Fact]
    public void SignAndVerify_TheRuntimesEcdsa_AgreesBothWays()
    {
        using var ecdsa = ECDsa.Create(ECCurve.CreateFromFriendlyName("secp256k1"));
        for (int i = 0; i < 50; i++)
        {
            ecdsa.GenerateKey(ECCurve.CreateFromFriendlyName("secp256k1"));
            var parameters = ecdsa.ExportParameters(includePrivateParameters: true);
            byte[] digest = SHA256.HashData(parameters.D!), signature = new byte[64];
            var publicKey = Secp256k1PublicKey.Parse([4, .. parameters.Q.X!, .. parameters.Q.Y!]);
            Assert.Equal(publicKey, Secp256k1.GetPublicKey(parameters.D));
            Secp256k1.Sign(parameters.D, digest, signature);
            Assert.True(ecdsa.VerifyHash(digest, signature));
            Assert.True(publicKey.Verify(digest, ecdsa.SignHash(digest), allowHighS: true));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void Sign_WrongLengths_Throw(int length)
    {
        Assert.Throws<ArgumentException>("privateKey", () => Secp256k1.Sign(new byte[length], Digest, new byte[64]));
        Assert.Throws<ArgumentException>("digest", () => Secp256k1.Sign(Key, new byte[length], new byte[64]));
        Assert.Throws<ArgumentException>("signature", () => Secp256k1.Sign(Key, Digest, new byte[length]));
        Assert.Throws<ArgumentException>("privateKey", () => Secp256k1.GetPublicKey(new byte[length]));
    }

    [Fact]
    public void Sign_KeyOutOfRange_ThrowsAndDoesNotTellTheKey()
    {
        foreach (var key in new[] { new byte[32], Order, Enumerable.Repeat((byte)0xFF, 32).ToArray() })
        {
            Assert.False(Secp256k1.IsValidPrivateKey(key));
            var error = Assert.Throws<ArgumentException>("privateKey", () => Secp256k1.Sign(key, Digest, new byte[64]));
            Assert.DoesNotContain(Convert.ToHexString(key), error.ToString(), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void Sign_DigestAboveTheOrder_SignsItsRemainder()
    {
        byte[] large = Enumerable.Repeat((byte)0xFF, 32).ToArray(), signature = new byte[64];
        int id = Secp256k1.Sign(Key, large, signature);
        Assert.True(Secp256k1.GetPublicKey(Key).Verify(large, signature));
        Assert.True(Secp256k1.TryRecover(large, signature, id, out var recovered));
        Assert.Equal(Secp256k1.GetPublicKey(Key), recovered);
    }

    [Fact]
    public void VerifyAndRecover_MalformedSignatures_AreFalse()
    {
        var signature = new byte[64];
        int id = Secp256k1.Sign(Key, Digest, signature);
        var publicKey = Secp256k1.GetPublicKey(Key);
        byte[][] malformed =
        [
            [], signature[..63], [.. signature, 0], new byte[64],
            [.. new byte[32], .. signature[32..]], [.. signature[..32], .. new byte[32]],
            [.. Order, .. signature[32..]], [.. signature[..32], .. Order],
        ];
        foreach (var bytes in malformed)
        {
            Assert.False(publicKey.Verify(Digest, bytes, allowHighS: true));
            Assert.False(Secp256k1.TryRecover(Digest, bytes, id, out var none, allowHighS: true));
            Assert.False(none.IsValid);
        }

        Assert.All(new[] { -1, 4, 27, 28 }, wrong => Assert.False(Secp256k1.TryRecover(Digest, signature, wrong, out _)));
        Assert.False(publicKey.Verify(Digest.AsSpan(1), signature));
        Assert.False(Secp256k1.TryRecover(Digest.AsSpan(1), signature, id, out _));
    }

    [Fact]
    public void PublicKey_WrittenForms_ParseToTheSameKey()
    {
        var publicKey = Secp256k1.GetPublicKey(Key);
        byte[] compressed = new byte[33], uncompressed = new byte[65];
        publicKey.WriteCompressed(compressed);
        publicKey.WriteUncompressed(uncompressed);
        Assert.Equal(publicKey, Secp256k1PublicKey.Parse(compressed));
        Assert.Equal(publicKey, Secp256k1PublicKey.Parse(uncompressed));
        Assert.Equal(publicKey.GetHashCode(), Secp256k1PublicKey.Parse(compressed).GetHashCode());
        compressed[0] ^= 1;
        Assert.NotEqual(publicKey, Secp256k1PublicKey.Parse(compressed));
        Assert.Throws<CryptographicException>(() => Secp256k1PublicKey.Parse(uncompressed.AsSpan(1)));
        Assert.Throws<ArgumentException>("destination", () => publicKey.WriteCompressed(new byte[32]));
    }

    [Fact]
    public void PublicKey_Default_IsNoKey()
    {
        var none = default(Secp256k1PublicKey);
        Assert.False(none.IsValid);
        Assert.Empty(none.ToString());
        Assert.False(none.Verify(Digest, Enumerable.Repeat((byte)1, 64).ToArray()));
        Assert.Throws<InvalidOperationException>(() => none.WriteUncompressed(new byte[65]));
    }

    [Fact]
    public void SignVerifyRecover_Always_AllocateNothing()
    {
        var signature = new byte[64];
        var publicKey = Secp256k1.GetPublicKey(Key);
        int id = Secp256k1.Sign(Key, Digest, signature);
        Assert.True(publicKey.Verify(Digest, signature) && Secp256k1.TryRecover(Digest, signature, id, out _));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
        {
            Secp256k1.Sign(Key, Digest, signature);
            publicKey.Verify(Digest, signature);
            Secp256k1.TryRecover(Digest, signature, id, out _);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
