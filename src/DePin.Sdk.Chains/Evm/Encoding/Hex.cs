using System.Buffers;

namespace DePin.Sdk.Chains.Evm.Encoding;

/// <summary>The two ways JSON-RPC writes values: data (<c>0x</c> and two digits a byte) and quantities (<c>0x</c> and a number without leading zeros).</summary>
public static class Hex
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>Bytes as <c>0x</c> and two lower-case digits each.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes) => string.Concat("0x", Convert.ToHexStringLower(bytes));

    /// <summary>Reads <c>0x</c> and two digits for each byte.</summary>
    /// <exception cref="EvmFormatException">The prefix is missing, a character is no digit, or their number is odd.</exception>
    public static byte[] Decode(string text) => Convert.FromHexString(Data(text));

    /// <summary>Reads <c>0x</c> and two digits for each byte of a buffer, no fewer and no more.</summary>
    /// <exception cref="EvmFormatException">The text is not the hexadecimal form of that many bytes.</exception>
    public static void DecodeExact(string text, Span<byte> destination)
    {
        var digits = Data(text);
        if (digits.Length != 2 * destination.Length)
        {
            throw new EvmFormatException($"Expected {destination.Length} bytes, found {digits.Length / 2}.", Math.Min(text.Length, 2 + (2 * destination.Length)));
        }

        Convert.FromHexString(digits, destination, out _, out _);
    }

    /// <summary>A number as <c>0x</c> and digits without leading zeros; 0 is <c>0x0</c>.</summary>
    public static string EncodeQuantity(UInt256 value)
    {
        Span<byte> word = stackalloc byte[UInt256.SizeInBytes];
        value.WriteBigEndian(word);
        var digits = Convert.ToHexStringLower(word).AsSpan().TrimStart('0');
        return digits.IsEmpty ? "0x0" : string.Concat("0x", digits);
    }

    /// <summary>Reads <c>0x</c> and digits without leading zeros, at most 64.</summary>
    /// <exception cref="EvmFormatException">The text is something else; some nodes write quantities with leading zeros, which JSON-RPC forbids.</exception>
    public static UInt256 DecodeQuantity(string text)
    {
        var digits = Prefixed(text);
        if (digits.IsEmpty || digits.Length > 2 * UInt256.SizeInBytes || (digits.Length > 1 && digits[0] == '0'))
        {
            throw new EvmFormatException("A quantity has 1 to 64 digits after 0x, without leading zeros.", 2);
        }

        return UInt256.TryParse(text, out var value) ? value : throw new EvmFormatException("The text is no quantity.", 2);
    }

    private static ReadOnlySpan<char> Data(string text)
    {
        var digits = Prefixed(text);
        return digits.Length % 2 == 0 ? digits : throw new EvmFormatException("Bytes have two digits each; one is missing.", text.Length);
    }

    private static ReadOnlySpan<char> Prefixed(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.StartsWith("0x", StringComparison.Ordinal))
        {
            throw new EvmFormatException("Hexadecimal text starts with 0x.", 0);
        }

        var digits = text.AsSpan(2);
        int wrong = digits.IndexOfAnyExcept(Digits);
        return wrong < 0 ? digits : throw new EvmFormatException("A character is no hexadecimal digit.", wrong + 2);
    }
}
