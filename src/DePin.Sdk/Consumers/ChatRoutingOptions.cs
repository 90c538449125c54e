namespace DePin.Sdk.Consumers;

/// <summary>How chat requests find their providers, what they may cost, and what happens when one is slow or dies.</summary>
public sealed class ChatRoutingOptions : RoutingOptions
{
    /// <summary>
    /// The share of requests that may be sent to a second provider because the first is slow to begin, 0 to 1. Each request adds so much to a
    /// bucket that starts with one hedge; a hedge takes one out. The first to begin its answer wins, the other is cancelled and paid what it is owed.
    /// </summary>
    /// <value>0.05: about 5 % extra requests. Zero: never.</value>
    public double HedgeBudget { get; set; } = 0.05;

    /// <summary>How long the first provider is waited for before a second one is asked.</summary>
    /// <value>Null: the 95th percentile of the recent times to first token; half a second as long as fewer than eight are known.</value>
    public TimeSpan? HedgeDelay { get; set; }

    internal override void Validate()
    {
        base.Validate();
        Require(HedgeBudget is >= 0 and <= 1, nameof(HedgeBudget), HedgeBudget, "0 to 1, for example 0.05");
        Require(HedgeDelay is null || HedgeDelay.Value == TimeSpan.Zero || InRange(HedgeDelay.Value), nameof(HedgeDelay), HedgeDelay, "zero or a time up to 20 days, or null");
    }
}
