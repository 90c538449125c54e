using System.Buffers.Binary;
using System.Text;

namespace DePin.Sdk.Chains.Solana.Encoding;

/// <summary>Reads the little-endian layouts of Solana's programs (Borsh, and packed structures) from outside, one field after the other, never beyond the end. It allocates nothing but strings.</summary>
public ref struct BorshReader
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _source;
    private readonly int _start;
    private int _position;

    /// <summary>Reads from the start of an input.</summary>
    /// <param name="source">The input, or a part of it.</param>
    /// <param name="offset">Where the part starts in the whole input, for errors; 0 for the whole.</param>
    public BorshReader(ReadOnlySpan<byte> source, int offset = 0)
    {
        _source = source;
        _start = offset;
    }

    /// <summary>Where the next field starts, counted from the start of the whole input.</summary>
    public readonly int Offset => _start + _position;

    /// <summary>How many bytes are left.</summary>
    public readonly int Remaining => _source.Length - _position;

    /// <summary>True when nothing is left.</summary>
    public readonly bool IsAtEnd => _position == _source.Length;

    /// <summary>Reads a number of 8 bits.</summary>
    /// <exception cref="SolanaFormatException">The input is cut off.</exception>
    public byte ReadByte() => ReadBytes(1)[0];

    /// <summary>Reads a byte that is 0 or 1.</summary>
    /// <exception cref="SolanaFormatException">The input is cut off, or the byte another one.</exception>
    public bool ReadBoolean()
    {
        int start = Offset;
        return ReadByte() switch
        {
            0 => false,
            1 => true,
            var value => throw new SolanaFormatException($"Expected 0 or 1, found {value}.", start),
        };
    }

    /// <summary>Reads a number of 16 bits.</summary>
    /// <exception cref="SolanaFormatException">The input is cut off.</exception>
    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(ReadBytes(sizeof(ushort)));

    /// <summary>Reads a number of 32 bits.</summary>
    /// <exception cref="SolanaFormatException">The input is cut off.</exception>
    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(ReadBytes(sizeof(uint)));

    /// <summary>Reads a number of 64 bits.</summary>
    /// <exception cref="SolanaFormatException">The input is cut off.</exception>
    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(ReadBytes(sizeof(ulong)));

    /// <summary>Reads a number of 64 bits with a sign.</summary>
    /// <exception cref="SolanaFormatException">The input is cut off.</exception>
    public long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(ReadBytes(sizeof(long)));

    /// <summary>Reads a number of 128 bits.</summary>
    /// <exception cref="SolanaFormatException">The input is cut off.</exception>
    public UInt128 ReadUInt128() => BinaryPrimitives.ReadUInt128LittleEndian(ReadBytes(16));

    /// <summary>Reads an address.</summary>
    /// <exception cref="SolanaFormatException">The input is cut off.</exception>
    public SolanaAddress ReadAddress() => new(ReadBytes(SolanaAddress.SizeInBytes));

    /// <summary>Reads so many bytes, which stay a view of the input.</summary>
    /// <exception cref="SolanaFormatException">The input is cut off.</exception>
    public ReadOnlySpan<byte> ReadBytes(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length > Remaining)
        {
            throw new SolanaFormatException($"Expected {length} more bytes, found {Remaining}.", Offset);
        }

        var bytes = _source.Slice(_position, length);
        _position += length;
        return bytes;
    }

    /// <summary>Passes over so many bytes.</summary>
    /// <exception cref="SolanaFormatException">The input is cut off.</exception>
    public void Skip(int length) => ReadBytes(length);

    /// <summary>Reads how many elements follow, 32 bits, and requires that they can be there.</summary>
    /// <param name="maxCount">The most to accept.</param>
    /// <param name="elementSizeInBytes">The least that one takes.</param>
    /// <exception cref="SolanaFormatException">The input is cut off, or the number too large for the limit or for what is left.</exception>
    public int ReadCount(int maxCount, int elementSizeInBytes = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxCount);
        ArgumentOutOfRangeException.ThrowIfNegative(elementSizeInBytes);
        int start = Offset;
        uint count = ReadUInt32();
        if (count > (uint)maxCount)
        {
            throw new SolanaFormatException($"A list has {count} elements; at most {maxCount} are allowed.", start);
        }

        return (long)count * elementSizeInBytes <= Remaining
            ? (int)count
            : throw new SolanaFormatException($"A list has {count} elements, more than the {Remaining} bytes that are left can hold.", start);
    }

    /// <summary>Reads a list of bytes with its length before it; the bytes stay a view of the input.</summary>
    /// <param name="maxLength">The most to accept.</param>
    /// <exception cref="SolanaFormatException">The input is cut off, or the list longer than allowed.</exception>
    public ReadOnlySpan<byte> ReadByteList(int maxLength) => ReadBytes(ReadCount(maxLength));

    /// <summary>Reads UTF-8 text with its length before it.</summary>
    /// <param name="maxBytes">The most bytes to accept.</param>
    /// <exception cref="SolanaFormatException">The input is cut off, longer than allowed, or no UTF-8.</exception>
    public string ReadString(int maxBytes)
    {
        int start = Offset;
        var bytes = ReadByteList(maxBytes);
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException problem)
        {
            throw new SolanaFormatException("A text is no UTF-8.", start + sizeof(uint) + Math.Max(0, problem.Index), problem);
        }
    }

    /// <summary>Requires that nothing is left.</summary>
    /// <exception cref="SolanaFormatException">Something is.</exception>
    public readonly void RequireEnd()
    {
        if (!IsAtEnd)
        {
            throw new SolanaFormatException($"{Remaining} bytes are left over.", Offset);
        }
    }
}
