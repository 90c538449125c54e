namespace DePin.Sdk.Chains.Solana.Encoding;

/// <summary>The lengths in Solana's transactions: numbers of 16 bits in one to three bytes of seven bits each, lowest first (the "shortvec" of its wire format). Each number has one encoding.</summary>
public static class CompactU16
{
    /// <summary>The most bytes that a number takes.</summary>
    public const int MaxSizeInBytes = 3;

    /// <summary>How many bytes a number takes: one below 128, two below 16,384, else three.</summary>
    public static int SizeInBytes(ushort value) => value < 0x80 ? 1 : value < 0x4000 ? 2 : 3;

    /// <summary>Writes a number.</summary>
    /// <returns>How many bytes it took.</returns>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public static int Write(Span<byte> destination, ushort value)
    {
        int size = SizeInBytes(value);
        if (destination.Length < size)
        {
            throw new ArgumentException($"The number takes {size} bytes; the buffer has {destination.Length}.", nameof(destination));
        }

        for (int i = 0; i < size; i++)
        {
            destination[i] = (byte)((value >> (7 * i)) & 0x7F | (i < size - 1 ? 0x80 : 0));
        }

        return size;
    }

    /// <summary>Reads a number at an offset, which then points behind it.</summary>
    /// <param name="source">The whole input.</param>
    /// <param name="offset">Where the number starts.</param>
    /// <exception cref="SolanaFormatException">The number is cut off, above 65,535, or longer than it need be.</exception>
    public static ushort Read(ReadOnlySpan<byte> source, ref int offset)
    {
        int start = offset, value = 0;
        for (int i = 0; i < MaxSizeInBytes; i++)
        {
            if ((uint)(start + i) >= (uint)source.Length)
            {
                throw new SolanaFormatException("A length is cut off.", Math.Min(start + i, source.Length));
            }

            byte part = source[start + i];
            value |= (part & 0x7F) << (7 * i);
            if (part >= 0x80)
            {
                continue;
            }

            if (part == 0 && i > 0)
            {
                throw new SolanaFormatException("A length is written with more bytes than it needs.", start + i);
            }

            if (value > ushort.MaxValue)
            {
                break;
            }

            offset = start + i + 1;
            return (ushort)value;
        }

        throw new SolanaFormatException($"A length is above {ushort.MaxValue}.", start);
    }
}
