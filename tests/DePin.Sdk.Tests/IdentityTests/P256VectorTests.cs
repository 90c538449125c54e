using System.Text.Json;
using DePin.Sdk.Identity;

namespace DePin.Sdk.Tests.IdentityTests;

/// <summary>Wycheproof's vectors for ECDSA over P-256 with SHA-256 (TestData/wycheproof, Apache-2.0).</summary>
public sealed class P256VectorTests
{
    [Fact]
    public void Verify_Wycheproof_AgreesWithEveryVector()
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "TestData", "wycheproof", "ecdsa_secp256r1_sha256_p1363_test.json")));
        var verifier = new P256Verifier();
        int valid = 0;
        int invalid = 0;
        foreach (var group in file.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            var point = Convert.FromHexString(group.GetProperty("publicKey").GetProperty("uncompressed").GetString()!);
            Assert.Equal(65, point.Length);
            var key = new PublicKey(SignatureAlgorithm.P256, [(byte)(2 + (point[64] & 1)), .. point.AsSpan(1, 32)]);
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                var expected = test.GetProperty("result").GetString() == "valid";
                var message = Convert.FromHexString(test.GetProperty("msg").GetString()!);
                var signature = Convert.FromHexString(test.GetProperty("sig").GetString()!);
                Assert.True(expected == verifier.Verify(key, message, signature), $"tcId {test.GetProperty("tcId")}: {test.GetProperty("comment")}");
                _ = expected ? valid++ : invalid++;
            }
        }

        Assert.Equal(file.RootElement.GetProperty("numberOfTests").GetInt32(), valid + invalid);
        Assert.True(valid > 50 && invalid > 50);
    }
}
