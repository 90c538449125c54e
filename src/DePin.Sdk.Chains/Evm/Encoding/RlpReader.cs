namespace DePin.Sdk.Chains.Evm.Encoding;

/// <summary>Reads RLP from outside, one item after the other, and accepts the canonical form alone: every value has one encoding, so that
/// equal values have equal hashes. It allocates nothing of its own; depth is bounded by the caller, who enters each list.</summary>
public ref struct RlpReader
{
    private readonly ReadOnlySpan<byte> _source;
    private readonly int _start;
    private int _position;

    /// <summary>Reads from the start of an input.</summary>
    public RlpReader(ReadOnlySpan<byte> source)
        : this(source, 0)
    {
    }

    private RlpReader(ReadOnlySpan<byte> source, int start)
    {
        _source = source;
        _start = start;
    }

    /// <summary>Where the next item starts, counted from the start of the whole input.</summary>
    public readonly int Offset => _start + _position;

    /// <summary>True when no item is left at this level.</summary>
    public readonly bool IsAtEnd => _position == _source.Length;

    /// <summary>True when the next item is a list.</summary>
    /// <exception cref="EvmFormatException">No item is left.</exception>
    public readonly bool IsList => First() >= 0xC0;

    /// <summary>Reads a byte string, which stays a view of the input.</summary>
    /// <param name="maxLength">The most bytes to accept.</param>
    /// <exception cref="EvmFormatException">The next item is a list, longer than allowed, cut off, or not canonical.</exception>
    public ReadOnlySpan<byte> ReadBytes(int maxLength = int.MaxValue)
    {
        int start = Offset;
        if (IsList)
        {
            throw new EvmFormatException("Expected a byte string, found a list.", start);
        }

        var content = ReadItem();
        return content.Length <= maxLength ? content : throw new EvmFormatException($"A byte string has {content.Length} bytes; at most {maxLength} are allowed.", start);
    }

    /// <summary>Reads a byte string of one length.</summary>
    /// <exception cref="EvmFormatException">The next item is not a byte string of that length in canonical form.</exception>
    public ReadOnlySpan<byte> ReadExact(int length)
    {
        int start = Offset;
        var content = ReadBytes();
        return content.Length == length ? content : throw new EvmFormatException($"Expected {length} bytes, found {content.Length}.", start);
    }

    /// <summary>Reads a number of at most 256 bits.</summary>
    /// <exception cref="EvmFormatException">The next item is not a number without leading zeros, or is too large.</exception>
    public UInt256 ReadUInt256() => UInt256.FromBigEndian(ReadNumber(UInt256.SizeInBytes));

    /// <summary>Reads a number of at most 64 bits.</summary>
    /// <exception cref="EvmFormatException">The next item is not a number without leading zeros, or is too large.</exception>
    public ulong ReadUInt64() => (ulong)UInt256.FromBigEndian(ReadNumber(sizeof(ulong)));

    /// <summary>Enters a list: the result reads its items, and this reader goes on behind it.</summary>
    /// <exception cref="EvmFormatException">The next item is not a list, cut off, or not canonical.</exception>
    public RlpReader ReadList()
    {
        int start = Offset;
        if (!IsList)
        {
            throw new EvmFormatException("Expected a list, found a byte string.", start);
        }

        var content = ReadItem();
        return new RlpReader(content, Offset - content.Length);
    }

    /// <summary>Requires that nothing is left at this level.</summary>
    /// <exception cref="EvmFormatException">Something is.</exception>
    public readonly void EnsureEnd()
    {
        if (!IsAtEnd)
        {
            throw new EvmFormatException($"{_source.Length - _position} bytes follow where nothing may.", Offset);
        }
    }

    private ReadOnlySpan<byte> ReadNumber(int maxLength)
    {
        int start = Offset;
        var content = ReadBytes(maxLength);
        return content.IsEmpty || content[0] != 0 ? content : throw new EvmFormatException("A number has no leading zeros; 0 is the empty string.", start);
    }

    private readonly byte First() => IsAtEnd ? throw new EvmFormatException("An item is missing.", Offset) : _source[_position];

    private ReadOnlySpan<byte> ReadItem()
    {
        int start = Offset;
        byte first = First();
        if (first < 0x80)
        {
            return _source.Slice(_position++, 1);
        }

        int code = first & 0x3F;
        int headerLength = 1;
        ulong length = (ulong)code;
        if (code > 55)
        {
            int digits = code - 55;
            headerLength += digits;
            if (_source.Length - _position < headerLength)
            {
                throw new EvmFormatException("The length of an item is cut off.", start);
            }

            var number = _source.Slice(_position + 1, digits);
            length = (ulong)UInt256.FromBigEndian(number);
            if (number[0] == 0 || length <= 55)
            {
                throw new EvmFormatException("The length of an item is not in its shortest form.", start);
            }
        }

        if (length > (ulong)(_source.Length - _position - headerLength))
        {
            throw new EvmFormatException($"An item claims {length} bytes, of which {_source.Length - _position - headerLength} are there.", start);
        }

        var content = _source.Slice(_position + headerLength, (int)length);
        if (first == 0x81 && content[0] < 0x80)
        {
            throw new EvmFormatException("A byte below 0x80 is its own encoding and has no length.", start);
        }

        _position += headerLength + content.Length;
        return content;
    }
}
