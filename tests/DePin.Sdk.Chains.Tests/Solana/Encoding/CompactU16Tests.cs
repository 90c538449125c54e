using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Encoding;

namespace DePin.Sdk.Chains.Tests.Solana.Encoding;

public sealed class CompactU16Tests
{
    // Solana's documentation, "Compact-u16 format".
    [Theory]
    [InlineData(0x0000, "00")]
    [InlineData(0x007F, "7f")]
    [InlineData(0x0080, "8001")]
    [InlineData(0x00FF, "ff01")]
    [InlineData(0x0100, "8002")]
    [InlineData(0x07FF, "ff0f")]
    [InlineData(0x3FFF, "ff7f")]
    [InlineData(0x4000, "808001")]
    [InlineData(0xC000, "808003")]
    [InlineData(0xFFFF, "ffff03")]
    public void WriteAndRead_KnownNumber_Agree(ushort number, string hex)
    {
        Span<byte> buffer = stackalloc byte[3];
        int size = CompactU16.Write(buffer, number);
        Assert.Equal(hex, Convert.ToHexStringLower(buffer[..size]));
        Assert.Equal(size, CompactU16.SizeInBytes(number));
        int offset = 0;
        Assert.Equal(number, CompactU16.Read(buffer, ref offset));
        Assert.Equal(size, offset);
        Assert.Throws<ArgumentException>(() => CompactU16.Write(new byte[size - 1], number));
    }

    [Fact]
    public void Read_EveryInputOfThreeBytes_GivesEachNumberOnce()
    {
        var seen = new bool[ushort.MaxValue + 1];
        Span<byte> input = stackalloc byte[3], again = stackalloc byte[3];
        int accepted = 0;
        for (int i = 0; i < 1 << 24; i++)
        {
            (input[0], input[1], input[2]) = ((byte)i, (byte)(i >> 8), (byte)(i >> 16));

            // What follows the number has no part in it: one value of it is enough.
            if (((input[0] & 0x80) == 0 && (input[1] | input[2]) != 0) || ((input[1] & 0x80) == 0 && input[2] != 0) || IsRefused(input))
            {
                continue;
            }

            int offset = 0;
            ushort number = CompactU16.Read(input, ref offset);
            Assert.False(seen[number]);
            seen[number] = true;
            Assert.Equal(offset, CompactU16.Write(again, number));
            Assert.True(again[..offset].SequenceEqual(input[..offset]));
            accepted++;
        }

        Assert.Equal(ushort.MaxValue + 1, accepted);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("80", 1)]
    [InlineData("8080", 2)]
    [InlineData("8000", 1)]
    [InlineData("808000", 2)]
    [InlineData("808004", 0)]
    [InlineData("808080", 0)]
    [InlineData("ffffff01", 0)]
    public void Read_CutOffLongOrTooLarge_ThrowsWithOffset(string hex, int expected)
    {
        var input = Convert.FromHexString(hex);
        int offset = 0;
        Assert.Equal(expected, Assert.Throws<SolanaFormatException>(() => CompactU16.Read(input, ref offset)).Offset);
        Assert.Equal(0, offset);
    }

    // By the definition: an exception for each of millions would take minutes.
    private static bool IsRefused(ReadOnlySpan<byte> input) =>
        (input[0] >= 0x80 && input[1] == 0) || (input[0] >= 0x80 && input[1] >= 0x80 && input[2] is (0 or > 3));
}
