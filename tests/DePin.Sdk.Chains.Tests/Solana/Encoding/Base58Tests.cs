using System.Numerics;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Encoding;

namespace DePin.Sdk.Chains.Tests.Solana.Encoding;

public sealed class Base58Tests
{
    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    // draft-msporny-base58-03, section 5, and addresses of Solana.
    [Theory]
    [InlineData("48656c6c6f20576f726c6421", "2NEpo7TZRRrLZSi2U")]
    [InlineData("54686520717569636b2062726f776e20666f78206a756d7073206f76657220746865206c617a7920646f672e", "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z")]
    [InlineData("0000287fb4cd", "11233QC4")]
    [InlineData("", "")]
    [InlineData("00", "1")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", "11111111111111111111111111111111")]
    [InlineData("06ddf6e1d765a193d9cbe146ceeb79ac1cb485ed5f5b37913a8cf5857eff00a9", "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "JEKNVnkbo3jma5nREBBJCDoXFVeKkD56V3xKrvRmWxFG")]
    public void EncodeAndDecode_KnownPair_Agree(string hex, string text)
    {
        var bytes = Convert.FromHexString(hex);
        Assert.Equal(text, Base58.Encode(bytes));
        Assert.Equal(bytes, Base58.Decode(text));
        var exact = new byte[bytes.Length];
        Assert.True(Base58.TryDecodeExact(text, exact));
        Assert.Equal(bytes, exact);
        Assert.False(Base58.TryDecodeExact(text, new byte[bytes.Length + 1]));
        Assert.False(bytes.Length > 0 && Base58.TryDecodeExact(text, new byte[bytes.Length - 1]));
    }

    [Fact]
    public void EncodeAndDecode_AnyLength_MatchBigInteger()
    {
        var random = new Random(12);
        for (int i = 0; i < 1_500; i++)
        {
            var bytes = new byte[i < 1_480 ? random.Next(140) : random.Next(Base58.MaxBytes + 1)];
            random.NextBytes(bytes);
            bytes.AsSpan(0, random.Next(4) == 0 ? random.Next(bytes.Length + 1) : 0).Clear();
            if (random.Next(4) == 0)
            {
                bytes.AsSpan(random.Next(bytes.Length + 1)).Fill(random.Next(2) == 0 ? (byte)0 : (byte)255);
            }

            var text = Base58.Encode(bytes);
            Assert.Equal(Reference(bytes), text);
            Assert.Equal(bytes, Base58.Decode(text));
            var exact = new char[text.Length];
            Assert.True(Base58.TryEncode(bytes, exact, out int written));
            Assert.Equal(text, new string(exact, 0, written));
            Assert.False(text.Length > 0 && Base58.TryEncode(bytes, exact.AsSpan(1), out _));
        }
    }

    [Fact]
    public void Decode_NoDigitOrTooLong_ThrowsWithOffset()
    {
        Assert.Equal(3, Assert.Throws<SolanaFormatException>(() => Base58.Decode("abc0def")).Offset);
        Assert.Equal(0, Assert.Throws<SolanaFormatException>(() => Base58.Decode("é")).Offset);
        Assert.Throws<SolanaFormatException>(() => Base58.Decode(new string('1', 5000)));
        Assert.Throws<SolanaFormatException>(() => Base58.Decode(new string('1', Base58.MaxBytes + 1)));
        Assert.Equal(Base58.MaxBytes, Base58.Decode(new string('1', Base58.MaxBytes)).Length);
        Assert.Throws<ArgumentException>(() => Base58.Encode(new byte[Base58.MaxBytes + 1]));
        Assert.False(Base58.TryDecode(new string('z', 10_000), new byte[10_000], out _));
        foreach (char character in "0OIl +/-_\0\u0131\uFF11")
        {
            Assert.False(SolanaAddress.TryParse("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5D" + character, out _));
        }
    }

    [Fact]
    public void Decode_LargestNumbers_AreRefusedWhereOneMoreWouldOverflow()
    {
        // 2^256 - 1 fits, 2^256 does not.
        Assert.True(Base58.TryDecodeExact("JEKNVnkbo3jma5nREBBJCDoXFVeKkD56V3xKrvRmWxFG", new byte[32]));
        Assert.False(Base58.TryDecodeExact("JEKNVnkbo3jma5nREBBJCDoXFVeKkD56V3xKrvRmWxFH", new byte[32]));
        Assert.False(Base58.TryDecodeExact(new string('z', 44), new byte[32]));
        Assert.False(Base58.TryDecodeExact(new string('z', 88), new byte[64]));
    }

    private static string Reference(byte[] bytes)
    {
        var number = new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
        var text = "";
        for (; number > 0; number /= 58)
        {
            text = Alphabet[(int)(number % 58)] + text;
        }

        return new string('1', bytes.TakeWhile(value => value == 0).Count()) + text;
    }
}
