using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text.Json;
using DePin.Sdk.Chains.Cryptography;

namespace DePin.Sdk.Chains.Tests.Cryptography;

public sealed class Secp256k1VectorTests
{
    [Fact]
    public void Verify_Wycheproof_AcceptsAndRejectsAsListed()
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(VectorFiles.WholeOr("wycheproof-ecdsa-secp256k1-sha256.json", "C2SP+wycheproof", "testvectors_v1", "ecdsa_secp256k1_sha256_test.json")));
        int count = 0;
        foreach (var group in file.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            var key = Secp256k1PublicKey.Parse(Hex(group.GetProperty("publicKey"), "uncompressed"));
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                var digest = SHA256.HashData(Hex(test, "msg"));
                var signature = FromDer(Hex(test, "sig"));
                bool isValid = signature is not null && key.Verify(digest, signature, allowHighS: true);
                Assert.True(isValid == (test.GetProperty("result").GetString() == "valid"), $"{test.GetProperty("tcId")} {test.GetProperty("comment")}");
                count++;
            }
        }

        Assert.True(count >= 150);
    }

    [Fact]
    public void Sign_NobleVectors_GivesTheDeterministicSignature()
    {
        using var file = NobleEcdsa();
        foreach (var test in file.RootElement.GetProperty("valid").EnumerateArray())
        {
            byte[] key = Hex(test, "d"), digest = Hex(test, "m"), signature = new byte[64];
            int recoveryId = Secp256k1.Sign(key, digest, signature);
            Assert.Equal(test.GetProperty("signature").GetString(), Convert.ToHexStringLower(signature));
            var publicKey = Secp256k1.GetPublicKey(key);
            Assert.True(publicKey.Verify(digest, signature));
            Assert.True(Secp256k1.TryRecover(digest, signature, recoveryId, out var recovered));
            Assert.Equal(publicKey, recovered);
        }
    }

    [Fact]
    public void VerifyAndSign_InvalidNobleVectors_Refuse()
    {
        using var file = NobleEcdsa();
        var invalid = file.RootElement.GetProperty("invalid");
        foreach (var test in invalid.GetProperty("verify").EnumerateArray())
        {
            bool isValid = Secp256k1PublicKey.TryParse(Hex(test, "Q"), out var key) && key.Verify(Hex(test, "m"), Hex(test, "signature"));
            Assert.False(isValid, test.GetProperty("description").GetString());
        }

        foreach (var test in invalid.GetProperty("sign").EnumerateArray())
        {
            Assert.Throws<ArgumentException>(() => Secp256k1.Sign(Hex(test, "d"), Hex(test, "m"), new byte[64]));
        }
    }

    [Theory]
    [InlineData("01", "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")]
    [InlineData("02", "02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5")]
    [InlineData("03", "02f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9")]
    [InlineData("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140", "0379be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")]
    public void GetPublicKey_KnownKey_GivesKnownPoint(string key, string point) =>
        Assert.Equal(point, Secp256k1.GetPublicKey(Convert.FromHexString(key.PadLeft(64, '0'))).ToString());

    private static JsonDocument NobleEcdsa() =>
        JsonDocument.Parse(File.ReadAllBytes(VectorFiles.WholeOr("noble-ecdsa-secp256k1.json", "paulmillr+noble-curves", "test", "vectors", "secp256k1", "ecdsa.json")));

    private static byte[] Hex(JsonElement element, string property) => Convert.FromHexString(element.GetProperty(property).GetString()!);

    /// <summary>r and s of 32 bytes from their strict DER form; null for what is not that.</summary>
    private static byte[]? FromDer(byte[] der)
    {
        try
        {
            var reader = new AsnReader(der, AsnEncodingRules.DER);
            var sequence = reader.ReadSequence();
            reader.ThrowIfNotEmpty();
            var r = sequence.ReadInteger();
            var s = sequence.ReadInteger();
            sequence.ThrowIfNotEmpty();
            if (r.Sign < 0 || s.Sign < 0 || r.GetByteCount(isUnsigned: true) > 32 || s.GetByteCount(isUnsigned: true) > 32)
            {
                return null;
            }

            var signature = new byte[64];
            r.TryWriteBytes(signature.AsSpan(32 - r.GetByteCount(isUnsigned: true)), out _, isUnsigned: true, isBigEndian: true);
            s.TryWriteBytes(signature.AsSpan(64 - s.GetByteCount(isUnsigned: true)), out _, isUnsigned: true, isBigEndian: true);
            return signature;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }
}
