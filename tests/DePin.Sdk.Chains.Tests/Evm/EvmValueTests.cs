using System.Numerics;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Encoding;

namespace DePin.Sdk.Chains.Tests.Evm;

public class EvmValueTests
{
    private static readonly BigInteger Modulus = BigInteger.One << 256;

    [Fact]
    public void UInt256_Arithmetic_AgreesWithBigInteger()
    {
        var random = new Random(2);
        for (int i = 0; i < 20_000; i++)
        {
            var left = Any(random);
            var right = Any(random);
            ulong factor = (ulong)random.NextInt64() >> random.Next(64);
            Check((BigInteger)left + right, () => left + right);
            Check((BigInteger)left - right, () => left - right);
            Check((BigInteger)left * factor, () => left * factor);
            Assert.Equal(((BigInteger)left).CompareTo(right), left.CompareTo(right));
            Assert.Equal(left, UInt256.Parse(left.ToString()));
            Assert.Equal(left, UInt256.Parse(Hex.EncodeQuantity(left)));
            Assert.Equal(((BigInteger)left).ToString(System.Globalization.CultureInfo.InvariantCulture), left.ToString());
            Assert.Equal(left.IsZero ? 0 : ((BigInteger)left).GetByteCount(isUnsigned: true), left.ByteCount);
            Assert.Equal(left, (UInt256)(BigInteger)left);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("0x")]
    [InlineData("-1")]
    [InlineData("1a")]
    [InlineData(" 1")]
    [InlineData("0X1")]
    [InlineData("115792089237316195423570985008687907853269984665640564039457584007913129639936")]
    [InlineData("0x10000000000000000000000000000000000000000000000000000000000000000")]
    public void UInt256Parse_NotSuchANumber_Throws(string text) => Assert.Throws<FormatException>(() => UInt256.Parse(text));

    [Fact]
    public void UInt256_Narrowing_ChecksItsRange()
    {
        Assert.Equal(ulong.MaxValue, (ulong)(UInt256)ulong.MaxValue);
        Assert.Throws<OverflowException>(() => (ulong)((UInt256)ulong.MaxValue + 1));
        Assert.Throws<OverflowException>(() => (UInt128)((UInt256)UInt128.MaxValue + 1));
        Assert.Throws<OverflowException>(() => (UInt256)BigInteger.MinusOne);
        Assert.Throws<OverflowException>(() => (UInt256)Modulus);
        Assert.Throws<ArgumentException>(() => UInt256.FromBigEndian(new byte[33]));
    }

    [Fact]
    public void Address_EthersAccounts_KeepTheirChecksum()
    {
        foreach (var account in EvmVectors.Load("ethers-accounts.json.gz").EnumerateArray())
        {
            var text = account.GetProperty("address").GetString()!;
            var address = EvmAddress.Parse(text);
            Assert.Equal(text, address.ToString());
            Assert.Equal(address, EvmAddress.Parse(text.ToLowerInvariant()));
            Assert.Equal(address, EvmAddress.FromUInt256(address.ToUInt256()));
            Assert.Equal(address, new EvmAddress(address.ToArray()));
            Assert.Equal(address, EvmAddress.FromPublicKey(Secp256k1.GetPublicKey(EvmVectors.Bytes(account.GetProperty("privateKey")))));
        }
    }

    [Theory]
    [InlineData("0x7E5F4552091A69125d5DfCb7b8C2659029395BdF")]
    [InlineData("0x7E5F4552091A69125d5DfCb7b8C2659029395B")]
    [InlineData("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf00")]
    [InlineData("7E5F4552091A69125d5DfCb7b8C2659029395Bdf00")]
    [InlineData("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdg")]
    public void AddressParse_WrongChecksumOrLength_Throws(string text)
    {
        Assert.Throws<EvmFormatException>(() => EvmAddress.Parse(text));
        Assert.False(EvmAddress.TryParse(text, out _));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("12", 0)]
    [InlineData("0x1", 3)]
    [InlineData("0x1g", 3)]
    [InlineData("0X12", 0)]
    public void HexDecode_NotData_SaysWhere(string text, int offset)
        => Assert.Equal(offset, Assert.Throws<EvmFormatException>(() => Hex.Decode(text)).Offset);

    [Theory]
    [InlineData("0x")]
    [InlineData("0x00")]
    [InlineData("0x0400")]
    [InlineData("ff")]
    public void HexDecodeQuantity_NotAQuantity_Throws(string text) => Assert.Throws<EvmFormatException>(() => Hex.DecodeQuantity(text));

    [Fact]
    public void Hash_RoundTrips()
    {
        var hash = Hash32.Keccak([]);
        Assert.Equal("0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470", hash.ToString());
        Assert.Equal(hash, Hash32.Parse(hash.ToString()));
        Assert.Equal(hash, Hash32.FromUInt256(hash.ToUInt256()));
        Assert.Throws<ArgumentException>(() => new Hash32(new byte[31]));
        Assert.Throws<EvmFormatException>(() => Hash32.Parse("0x00"));
    }

    private static UInt256 Any(Random random)
    {
        Span<byte> bytes = stackalloc byte[32];
        random.NextBytes(bytes);
        for (int i = 0; i < 3; i++)
        {
            // Long runs of equal bits make the carries happen.
            bytes.Slice(random.Next(32))[..1].Fill((byte)(random.Next(2) * 0xFF));
        }

        bytes[..random.Next(33)].Fill((byte)(random.Next(3) == 0 ? 0xFF : 0));
        return UInt256.FromBigEndian(bytes);
    }

    private static void Check(BigInteger expected, Func<UInt256> actual)
    {
        if (expected.Sign < 0 || expected >= Modulus)
        {
            Assert.Throws<OverflowException>(() => actual());
        }
        else
        {
            Assert.Equal(expected, (BigInteger)actual());
        }
    }
}
