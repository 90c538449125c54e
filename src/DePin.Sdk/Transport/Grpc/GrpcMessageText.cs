using System.Text;

namespace DePin.Sdk.Transport.Grpc;

/// <summary>The percent-encoding of <c>grpc-message</c> (PROTOCOL-HTTP2.md, "Percent-Encoded"), with a length that fits into headers.</summary>
internal static class GrpcMessageText
{
    internal const int MaxCharacters = 1024;

    public static string Encode(string text)
    {
        if (text.Length > MaxCharacters)
        {
            int end = char.IsHighSurrogate(text[MaxCharacters - 1]) ? MaxCharacters - 1 : MaxCharacters;
            text = text[..end];
        }

        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~') && !text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        var encoded = new StringBuilder(text.Length + 16);
        foreach (byte unit in Encoding.UTF8.GetBytes(text))
        {
            if (unit is >= (byte)' ' and <= (byte)'~' and not (byte)'%')
            {
                encoded.Append((char)unit);
            }
            else
            {
                encoded.Append('%').Append(Convert.ToHexString([unit]));
            }
        }

        return encoded.ToString();
    }

    /// <summary>Never fails: what is not well encoded stays as it is, and what is too long is cut.</summary>
    public static string Decode(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return string.Empty;
        }

        // Three characters encode one byte, and a character takes at most four bytes (RFC 3629).
        var source = text.AsSpan(0, Math.Min(text.Length, MaxCharacters * 12));
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(source.Length)];
        int length = 0;
        while (source.Length > 0)
        {
            if (source is ['%', var high, var low, ..] && char.IsAsciiHexDigit(high) && char.IsAsciiHexDigit(low))
            {
                bytes[length++] = Convert.FromHexString(source.Slice(1, 2))[0];
                source = source[3..];
            }
            else
            {
                int plain = source[1..].IndexOf('%') is >= 0 and var next ? next + 1 : source.Length;
                length += Encoding.UTF8.GetBytes(source[..plain], bytes.AsSpan(length));
                source = source[plain..];
            }
        }

        string decoded = Encoding.UTF8.GetString(bytes, 0, length);
        return decoded.Length <= MaxCharacters ? decoded : decoded[..MaxCharacters];
    }
}
