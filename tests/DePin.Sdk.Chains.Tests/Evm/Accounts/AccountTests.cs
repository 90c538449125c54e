using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Accounts;

namespace DePin.Sdk.Chains.Tests.Evm.Accounts;

public class AccountTests
{
    [Fact]
    public void Create_EthersVectors_Match()
    {
        foreach (var sender in EvmVectors.Load("ethers-create.json.gz").EnumerateArray())
        {
            var creator = EvmAddress.Parse(sender.GetProperty("sender").GetString()!);
            foreach (var test in sender.GetProperty("creates").EnumerateArray())
            {
                Assert.Equal(test.GetProperty("address").GetString(), ContractAddress.Create(creator, test.GetProperty("nonce").GetUInt64()).ToString());
            }
        }
    }

    [Fact]
    public void Create2_EthersVectors_Match()
    {
        foreach (var sender in EvmVectors.Load("ethers-create2.json.gz").EnumerateArray())
        {
            var factory = EvmAddress.Parse(sender.GetProperty("sender").GetString()!);
            foreach (var test in sender.GetProperty("creates").EnumerateArray())
            {
                var hash = Hash32.Keccak(EvmVectors.Bytes(test.GetProperty("initCode")));
                Assert.Equal(test.GetProperty("initCodeHash").GetString(), hash.ToString());
                Assert.Equal(test.GetProperty("address").GetString(), ContractAddress.Create2(factory, Hash32.Parse(test.GetProperty("salt").GetString()!), hash).ToString());
            }
        }
    }

    [Fact]
    public void PersonalMessageHash_KnownMessage_Matches()
    {
        Assert.Equal("0xa1de988600a42c4b4ab089b619297c17d53cffae5d5120d82d8a92d0bb3b78f2", PersonalMessage.Hash("Hello World").ToString());
        Assert.Equal(PersonalMessage.Hash("Hello World"), PersonalMessage.Hash("Hello World"u8));
    }

    [Theory]
    // The two examples of EIP-2098.
    [InlineData("68a020a209d3d56c46f38cc50a33f704f4a9a10a59377f8dd762ac66910e9b90", "7e865ad05c4035ab5792787d4a0297a43617ae897930a6fe4d822b8faea52064", 27, "7e865ad05c4035ab5792787d4a0297a43617ae897930a6fe4d822b8faea52064")]
    [InlineData("9328da16089fcba9bececa81663203989f2df5fe1faa6291a45381c81bd17f76", "139c6d6b623b42da56557e5e734a43dc83345ddfadec52cbe24d0cc64f550793", 28, "939c6d6b623b42da56557e5e734a43dc83345ddfadec52cbe24d0cc64f550793")]
    public void Signature_Eip2098Examples_ConvertBothWays(string r, string s, byte v, string compactS)
    {
        var full = EvmSignature.Parse([.. Convert.FromHexString(r + s), v]);
        var compact = Convert.FromHexString(r + compactS);
        Assert.Equal(full, EvmSignature.Parse(compact));
        var buffer = new byte[65];
        full.CopyCompactTo(buffer);
        Assert.Equal(compact, buffer[..64]);
        full.CopyTo(buffer);
        Assert.Equal(v, buffer[64]);
        Assert.Equal(full, EvmSignature.Parse([.. buffer[..64], (byte)(v - 27)]));
    }

    [Theory]
    [InlineData("00", "01", 27, 0)]
    [InlineData("01", "00", 27, 32)]
    [InlineData("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", "01", 27, 0)]
    [InlineData("01", "7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a1", 27, 32)]
    [InlineData("01", "01", 29, 64)]
    public void SignatureParse_OutOfRange_SaysWhere(string r, string s, byte v, int offset)
        => Assert.Equal(offset, Assert.Throws<EvmFormatException>(() => EvmSignature.Parse([.. Convert.FromHexString(r.PadLeft(64, '0') + s.PadLeft(64, '0')), v])).Offset);

    [Fact]
    public void SignatureParse_WrongLength_Throws()
    {
        Assert.Throws<EvmFormatException>(() => EvmSignature.Parse(new byte[63]));
        Assert.Throws<EvmFormatException>(() => EvmSignature.Parse(new byte[66]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EvmSignature(UInt256.MaxValue, 1, false));
    }
}
