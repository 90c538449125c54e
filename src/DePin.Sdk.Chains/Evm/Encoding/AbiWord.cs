namespace DePin.Sdk.Chains.Evm.Encoding;

/// <summary>Which words of 256 bits are integers of fewer bits.</summary>
internal static class AbiWord
{
    public static bool IsNegative(UInt256 word) => word.Upper >> 127 != UInt128.Zero;

    public static bool FitsUnsigned(UInt256 word, int bits) => bits == 256 || word.ByteCount <= bits / 8;

    public static bool FitsSigned(UInt256 word, int bits)
    {
        // All bits from the sign bit up are equal: the word, or the complement of a negative one, has fewer than that many bits.
        var magnitude = IsNegative(word) ? new UInt256(~word.Upper, ~word.Lower) : word;
        int leadingZeros = magnitude.Upper == UInt128.Zero
            ? 128 + (int)UInt128.LeadingZeroCount(magnitude.Lower)
            : (int)UInt128.LeadingZeroCount(magnitude.Upper);
        return leadingZeros > 256 - bits;
    }
}
