using System.Buffers.Binary;

namespace DePin.Sdk.Chains.Evm.Encoding;

/// <summary>Writes RLP (Recursive Length Prefix), the form of transactions. What it writes is canonical. Not safe for several threads.</summary>
public sealed class RlpWriter
{
    /// <summary>The most lists inside each other.</summary>
    public const int MaxDepth = 64;

    private readonly Stack<int> _lists = new();
    private byte[] _buffer;
    private int _length;

    /// <summary>Starts empty.</summary>
    /// <param name="capacity">How many bytes to make room for at once.</param>
    public RlpWriter(int capacity = 256) => _buffer = new byte[capacity];

    /// <summary>What was written so far.</summary>
    /// <exception cref="InvalidOperationException">A list is still open.</exception>
    public ReadOnlySpan<byte> Written
    {
        get
        {
            if (_lists.Count > 0)
            {
                throw new InvalidOperationException($"{_lists.Count} lists are still open; call {nameof(EndList)} for each.");
            }

            return _buffer.AsSpan(0, _length);
        }
    }

    /// <summary>Writes a byte string.</summary>
    public RlpWriter Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 1 && bytes[0] < 0x80)
        {
            Reserve(1)[0] = bytes[0];
            return this;
        }

        Span<byte> header = stackalloc byte[5];
        int headerLength = WriteHeader(header, 0x80, bytes.Length);
        var destination = Reserve(headerLength + bytes.Length);
        header[..headerLength].CopyTo(destination);
        bytes.CopyTo(destination[headerLength..]);
        return this;
    }

    /// <summary>Writes a number: big-endian without leading zeros, and 0 as the empty string.</summary>
    public RlpWriter Write(UInt256 value)
    {
        Span<byte> word = stackalloc byte[UInt256.SizeInBytes];
        value.WriteBigEndian(word);
        return Write(word[(UInt256.SizeInBytes - value.ByteCount)..]);
    }

    /// <summary>Copies items that are encoded already, as they are.</summary>
    public RlpWriter WriteEncoded(ReadOnlySpan<byte> items)
    {
        items.CopyTo(Reserve(items.Length));
        return this;
    }

    /// <summary>Opens a list; what follows belongs to it until <see cref="EndList"/>.</summary>
    /// <exception cref="InvalidOperationException">There are <see cref="MaxDepth"/> open lists already.</exception>
    public RlpWriter BeginList()
    {
        if (_lists.Count == MaxDepth)
        {
            throw new InvalidOperationException($"Lists nest at most {MaxDepth} deep.");
        }

        _lists.Push(_length);
        return this;
    }

    /// <summary>Closes the innermost open list.</summary>
    /// <exception cref="InvalidOperationException">No list is open.</exception>
    public RlpWriter EndList()
    {
        if (!_lists.TryPop(out int start))
        {
            throw new InvalidOperationException("No list is open.");
        }

        // The length is known only now, so the content moves up by the size of its header.
        int contentLength = _length - start;
        Span<byte> header = stackalloc byte[5];
        int headerLength = WriteHeader(header, 0xC0, contentLength);
        Reserve(headerLength);
        _buffer.AsSpan(start, contentLength).CopyTo(_buffer.AsSpan(start + headerLength));
        header[..headerLength].CopyTo(_buffer.AsSpan(start));
        return this;
    }

    /// <summary>What was written, as a new array.</summary>
    /// <exception cref="InvalidOperationException">A list is still open.</exception>
    public byte[] ToArray() => Written.ToArray();

    private static int WriteHeader(Span<byte> header, byte kind, int length)
    {
        if (length <= 55)
        {
            header[0] = (byte)(kind + length);
            return 1;
        }

        Span<byte> number = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(number, (uint)length);
        var digits = number.TrimStart((byte)0);
        header[0] = (byte)(kind + 55 + digits.Length);
        digits.CopyTo(header[1..]);
        return 1 + digits.Length;
    }

    private Span<byte> Reserve(int count)
    {
        int needed = checked(_length + count);
        if (needed > _buffer.Length)
        {
            Array.Resize(ref _buffer, (int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _buffer.Length)));
        }

        var room = _buffer.AsSpan(_length, count);
        _length = needed;
        return room;
    }
}
