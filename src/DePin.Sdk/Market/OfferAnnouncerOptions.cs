namespace DePin.Sdk.Market;

/// <summary>How <see cref="OfferAnnouncer"/> keeps offers listed.</summary>
public sealed class OfferAnnouncerOptions
{
    /// <summary>The time between two heartbeats; shorter where the directory's lease asks for it.</summary>
    /// <value>Default 20 seconds.</value>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long an offer holds that came unsigned and is issued here. It is issued anew after half of that.</summary>
    /// <value>Default one hour.</value>
    public TimeSpan OfferLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The pause after a first failure; it doubles with each further one.</summary>
    /// <value>Default one second.</value>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause after a failure.</summary>
    /// <value>Default 30 seconds.</value>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long taking the listings down at the end may take.</summary>
    /// <value>Default five seconds.</value>
    public TimeSpan WithdrawTimeout { get; set; } = TimeSpan.FromSeconds(5);

    internal void Validate()
    {
        if (HeartbeatInterval <= TimeSpan.Zero || OfferLifetime <= TimeSpan.Zero || RetryDelay <= TimeSpan.Zero || MaxRetryDelay < RetryDelay || WithdrawTimeout <= TimeSpan.Zero)
        {
            throw new ArgumentException($"The times of {nameof(OfferAnnouncerOptions)} are above zero, and {nameof(MaxRetryDelay)} is at least {nameof(RetryDelay)}.");
        }
    }
}
