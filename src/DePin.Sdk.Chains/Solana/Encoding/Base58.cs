namespace DePin.Sdk.Chains.Solana.Encoding;

/// <summary>The text form of Solana's keys, signatures and hashes: base 58 with Bitcoin's alphabet, a leading zero byte as a leading '1'.</summary>
public static class Base58
{
    /// <summary>The most bytes that are encoded or decoded; Solana's longest value, a transaction, has 1,232.</summary>
    public const int MaxBytes = 2048;

    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    /// <summary>Encodes bytes.</summary>
    /// <exception cref="ArgumentException">There are more than <see cref="MaxBytes"/>.</exception>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxBytes)
        {
            throw new ArgumentException($"At most {MaxBytes} bytes are encoded in base 58, not {bytes.Length}.", nameof(bytes));
        }

        int zeros = bytes.IndexOfAnyExcept((byte)0) is >= 0 and int first ? first : bytes.Length;
        Span<byte> digits = stackalloc byte[(MaxBytes * 138 / 100) + 1];
        int length = 0;
        foreach (byte value in bytes[zeros..])
        {
            int carry = value;
            for (int i = 0; i < length; i++)
            {
                carry += digits[i] << 8;
                digits[i] = (byte)(carry % 58);
                carry /= 58;
            }

            for (; carry > 0; carry /= 58)
            {
                digits[length++] = (byte)(carry % 58);
            }
        }

        var text = new char[zeros + length];
        text.AsSpan(0, zeros).Fill('1');
        for (int i = 0; i < length; i++)
        {
            text[zeros + i] = Alphabet[digits[length - 1 - i]];
        }

        return new string(text);
    }

    /// <summary>Decodes text of exactly so many bytes.</summary>
    /// <returns>False when the text is no base 58 or of another length; the destination's content is then undefined.</returns>
    public static bool TryDecodeExact(ReadOnlySpan<char> text, Span<byte> destination)
    {
        if (text.Length > 2 * destination.Length)
        {
            return false;
        }

        destination.Clear();
        int length = 0;
        foreach (char digit in text)
        {
            int carry = Alphabet.IndexOf(digit, StringComparison.Ordinal);
            if (carry < 0)
            {
                return false;
            }

            for (int i = 0; i < length; i++)
            {
                ref byte place = ref destination[destination.Length - 1 - i];
                carry += place * 58;
                place = (byte)carry;
                carry >>= 8;
            }

            for (; carry > 0; carry >>= 8)
            {
                if (length == destination.Length)
                {
                    return false;
                }

                destination[destination.Length - 1 - length++] = (byte)carry;
            }
        }

        int zeros = text.IndexOfAnyExcept('1') is >= 0 and int first ? first : text.Length;
        return zeros + length == destination.Length;
    }
}
