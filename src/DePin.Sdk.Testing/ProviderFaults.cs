using DePin.Sdk.Wire;

namespace DePin.Sdk.Testing;

/// <summary>What goes wrong between a provider and its consumers. Counts are outputs (usually tokens) of one job. Set before the job begins.</summary>
public sealed class ProviderFaults
{
    /// <summary>The provider dies as soon as so many outputs of a job have left it, at the latest before one more would. Zero: before the first.</summary>
    /// <value>Null: never.</value>
    public int? KillAfterOutputs { get; set; }

    /// <summary>The provider sends nothing more once so many outputs have left it, and says nothing about it.</summary>
    /// <value>Null: never.</value>
    public int? StallAfterOutputs { get; set; }

    /// <summary>The provider bills so many output tokens more than it should, at the price of its offer.</summary>
    /// <value>Zero.</value>
    public long ExtraOutputTokens { get; set; }

    /// <summary>The receipt's signature is damaged.</summary>
    /// <value>False.</value>
    public bool CorruptReceipts { get; set; }

    /// <summary>Outputs are damaged, so that they cannot be read.</summary>
    /// <value>False.</value>
    public bool CorruptOutputs { get; set; }

    /// <summary>The provider goes away after the last output, without a receipt.</summary>
    /// <value>False.</value>
    public bool WithholdReceipts { get; set; }

    /// <summary>Every job is refused with this.</summary>
    /// <value>Null: none.</value>
    public Func<Exception>? Refusal { get; set; }

    /// <summary>Changes a frame on its way to the consumer; it gets a copy of its own.</summary>
    internal Func<ProviderFrame, ProviderFrame>? Rewrite { get; set; }
}
