namespace DePin.Sdk.Payments;

/// <summary>How a provider takes payment.</summary>
public sealed class PaymentAcceptorOptions
{
    /// <summary>How often it is considered whether what is owed is worth claiming. Where settling is free, it always is.</summary>
    /// <value>Ten minutes.</value>
    public TimeSpan ClaimInterval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The share of what a claim brings that may go into network fees, above 0 and up to 1, as long as nothing presses. The share grows to
    /// the whole as a closing channel's grace period passes, as a voucher gets old, or as more lies unclaimed; a claim that brings less than its fee is never made.
    /// </summary>
    /// <value>0.01: one percent.</value>
    public double MaximumFeeShare { get; set; } = 0.01;

    /// <summary>How long something owed may lie unclaimed, counted from when this process first saw it, until any fee below its value will do.</summary>
    /// <value>One day.</value>
    public TimeSpan MaximumClaimAge { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How much may lie unclaimed in one asset, over all channels, until any fee below its value will do.</summary>
    /// <value>Null: no limit.</value>
    public Amount? MaximumUnclaimed { get; set; }

    /// <summary>What a network fee is worth in the asset that channels are paid in; null from it: not known at the moment.</summary>
    /// <value>Null: fees are weighed only where they are paid in the channels' own asset. Else claims wait until they are <see cref="MaximumClaimAge"/> old, more than <see cref="MaximumUnclaimed"/> lies unclaimed, or a payer leaves.</value>
    public Func<Amount, Asset, Amount?>? ConvertFee { get; set; }

    /// <summary>The shortest grace period that a channel must have; below it a payer could leave between two claims.</summary>
    /// <value>One minute.</value>
    public TimeSpan MinimumGracePeriod { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a job waits at the credit limit for a voucher before it is stopped.</summary>
    /// <value>Ten seconds.</value>
    public TimeSpan VoucherTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How old the known state of a channel may be when a job begins.</summary>
    /// <value>Ten seconds.</value>
    public TimeSpan ChannelRefreshInterval { get; set; } = TimeSpan.FromSeconds(10);

    // A payer can be gone one grace period after asking to close; three looks fit into the shortest one.
    internal TimeSpan WatchInterval => TimeSpan.FromTicks(Math.Max(1, Math.Min(ClaimInterval.Ticks, MinimumGracePeriod.Ticks / 3)));

    internal void Validate()
    {
        if (ClaimInterval <= TimeSpan.Zero || MinimumGracePeriod <= TimeSpan.Zero || VoucherTimeout <= TimeSpan.Zero || ChannelRefreshInterval < TimeSpan.Zero)
        {
            throw new ArgumentException("The intervals of PaymentAcceptorOptions are above zero; for example ClaimInterval = TimeSpan.FromMinutes(10).");
        }

        if (!(MaximumFeeShare > 0 && MaximumFeeShare <= 1) || MaximumClaimAge <= TimeSpan.Zero)
        {
            throw new ArgumentException("MaximumFeeShare is above 0 and at most 1, and MaximumClaimAge above zero; for example MaximumFeeShare = 0.01, MaximumClaimAge = TimeSpan.FromDays(1).");
        }
    }
}
