using System.Numerics;
using DePin.Sdk.Chains.Cryptography;

namespace DePin.Sdk.Chains.Tests.Cryptography;

/// <summary>What libsecp256k1 says is what we say.</summary>
public sealed class LibSecp256k1Tests
{
    private static readonly byte[] Order = Convert.FromHexString("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");

    [LibSecp256k1Fact]
    public void SignVerifyRecover_RandomAndEdgeCases_Agree()
    {
        using var library = new LibSecp256k1();
        var random = new Random(1);
        var signature = new byte[64];
        for (int i = 0; i < 500; i++)
        {
            byte[] key = AnyKey(random), digest = AnyDigest(random);
            var (expected, expectedId) = library.Sign(key, digest);
            int id = Secp256k1.Sign(key, digest, signature);
            Assert.Equal(expected, signature);
            Assert.Equal(expectedId, id);

            var publicKey = Secp256k1.GetPublicKey(key);
            Assert.True(publicKey.Verify(digest, signature));
            for (int otherId = 0; otherId < 4; otherId++)
            {
                Assert.Equal(library.Recover(digest, signature, otherId), Recover(digest, signature, otherId));
            }

            signature[random.Next(64)] ^= (byte)(1 << random.Next(8));
            Assert.Equal(library.Verify(Uncompressed(publicKey), digest, signature), publicKey.Verify(digest, signature));
            Assert.Equal(library.Recover(digest, signature, id), Recover(digest, signature, id));
        }
    }

    [LibSecp256k1Fact]
    public void RecoverAndVerify_XAboveTheOrder_Agree()
    {
        using var library = new LibSecp256k1();
        var random = new Random(2);
        int found = 0;
        for (int i = 1; i <= 200; i++)
        {
            // A small r, so that r + n is still below p: recovery ids 2 and 3.
            var signature = new byte[64];
            random.NextBytes(signature.AsSpan(30, 34));
            signature[32] &= 0x7F;
            var digest = AnyDigest(random);
            for (int id = 0; id < 4; id++)
            {
                var key = library.Recover(digest, signature, id);
                Assert.Equal(key, Recover(digest, signature, id));
                if (key is not null)
                {
                    found += id / 2;
                    Assert.True(library.Verify(key, digest, signature));
                    Assert.True(Secp256k1PublicKey.Parse(key).Verify(digest, signature));
                }
            }
        }

        Assert.True(found > 50);
    }

    [LibSecp256k1Fact]
    public void Parse_RandomAndBrokenKeys_Agree()
    {
        using var library = new LibSecp256k1();
        var random = new Random(3);
        for (int i = 0; i < 3_000; i++)
        {
            var source = new byte[random.Next(10) switch { 0 => random.Next(1, 70), < 5 => 65, _ => 33 }];
            if (source.Length == 65)
            {
                Secp256k1.GetPublicKey(AnyKey(random)).WriteUncompressed(source);
                source[random.Next(65)] ^= (byte)(random.Next(2) << random.Next(8));
            }
            else
            {
                random.NextBytes(source);
                source[0] = (byte)random.Next(1, 6);
            }

            var expected = source[0] is 6 or 7 ? null : library.Parse(source); // we take no hybrid form
            Assert.Equal(expected, Secp256k1PublicKey.TryParse(source, out var key) ? Uncompressed(key) : null);
        }
    }

    [LibSecp256k1Fact]
    public void Verify_HighS_OnlyWhenAllowed()
    {
        using var library = new LibSecp256k1();
        var random = new Random(4);
        for (int i = 0; i < 100; i++)
        {
            byte[] key = AnyKey(random), digest = AnyDigest(random), signature = new byte[64];
            int id = Secp256k1.Sign(key, digest, signature);
            var high = new BigInteger(Order, isUnsigned: true, isBigEndian: true) - new BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true);
            signature.AsSpan(32).Clear();
            high.TryWriteBytes(signature.AsSpan(64 - high.GetByteCount(isUnsigned: true)), out _, isUnsigned: true, isBigEndian: true);

            var publicKey = Secp256k1.GetPublicKey(key);
            Assert.False(library.Verify(Uncompressed(publicKey), digest, signature));
            Assert.False(publicKey.Verify(digest, signature));
            Assert.True(publicKey.Verify(digest, signature, allowHighS: true));
            Assert.False(Secp256k1.TryRecover(digest, signature, id ^ 1, out _));
            Assert.True(Secp256k1.TryRecover(digest, signature, id ^ 1, out var recovered, allowHighS: true));
            Assert.Equal(publicKey, recovered);
            Assert.Equal(library.Recover(digest, signature, id ^ 1), Uncompressed(recovered));
        }
    }

    private static byte[]? Recover(byte[] digest, byte[] signature, int id) =>
        Secp256k1.TryRecover(digest, signature, id, out var key, allowHighS: true) ? Uncompressed(key) : null;

    private static byte[] Uncompressed(Secp256k1PublicKey key)
    {
        var bytes = new byte[65];
        key.WriteUncompressed(bytes);
        return bytes;
    }

    private static byte[] AnyKey(Random random)
    {
        var key = new byte[32];
        switch (random.Next(8))
        {
            case 0:
                key[31] = (byte)random.Next(1, 256);
                break;
            case 1:
                Order.CopyTo(key, 0);
                key[31] -= (byte)random.Next(1, 0x41);
                break;
            default:
                random.NextBytes(key);
                break;
        }

        return Secp256k1.IsValidPrivateKey(key) ? key : AnyKey(random);
    }

    // Below n: libsecp256k1 makes the nonce from the digest as it is, RFC 6979 from the digest modulo n.
    private static byte[] AnyDigest(Random random)
    {
        var digest = new byte[32];
        switch (random.Next(8))
        {
            case 0:
                digest[31] = (byte)random.Next(256);
                break;
            case 1:
                Order.CopyTo(digest, 0);
                digest[31] -= (byte)random.Next(1, 0x41);
                break;
            default:
                random.NextBytes(digest);
                digest[0] &= 0xFE;
                break;
        }

        return digest;
    }
}
