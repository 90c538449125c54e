namespace DePin.Sdk.Payments;

/// <summary>How a consumer pays.</summary>
public sealed class PaymentSessionOptions
{
    /// <summary>What it allows itself to spend.</summary>
    /// <value>No limits.</value>
    public SpendPolicy SpendPolicy { get; set; } = new();

    /// <summary>How many times a request's highest cost a new channel holds; more means fewer openings, and more money locked up.</summary>
    /// <value>10; 1 to 1,000,000.</value>
    public int DepositRequests { get; set; } = 10;

    /// <summary>How long a provider has to settle after a close is requested.</summary>
    /// <value>One day.</value>
    public TimeSpan GracePeriod { get; set; } = TimeSpan.FromDays(1);

    /// <summary>The most that is signed ahead of delivery, for a provider that extends no credit; null for a quarter of the request's highest cost.</summary>
    /// <value>Null.</value>
    public Amount? MaxAhead { get; set; }

    internal void Validate()
    {
        if (SpendPolicy is null)
        {
            throw new ArgumentException("PaymentSessionOptions.SpendPolicy is null; write new SpendPolicy() for no limits.");
        }

        if (DepositRequests is < 1 or > 1_000_000)
        {
            throw new ArgumentException($"PaymentSessionOptions.DepositRequests is {DepositRequests}; write a number from 1 to 1,000,000.");
        }

        if (GracePeriod <= TimeSpan.Zero)
        {
            throw new ArgumentException($"PaymentSessionOptions.GracePeriod is {GracePeriod}; write a time above zero, for example TimeSpan.FromDays(1).");
        }

        if (MaxAhead is { IsZero: true })
        {
            throw new ArgumentException("PaymentSessionOptions.MaxAhead is zero, so that a provider without credit could never be paid; write an amount above zero, or null.");
        }
    }
}
