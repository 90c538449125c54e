using System.Globalization;
using System.IO.Compression;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Cryptography.Internal;

namespace DePin.Sdk.Chains.Tests.Cryptography;

/// <summary>Points, scalars and nonces of noble-curves, and the key agreement of Wycheproof, which is full of odd public keys.</summary>
public sealed class Secp256k1PointVectorTests
{
    private static readonly JsonElement Points = Load("noble-points-secp256k1.json.gz");

    [Fact]
    public void TryParse_NoblePoints_SaysWhichAreOnTheCurve()
    {
        foreach (var test in Points.GetProperty("valid").GetProperty("isPoint").EnumerateArray())
        {
            Assert.Equal(test.GetProperty("expected").GetBoolean(), Secp256k1PublicKey.TryParse(Hex(test, "P"), out _));
        }

        foreach (var test in Points.GetProperty("invalid").GetProperty("pointCompress").EnumerateArray())
        {
            Assert.False(Secp256k1PublicKey.TryParse(Hex(test, "P"), out _));
        }
    }

    [Fact]
    public void WriteCompressed_NoblePoints_Matches()
    {
        foreach (var test in Points.GetProperty("valid").GetProperty("pointCompress").EnumerateArray())
        {
            var key = Secp256k1PublicKey.Parse(Hex(test, "P"));
            var written = test.GetProperty("compress").GetBoolean() ? Convert.FromHexString(key.ToString()) : EdgeCases.Uncompressed(key);
            Assert.Equal(Hex(test, "expected"), written);
        }
    }

    [Fact]
    public void GetPublicKey_NobleScalars_Matches()
    {
        foreach (var test in Points.GetProperty("valid").GetProperty("pointFromScalar").EnumerateArray())
        {
            Assert.Equal(test.GetProperty("expected").GetString(), Secp256k1.GetPublicKey(Hex(test, "d")).ToString());
        }

        foreach (var test in Points.GetProperty("invalid").GetProperty("pointFromScalar").EnumerateArray())
        {
            Assert.Throws<ArgumentException>(() => Secp256k1.GetPublicKey(Hex(test, "d")));
        }

        foreach (var line in Points.GetProperty("scalars").EnumerateArray())
        {
            var parts = line.GetString()!.Split(':');
            var d = new byte[32];
            var number = BigInteger.Parse(parts[0], CultureInfo.InvariantCulture);
            number.TryWriteBytes(d.AsSpan(32 - number.GetByteCount(isUnsigned: true)), out _, isUnsigned: true, isBigEndian: true);
            Assert.Equal($"04{parts[1]}{parts[2]}", Convert.ToHexStringLower(EdgeCases.Uncompressed(Secp256k1.GetPublicKey(d))));
        }
    }

    [Fact]
    public void Add_NoblePoints_Matches()
    {
        foreach (var test in Points.GetProperty("valid").GetProperty("pointAdd").EnumerateArray())
        {
            var sum = JacobianPoint.From(Point(test, "P"));
            sum.AddVariable(Point(test, "Q"));
            Assert.Equal(test.GetProperty("expected").GetString(), Text(sum));
        }

        foreach (var test in Points.GetProperty("invalid").GetProperty("pointAdd").EnumerateArray())
        {
            Assert.False(Secp256k1PublicKey.TryParse(Hex(test, "P"), out _) && Secp256k1PublicKey.TryParse(Hex(test, "Q"), out _));
        }
    }

    [Fact]
    public void MultiScalar_NoblePoints_Matches()
    {
        foreach (var test in Points.GetProperty("valid").GetProperty("pointAddScalar").EnumerateArray())
        {
            Assert.Equal(test.GetProperty("expected").GetString(), Text(MultiScalar.Multiply(Number(test, "d"), Scalar.One, Point(test, "P"))));
        }

        foreach (var test in Points.GetProperty("valid").GetProperty("pointMultiply").EnumerateArray())
        {
            Assert.Equal(test.GetProperty("expected").GetString(), Text(MultiScalar.Multiply(Scalar.Zero, Number(test, "d"), Point(test, "P"))));
        }
    }

    [Fact]
    public void Nonces_NobleRfc6979_Match()
    {
        foreach (var test in Points.GetProperty("rfc6979").EnumerateArray())
        {
            var digest = SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(test.GetProperty("message").GetString()!));
            Scalar.TryRead(digest, out var message);
            using var nonces = new NonceGenerator(new byte[129], Number(test, "d"), message);
            var bytes = new byte[32];
            for (int i = 0; i <= 15; i++)
            {
                nonces.Next().Write(bytes);
                if (test.TryGetProperty($"k{i}", out var expected))
                {
                    Assert.Equal(expected.GetString(), Convert.ToHexStringLower(bytes));
                }
            }
        }
    }

    /// <summary>A key agreement multiplies a point by a scalar; we offer none, but recovery does the same.</summary>
    [Fact]
    public void MultiplyAndImport_WycheproofKeyAgreement_AcceptsAndRejectsAsListed()
    {
        int shared = 0;
        foreach (var test in Load("wycheproof-ecdh-secp256k1.json.gz", "C2SP+wycheproof", "testvectors_v1", "ecdh_secp256k1_test.json").EnumerateArray())
        {
            Secp256k1PublicKey key;
            try
            {
                key = Secp256k1PublicKey.ImportSubjectPublicKeyInfo(Hex(test, "public"));
            }
            catch (CryptographicException)
            {
                Assert.NotEqual("valid", test.GetProperty("result").GetString());
                continue;
            }

            Assert.NotEqual("invalid", test.GetProperty("result").GetString());
            var number = Hex(test, "private").AsSpan().TrimStart((byte)0);
            var padded = new byte[32];
            number.CopyTo(padded.AsSpan(32 - number.Length));
            Scalar.TryRead(padded, out var scalar);
            var product = MultiScalar.Multiply(Scalar.Zero, scalar, new AffinePoint(Field(key, 1), Field(key, 33)));
            product.ToAffine().X.Write(padded);
            Assert.Equal(test.GetProperty("shared").GetString(), Convert.ToHexStringLower(padded));
            shared++;
        }

        Assert.True(shared >= 50);
    }

    private static FieldElement Field(Secp256k1PublicKey key, int offset)
    {
        FieldElement.TryRead(EdgeCases.Uncompressed(key).AsSpan(offset, 32), out var value);
        return value;
    }

    private static AffinePoint Point(JsonElement test, string name)
    {
        var key = Secp256k1PublicKey.Parse(Hex(test, name));
        return new(Field(key, 1), Field(key, 33));
    }

    private static Scalar Number(JsonElement test, string name)
    {
        Assert.True(Scalar.TryRead(Hex(test, name), out var value));
        return value;
    }

    private static string? Text(JacobianPoint point) => point.IsInfinity ? null : new Secp256k1PublicKey(point.ToAffine()).ToString();

    private static byte[] Hex(JsonElement element, string property) => Convert.FromHexString(element.GetProperty(property).GetString()!);

    private static JsonElement Load(string committed, params string[] whole)
    {
        var path = VectorFiles.WholeOr(committed, whole);
        using var file = File.OpenRead(path);
        using Stream stream = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var document = JsonDocument.Parse(stream);
        var root = document.RootElement.Clone();
        return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("testGroups", out var groups)
            ? JsonSerializer.SerializeToElement(groups.EnumerateArray().SelectMany(group => group.GetProperty("tests").EnumerateArray()))
            : root;
    }
}
