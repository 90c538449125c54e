using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Encoding;

namespace DePin.Sdk.Chains.Tests.Solana.Encoding;

public sealed class BorshTests
{
    private static readonly SolanaAddress Address = SolanaAddress.Parse("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");

    [Fact]
    public void WriteAndRead_EveryKind_Agree()
    {
        var buffer = new byte[200];
        var writer = new BorshWriter(buffer);
        writer.WriteByte(7);
        writer.WriteBoolean(true);
        writer.WriteBoolean(false);
        writer.WriteUInt16(0x1234);
        writer.WriteUInt32(0x89ABCDEF);
        writer.WriteUInt64(ulong.MaxValue - 1);
        writer.WriteInt64(-2);
        writer.WriteUInt128(new UInt128(1, 2));
        writer.WriteAddress(Address);
        writer.WriteBytes([1, 2, 3]);
        writer.WriteByteList([4, 5]);
        writer.WriteString("Zürich");
        writer.WriteCount(0);
        Assert.Equal("0701003412efcdab89feffffffffffffff" + "feffffffffffffff" + "02000000000000000100000000000000", Convert.ToHexStringLower(writer.Written[..41]));

        var reader = new BorshReader(writer.Written);
        Assert.Equal(7, reader.ReadByte());
        Assert.True(reader.ReadBoolean());
        Assert.False(reader.ReadBoolean());
        Assert.Equal(0x1234, reader.ReadUInt16());
        Assert.Equal(0x89ABCDEF, reader.ReadUInt32());
        Assert.Equal(ulong.MaxValue - 1, reader.ReadUInt64());
        Assert.Equal(-2, reader.ReadInt64());
        Assert.Equal(new UInt128(1, 2), reader.ReadUInt128());
        Assert.Equal(Address, reader.ReadAddress());
        Assert.Equal([1, 2, 3], reader.ReadBytes(3).ToArray());
        Assert.Equal([4, 5], reader.ReadByteList(2).ToArray());
        Assert.Equal("Zürich", reader.ReadString(7));
        Assert.Equal(0, reader.ReadCount(0));
        Assert.True(reader.IsAtEnd);
        reader.RequireEnd();
        Assert.Equal(writer.Length, reader.Offset);
    }

    [Fact]
    public void Read_CutOffAnywhere_ThrowsWithOffset()
    {
        for (int length = 0; length < 8; length++)
        {
            var input = new byte[length];
            Assert.Equal(5, Assert.Throws<SolanaFormatException>(() => new BorshReader(input, 5).ReadUInt64()).Offset);
        }

        Assert.Throws<SolanaFormatException>(() => new BorshReader([]).ReadByte());
        Assert.Throws<SolanaFormatException>(() => new BorshReader(new byte[31]).ReadAddress());
        Assert.Throws<SolanaFormatException>(() => new BorshReader(new byte[15]).ReadUInt128());
        Assert.Throws<SolanaFormatException>(() => new BorshReader([2]).ReadBoolean());
        Assert.Throws<SolanaFormatException>(() => new BorshReader([2]).RequireEnd());
    }

    [Fact]
    public void ReadCount_MoreThanAllowedOrThere_IsRefused()
    {
        byte[] three = [3, 0, 0, 0, 1, 2, 3];
        Assert.Equal(3, new BorshReader(three).ReadCount(3));
        Assert.Throws<SolanaFormatException>(() => new BorshReader(three).ReadCount(2));
        Assert.Throws<SolanaFormatException>(() => new BorshReader(three).ReadCount(3, elementSizeInBytes: 2));
        Assert.Throws<SolanaFormatException>(() => new BorshReader([255, 255, 255, 255]).ReadCount(int.MaxValue));
        Assert.Throws<SolanaFormatException>(() => new BorshReader([255, 255, 255, 127, 1, 2, 3, 4]).ReadCount(int.MaxValue, int.MaxValue));
        Assert.Throws<SolanaFormatException>(() => new BorshReader([255, 255, 255, 127]).ReadByteList(int.MaxValue));
    }

    [Fact]
    public void ReadString_NoUtf8_IsRefusedWithOffset() =>
        Assert.Equal(5, Assert.Throws<SolanaFormatException>(() => new BorshReader([2, 0, 0, 0, 65, 0xFF]).ReadString(10)).Offset);

    [Fact]
    public void Write_NoRoom_Throws()
    {
        Assert.Throws<InvalidOperationException>(() => new BorshWriter(new byte[7]).WriteUInt64(1));
        Assert.Throws<InvalidOperationException>(() => new BorshWriter(new byte[6]).WriteByteList([1, 2, 3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BorshWriter(new byte[6]).WriteCount(-1));
    }
}
