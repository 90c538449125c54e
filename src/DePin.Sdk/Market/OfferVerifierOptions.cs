namespace DePin.Sdk.Market;

/// <summary>Which offers <see cref="OfferVerifier"/> accepts.</summary>
public sealed class OfferVerifierOptions
{
    /// <summary>How far a provider's clock may be ahead.</summary>
    /// <value>Default one minute.</value>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The longest time between issue and expiry: a provider cannot take a signed price back, so it should not stand for ever.</summary>
    /// <value>Default 31 days.</value>
    public TimeSpan MaxLifetime { get; set; } = TimeSpan.FromDays(31);

    internal void Validate()
    {
        if (ClockSkew < TimeSpan.Zero || MaxLifetime <= TimeSpan.Zero)
        {
            throw new ArgumentException($"{nameof(ClockSkew)} is zero or more and {nameof(MaxLifetime)} above zero; they are {ClockSkew} and {MaxLifetime}.");
        }
    }
}
