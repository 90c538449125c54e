namespace DePin.Sdk.Jobs;

/// <summary>
/// Counts the nested fields of a message before it is parsed: an empty submessage takes two bytes on the wire and a hundred in memory, so that
/// a size limit alone would let a sender cost fifty times what it sends.
/// </summary>
internal static class WireCount
{
    /// <summary>Refuses a message with more than <paramref name="limit"/> length-delimited fields.</summary>
    /// <param name="message">The encoded message.</param>
    /// <param name="depth">How many levels of submessages are counted too; no text may lie on a level that is entered.</param>
    /// <param name="limit">The most that are allowed in all.</param>
    /// <param name="fault">Makes the error.</param>
    public static void Check(ReadOnlySpan<byte> message, int depth, int limit, PayloadFault fault)
    {
        int count = 0;
        Walk(message, depth, ref count, limit);
        if (count > limit)
        {
            throw fault.Invalid("it", $"has more than {limit} fields");
        }
    }

    private static void Walk(ReadOnlySpan<byte> message, int depth, ref int count, int limit)
    {
        while (!message.IsEmpty && count <= limit)
        {
            if (!TryReadVarint(ref message, out var tag))
            {
                return;
            }

            switch (tag & 7)
            {
                case 0 when TryReadVarint(ref message, out _):
                    break;
                case 1 when message.Length >= 8:
                    message = message[8..];
                    break;
                case 5 when message.Length >= 4:
                    message = message[4..];
                    break;
                case 2 when TryReadVarint(ref message, out var length) && length <= (ulong)message.Length:
                    count++;
                    if (depth > 0)
                    {
                        Walk(message[..(int)length], depth - 1, ref count, limit);
                    }

                    message = message[(int)length..];
                    break;
                default:
                    return; // no message, or a broken one, which the parser reports
            }
        }
    }

    private static bool TryReadVarint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (int i = 0; i < bytes.Length && i < 10; i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}
