using DePin.Sdk.Jobs;

namespace DePin.Sdk.Market;

/// <summary>Compares what offers would cost without exceptions: a cost that needs more than 128 bits is no cost that anybody can pay.</summary>
internal static class OfferCost
{
    private const ulong Million = 1_000_000;

    /// <summary>The same figure as <see cref="TokenPrice.CostOf"/>; false where that overflows. The counts are not negative.</summary>
    public static bool TryCompute(UInt128 perMillionInput, UInt128 perMillionOutput, JobUsage usage, out UInt128 cost)
    {
        // Prices of everyday size take the 64-bit way: a selection compares thousands of them.
        if ((perMillionInput | perMillionOutput) <= uint.MaxValue && (ulong)(usage.InputTokens | usage.OutputTokens) < int.MaxValue)
        {
            ulong small = ((ulong)perMillionInput * (ulong)usage.InputTokens) + ((ulong)perMillionOutput * (ulong)usage.OutputTokens);
            cost = (small / Million) + (small % Million == 0 ? 0UL : 1UL);
            return true;
        }

        cost = UInt128.MaxValue;
        if (!TryMultiply(perMillionInput, (ulong)usage.InputTokens, out var input)
            || !TryMultiply(perMillionOutput, (ulong)usage.OutputTokens, out var output)
            || input > UInt128.MaxValue - output)
        {
            return false;
        }

        var millionths = input + output;
        var whole = millionths / Million;
        cost = millionths == whole * Million ? whole : whole + 1;
        return true;
    }

    public static bool TryCompute(TokenPrice price, JobUsage usage, out UInt128 cost) =>
        TryCompute(price.PerMillionInputTokens.BaseUnits, price.PerMillionOutputTokens.BaseUnits, usage, out cost);

    private static bool TryMultiply(UInt128 left, ulong right, out UInt128 product)
    {
        ulong high = (ulong)(left >> 64);
        ulong low = (ulong)left;
        var upper = (UInt128)high * right;
        var lower = (UInt128)low * right;
        product = 0;
        if ((ulong)(upper >> 64) != 0)
        {
            return false;
        }

        var shifted = upper << 64;
        if (shifted > UInt128.MaxValue - lower)
        {
            return false;
        }

        product = shifted + lower;
        return true;
    }
}
