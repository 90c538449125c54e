using DePin.Sdk.Jobs;

namespace DePin.Sdk.Market;

/// <summary>What tokens cost. Both amounts are of one asset.</summary>
/// <param name="PerMillionInputTokens">Base units for a million tokens read.</param>
/// <param name="PerMillionOutputTokens">Base units for a million tokens written.</param>
public readonly record struct TokenPrice(Amount PerMillionInputTokens, Amount PerMillionOutputTokens)
{
    private const ulong Million = 1_000_000;

    /// <summary>The asset that is paid with.</summary>
    public Asset Asset => PerMillionOutputTokens.Asset;

    /// <summary>True when nothing costs anything.</summary>
    public bool IsFree => PerMillionInputTokens.IsZero && PerMillionOutputTokens.IsZero;

    /// <summary>The cost of a whole usage, rounded up to a base unit once. Apply it to cumulative usage, so that rounding never adds up.</summary>
    /// <exception cref="OverflowException">The cost needs more than 128 bits.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative.</exception>
    public Amount CostOf(JobUsage usage)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(usage.InputTokens, nameof(usage));
        ArgumentOutOfRangeException.ThrowIfNegative(usage.OutputTokens, nameof(usage));
        var millionths = checked((PerMillionInputTokens.BaseUnits * (ulong)usage.InputTokens) + (PerMillionOutputTokens.BaseUnits * (ulong)usage.OutputTokens));
        var whole = millionths / Million;
        return new Amount(millionths == whole * Million ? whole : whole + 1, Asset);
    }
}
