using System.Buffers.Binary;

namespace DePin.Sdk.Chains.Solana.Encoding;

/// <summary>Writes the little-endian layouts of Solana's programs (Borsh, and packed structures) into a buffer of the caller's, one field after the other. It allocates nothing.</summary>
public ref struct BorshWriter
{
    private readonly Span<byte> _destination;
    private int _position;

    /// <summary>Writes from the start of a buffer.</summary>
    /// <param name="destination">Room for everything that will be written.</param>
    public BorshWriter(Span<byte> destination) => _destination = destination;

    /// <summary>How many bytes are written.</summary>
    public readonly int Length => _position;

    /// <summary>What is written, a view of the buffer.</summary>
    public readonly ReadOnlySpan<byte> Written => _destination[.._position];

    /// <summary>Writes a number of 8 bits.</summary>
    /// <exception cref="InvalidOperationException">The buffer is full.</exception>
    public void WriteByte(byte value) => Take(1)[0] = value;

    /// <summary>Writes 1 for true, 0 for false.</summary>
    /// <exception cref="InvalidOperationException">The buffer is full.</exception>
    public void WriteBoolean(bool value) => WriteByte(value ? (byte)1 : (byte)0);

    /// <summary>Writes a number of 16 bits.</summary>
    /// <exception cref="InvalidOperationException">The buffer is full.</exception>
    public void WriteUInt16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Take(sizeof(ushort)), value);

    /// <summary>Writes a number of 32 bits.</summary>
    /// <exception cref="InvalidOperationException">The buffer is full.</exception>
    public void WriteUInt32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(sizeof(uint)), value);

    /// <summary>Writes a number of 64 bits.</summary>
    /// <exception cref="InvalidOperationException">The buffer is full.</exception>
    public void WriteUInt64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Take(sizeof(ulong)), value);

    /// <summary>Writes a number of 64 bits with a sign.</summary>
    /// <exception cref="InvalidOperationException">The buffer is full.</exception>
    public void WriteInt64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(sizeof(long)), value);

    /// <summary>Writes a number of 128 bits.</summary>
    /// <exception cref="InvalidOperationException">The buffer is full.</exception>
    public void WriteUInt128(UInt128 value) => BinaryPrimitives.WriteUInt128LittleEndian(Take(16), value);

    /// <summary>Writes an address.</summary>
    /// <exception cref="InvalidOperationException">The buffer is full.</exception>
    public void WriteAddress(SolanaAddress value) => value.CopyTo(Take(SolanaAddress.SizeInBytes));

    /// <summary>Writes bytes as they are, without their length.</summary>
    /// <exception cref="InvalidOperationException">The buffer is full.</exception>
    public void WriteBytes(scoped ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    /// <summary>Writes how many elements follow, 32 bits.</summary>
    /// <exception cref="InvalidOperationException">The buffer is full.</exception>
    public void WriteCount(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        WriteUInt32((uint)count);
    }

    /// <summary>Writes a list of bytes with its length before it.</summary>
    /// <exception cref="InvalidOperationException">The buffer is full.</exception>
    public void WriteByteList(scoped ReadOnlySpan<byte> value)
    {
        WriteCount(value.Length);
        WriteBytes(value);
    }

    /// <summary>Writes text as UTF-8 with its length before it.</summary>
    /// <exception cref="InvalidOperationException">The buffer is full.</exception>
    public void WriteString(scoped ReadOnlySpan<char> value)
    {
        int length = System.Text.Encoding.UTF8.GetByteCount(value);
        WriteCount(length);
        System.Text.Encoding.UTF8.GetBytes(value, Take(length));
    }

    private Span<byte> Take(int length)
    {
        if (length > _destination.Length - _position)
        {
            throw new InvalidOperationException($"The buffer of {_destination.Length} bytes has no room for {length} more at {_position}.");
        }

        var room = _destination.Slice(_position, length);
        _position += length;
        return room;
    }
}
