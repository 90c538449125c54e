using System.Security.Cryptography;
using DePin.Sdk.Chains.Cryptography;

namespace DePin.Sdk.Chains.Tests.Cryptography;

/// <summary>100,000 messages, half of them with an edge case in key, digest or signature, must come out as other libraries have them. The variables DEPIN_DIFFERENTIAL_CASES and DEPIN_OPENSSL_CASES ask for other numbers.</summary>
public sealed class DifferentialTests
{
    private const int Chunk = 1_000;

    private static readonly int Cases = Read("DEPIN_DIFFERENTIAL_CASES") ?? 100_000;

    private static readonly int OpenSslCases = Read("DEPIN_OPENSSL_CASES") ?? Cases / 50;

    [LibSecp256k1Fact]
    public void SignVerifyRecover_LibSecp256k1_Agrees() => Parallel.For(0, Cases / Chunk, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, chunk =>
    {
        using var library = new LibSecp256k1();
        var random = new Random(chunk);
        var signature = new byte[64];
        for (int i = 0; i < Chunk; i++)
        {
            byte[] key = EdgeCases.Key(random), digest = EdgeCases.Number(random);
            int id = Secp256k1.Sign(key, digest, signature);

            // libsecp256k1 makes the nonce from the digest as it is, RFC 6979 from the digest modulo n.
            if (EdgeCases.IsBelowOrder(digest))
            {
                var (expected, expectedId) = library.Sign(key, digest);
                Assert.Equal(expected, signature);
                Assert.Equal(expectedId, id);
            }

            switch (i % 4)
            {
                case 0:
                    Assert.True(library.Verify(EdgeCases.Uncompressed(Secp256k1.GetPublicKey(key)), digest, signature));
                    break;
                case 1:
                    CompareVerify(library, random, Secp256k1.GetPublicKey(key), digest, signature);
                    break;
                case 2:
                    Assert.Equal(library.Recover(digest, signature, id), Recover(digest, signature, id));
                    break;
                default:
                    CompareRecover(library, random, digest, signature);
                    break;
            }
        }
    });

    /// <summary>OpenSSL is some eight times slower and recovers no keys: one case in 50 is compared with it in the fast loop, all of them in the repository's own runs.</summary>
    [Fact]
    public void SignAndVerify_OpenSsl_Agrees() => Parallel.For(0, OpenSslCases / 100, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, chunk =>
    {
        var random = new Random(-1 - chunk);
        var signature = new byte[64];
        for (int i = 0; i < 100; i++)
        {
            byte[] key = EdgeCases.Key(random), digest = EdgeCases.Number(random);
            var publicKey = Secp256k1.GetPublicKey(key);
            var point = EdgeCases.Uncompressed(publicKey);
            using var other = ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.CreateFromValue("1.3.132.0.10"),
                D = key,
                Q = new ECPoint { X = point[1..33], Y = point[33..] },
            });
            switch (i % 3)
            {
                case 0:
                    Secp256k1.Sign(key, digest, signature);
                    Assert.True(other.VerifyHash(digest, signature));
                    break;
                case 1:
                    Assert.True(publicKey.Verify(digest, other.SignHash(digest), allowHighS: true));
                    break;
                default:
                    Secp256k1.Sign(key, digest, signature);
                    Change(random, signature);
                    Assert.Equal(other.VerifyHash(digest, signature), publicKey.Verify(digest, signature, allowHighS: true));
                    break;
            }
        }
    });

    private static int? Read(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), out int cases) ? cases : null;

    private static void CompareVerify(LibSecp256k1 library, Random random, Secp256k1PublicKey publicKey, byte[] digest, byte[] signature)
    {
        var changed = (byte[])signature.Clone();
        Change(random, changed);
        Assert.Equal(library.Verify(EdgeCases.Uncompressed(publicKey), digest, changed), publicKey.Verify(digest, changed));
    }

    /// <summary>Any r, s and id: with a small r and id 2 or 3 the point's x is above n.</summary>
    private static void CompareRecover(LibSecp256k1 library, Random random, byte[] digest, byte[] signature)
    {
        var changed = (byte[])signature.Clone();
        Change(random, changed);
        int id = random.Next(4);
        if (id >= 2 && random.Next(2) == 0)
        {
            changed.AsSpan(0, 16).Clear();
        }

        var expected = library.Recover(digest, changed, id);
        Assert.Equal(expected, Recover(digest, changed, id));
        if (expected is not null && random.Next(8) == 0)
        {
            Assert.Equal(library.Verify(expected, digest, changed), Secp256k1PublicKey.Parse(expected).Verify(digest, changed));
            Assert.True(Secp256k1PublicKey.Parse(expected).Verify(digest, changed, allowHighS: true));
        }
    }

    private static void Change(Random random, byte[] signature)
    {
        switch (random.Next(6))
        {
            case 0:
                EdgeCases.Number(random).CopyTo(signature, 0);
                break;
            case 1:
                EdgeCases.Number(random).CopyTo(signature, 32);
                break;
            case 2:
                EdgeCases.Number(random).CopyTo(signature, 0);
                EdgeCases.Number(random).CopyTo(signature, 32);
                break;
            case 3:
                EdgeCases.NegateS(signature);
                break;
            case 4:
                signature[random.Next(64)] ^= (byte)(1 << random.Next(8));
                break;
            default:
                break; // as it was
        }
    }

    private static byte[]? Recover(byte[] digest, byte[] signature, int id) =>
        Secp256k1.TryRecover(digest, signature, id, out var key, allowHighS: true) ? EdgeCases.Uncompressed(key) : null;
}
