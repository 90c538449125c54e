namespace DePin.Sdk.Chains.Solana.Transactions.Internal;

/// <summary>Reads bytes of a transaction from outside; every failure is a <see cref="SolanaFormatException"/> with the offset.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes, int start)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>What was read, in bytes.</summary>
    public int Position { get; private set; }

    /// <summary>Where the reader stands in the whole input.</summary>
    public readonly int Offset => start + Position;

    public readonly int Remaining => _bytes.Length - Position;

    public byte ReadByte(string what) => ReadBytes(1, what)[0];

    public ReadOnlySpan<byte> ReadBytes(int length, string what)
    {
        if (length > Remaining)
        {
            throw new SolanaFormatException($"The input ends inside {what}: {length} bytes are needed, {Remaining} are left.", Offset);
        }

        var read = _bytes.Slice(Position, length);
        Position += length;
        return read;
    }

    /// <summary>A length in the fewest bytes, as the runtime demands.</summary>
    public int ReadLength(string what)
    {
        int value = 0;
        for (int i = 0; i < 3; i++)
        {
            int at = Offset;
            byte next = ReadByte(what);
            if (next == 0 && i > 0)
            {
                throw new SolanaFormatException($"The length of {what} is written in more bytes than it needs.", at);
            }

            value |= (next & 0x7F) << (7 * i);
            if (next < 0x80)
            {
                return value <= ushort.MaxValue ? value : throw new SolanaFormatException($"The length of {what} is above 65,535.", at);
            }
        }

        throw new SolanaFormatException($"The length of {what} is above 65,535.", Offset);
    }
}
