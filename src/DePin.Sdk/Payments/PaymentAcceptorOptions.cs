namespace DePin.Sdk.Payments;

/// <summary>How a provider takes payment.</summary>
public sealed class PaymentAcceptorOptions
{
    /// <summary>How often what is owed is claimed.</summary>
    /// <value>Ten minutes.</value>
    public TimeSpan ClaimInterval { get; set; } = TimeSpan.FromMinutes(10);

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
    }
}
