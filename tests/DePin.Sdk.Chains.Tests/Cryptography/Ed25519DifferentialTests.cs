using DePin.Sdk.Chains.Cryptography;

namespace DePin.Sdk.Chains.Tests.Cryptography;

/// <summary>
/// Signatures must come out, and be accepted, as libsodium and OpenSSL have them, except where those are known to follow other rules. All of ours: S below the order, key and R canonical and not of small order, and
/// S B = R + k A without a cofactor. 2,000 cases, of which five in eight are made to tell verifiers apart; the variable DEPIN_OPENSSL_CASES asks for another number, 100,000 in the repository's own runs.
/// </summary>
public sealed class Ed25519DifferentialTests
{
    private const int Chunk = 100;

    private static readonly int Cases = int.TryParse(Environment.GetEnvironmentVariable("DEPIN_OPENSSL_CASES"), out int cases) ? cases : 2_000;

    [LibSodiumFact]
    public void Sign_LibSodium_Agrees() => InChunks(31, random => CompareSign(random, LibSodium.Sign));

    [OpenSslFact]
    public void Sign_OpenSsl_Agrees() => InChunks(32, random => CompareSign(random, OpenSslEd25519.Sign));

    /// <summary>libsodium refuses keys and R of small order and keys that are not canonical, as we do. Of R it looks at the bytes alone, which must be those of a computed point: canonical again. So nothing differs.</summary>
    [LibSodiumFact]
    public void Verify_LibSodium_Agrees()
    {
        int accepted = 0, outsideSubgroup = 0;
        InChunks(33, random =>
        {
            var item = Ed25519Cases.Make(random);
            byte[] key = item.PublicKey.ToArray(), message = item.Message.ToArray(), signature = item.Signature.ToArray();
            bool expected = LibSodium.Verify(key, message, signature);
            Assert.True(Ed25519.Verify(key, message, signature) == expected, Describe(item));
            if (expected)
            {
                Interlocked.Increment(ref accepted);
                Interlocked.Add(ref outsideSubgroup, LibSodium.IsPointOfSubgroup(key) && LibSodium.IsPointOfSubgroup(signature[..32]) ? 0 : 1);
            }
        });

        Assert.InRange(accepted, Cases * 2 / 5, Cases * 9 / 10);
        Assert.InRange(outsideSubgroup, Cases / 10, Cases / 2); // or the cases would tell no cofactor from one
    }

    /// <summary>OpenSSL takes any key that decodes, also of small order or above p, and any R whose bytes come out. It may accept only for these reasons what we refuse, and refuses nothing that we accept.</summary>
    [OpenSslFact]
    public void Verify_OpenSsl_DiffersOnlyInItsLaxerRules()
    {
        int accepted = 0, laxer = 0;
        InChunks(34, random =>
        {
            var item = Ed25519Cases.Make(random);
            byte[] key = item.PublicKey.ToArray(), message = item.Message.ToArray(), signature = item.Signature.ToArray();
            bool other = OpenSslEd25519.Verify(key, message, signature);
            bool isStrict = Ed25519Cases.IsCanonical(key) && !Ed25519.IsSmallOrder(key) && !Ed25519.IsSmallOrder(signature.AsSpan(0, 32));
            Assert.True(Ed25519.Verify(key, message, signature) == (other && isStrict), Describe(item));
            Interlocked.Add(ref accepted, other ? 1 : 0);
            Interlocked.Add(ref laxer, other && !isStrict ? 1 : 0);
        });

        Assert.InRange(accepted, Cases * 2 / 5, Cases * 9 / 10);
        Assert.InRange(laxer, 1, Cases / 4);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void VerifyBatch_AnyCases_AgreesWithSingleVerification(bool inLanes) => Parallel.For(0, Math.Max(1, Cases / 64), chunk =>
    {
        var random = new Random(35_000_000 + chunk);
        var items = Enumerable.Range(0, 64).Select(_ => Ed25519Cases.Make(random)).ToArray();
        var results = new bool[64];
        Ed25519.VerifyEach(items, results, inLanes);
        for (int i = 0; i < items.Length; i++)
        {
            Assert.True(Ed25519.Verify(items[i].PublicKey.Span, items[i].Message.Span, items[i].Signature.Span) == results[i], Describe(items[i]));
        }
    });

    private static void CompareSign(Random random, Func<byte[], byte[], (byte[] PublicKey, byte[] Signature)> sign)
    {
        byte[] key = new byte[32], publicKey = new byte[32], signature = new byte[64], message = new byte[random.Next(random.Next(10) == 0 ? 3_000 : 150)];
        random.NextBytes(message);
        if (random.Next(4) == 0)
        {
            // Keys of few bits, and of nearly all.
            key.AsSpan().Fill(random.Next(2) == 0 ? (byte)0 : (byte)255);
            key[random.Next(32)] ^= (byte)(1 << random.Next(8));
        }
        else
        {
            random.NextBytes(key);
        }

        Ed25519.GetPublicKey(key, publicKey);
        Ed25519.Sign(key, message, signature);
        var (expectedKey, expected) = sign(key, message);
        Assert.Equal(expectedKey, publicKey);
        Assert.Equal(expected, signature);
    }

    private static void InChunks(int seed, Action<Random> compare) => Parallel.For(0, Math.Max(1, Cases / Chunk), chunk =>
    {
        var random = new Random((seed * 1_000_000) + chunk);
        for (int i = 0; i < Chunk; i++)
        {
            compare(random);
        }
    });

    private static string Describe(Ed25519Verification item) =>
        $"key {Convert.ToHexStringLower(item.PublicKey.Span)} message {Convert.ToHexStringLower(item.Message.Span)} signature {Convert.ToHexStringLower(item.Signature.Span)}";
}
