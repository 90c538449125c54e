using System.Text;

namespace DePin.Sdk.Compute.Grammars.Automata;

/// <summary>Cuts ranges of characters into sequences of byte ranges (RFC 3629).</summary>
internal static class Utf8Ranges
{
    private static readonly int[] LastOfLength = [0x7F, 0x7FF, 0xFFFF, 0x10FFFF];

    /// <summary>Calls back for each sequence; together they cover the encodings of exactly the range.</summary>
    public static void Cut(int first, int last, Action<byte[], byte[]> sequence)
    {
        for (int length = 1; length <= 4 && first <= last; length++)
        {
            int end = Math.Min(last, LastOfLength[length - 1]);
            if (first <= end)
            {
                CutOfLength(first, end, length, sequence);
                first = end + 1;
            }
        }
    }

    private static void CutOfLength(int first, int last, int length, Action<byte[], byte[]> sequence)
    {
        // Continuation bytes carry six bits each: a range whose leading parts differ is cut so that the trailing parts run full.
        for (int trailing = 1; trailing < length; trailing++)
        {
            int mask = (1 << (6 * trailing)) - 1;
            if ((first & ~mask) == (last & ~mask))
            {
                continue;
            }

            if ((first & mask) != 0)
            {
                CutOfLength(first, first | mask, length, sequence);
                CutOfLength((first | mask) + 1, last, length, sequence);
                return;
            }

            if ((last & mask) != mask)
            {
                CutOfLength(first, (last & ~mask) - 1, length, sequence);
                CutOfLength(last & ~mask, last, length, sequence);
                return;
            }
        }

        sequence(Encode(first, length), Encode(last, length));
    }

    private static byte[] Encode(int scalar, int length)
    {
        byte[] bytes = new byte[length];
        new Rune(scalar).EncodeToUtf8(bytes);
        return bytes;
    }
}
