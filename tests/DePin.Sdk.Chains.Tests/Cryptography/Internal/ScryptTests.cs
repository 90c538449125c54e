using System.Text;
using DePin.Sdk.Chains.Cryptography.Internal;
using DePin.Sdk.Chains.Tests.Evm;

namespace DePin.Sdk.Chains.Tests.Cryptography.Internal;

public sealed class ScryptTests
{
    // RFC 7914, 12; the last of its four vectors takes a gibibyte.
    [Theory]
    [InlineData("", "", 16, 1, 1, "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906")]
    [InlineData("password", "NaCl", 1024, 8, 16, "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640")]
    [InlineData("pleaseletmein", "SodiumChloride", 16384, 8, 1, "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887")]
    public void DeriveKey_Rfc7914_Matches(string password, string salt, int n, int r, int p, string expected)
    {
        var key = new byte[64];
        Scrypt.DeriveKey(Encoding.ASCII.GetBytes(password), Encoding.ASCII.GetBytes(salt), n, r, p, key, CancellationToken.None);
        Assert.Equal(expected, Convert.ToHexStringLower(key));
    }

    [Fact]
    public void DeriveKey_EthersVectors_Match()
    {
        // One in four of the large ones, for time.
        int count = 0;
        foreach (var test in EvmVectors.Load("ethers-pbkdf.json.gz").EnumerateArray().Where((_, i) => i < 16 || i % 4 == 0))
        {
            var parameters = test.GetProperty("scrypt");
            var key = new byte[test.GetProperty("dkLen").GetInt32()];
            Scrypt.DeriveKey(
                EvmVectors.Bytes(test.GetProperty("password")), EvmVectors.Bytes(test.GetProperty("salt")),
                parameters.GetProperty("N").GetInt32(), parameters.GetProperty("r").GetInt32(), parameters.GetProperty("p").GetInt32(), key, CancellationToken.None);
            Assert.Equal(parameters.GetProperty("key").GetString(), $"0x{Convert.ToHexStringLower(key)}");
            count++;
        }

        Assert.True(count >= 60);
    }

    [Fact]
    public void DeriveKey_Cancelled_Stops() =>
        Assert.Throws<OperationCanceledException>(() => Scrypt.DeriveKey([], [], 2, 1, 1, new byte[32], new CancellationToken(canceled: true)));
}
