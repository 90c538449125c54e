using DePin.Sdk.Market;

namespace DePin.Sdk.Hosting.Marketplace;

/// <summary>How the marketplace server works.</summary>
public sealed class MarketplaceOptions
{
    /// <summary>The SQLite file that holds the listings; its folder must exist.</summary>
    /// <value>Default null: in memory, gone with the process.</value>
    public string? DatabasePath { get; set; }

    /// <summary>How long a listing stays without a heartbeat.</summary>
    /// <value>Default one minute.</value>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The longest time between an offer's issue and its expiry.</summary>
    /// <value>Default 31 days.</value>
    public TimeSpan MaxOfferLifetime { get; set; } = TimeSpan.FromDays(31);

    /// <summary>How far a provider's clock may be off.</summary>
    /// <value>Default one minute.</value>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How many listings one provider may have.</summary>
    /// <value>Default 100.</value>
    public int MaxListingsPerProvider { get; set; } = 100;

    /// <summary>How many listings there may be in all.</summary>
    /// <value>Default one million.</value>
    public int MaxListings { get; set; } = 1_000_000;

    /// <summary>How often lapsed listings are deleted. They are not given out in the meantime.</summary>
    /// <value>Default 30 seconds.</value>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromSeconds(30);

    internal OfferVerifierOptions Verifier => new() { ClockSkew = ClockSkew, MaxLifetime = MaxOfferLifetime };

    internal void Validate()
    {
        if (LeaseDuration < TimeSpan.FromSeconds(1) || MaxOfferLifetime <= TimeSpan.Zero || ClockSkew < TimeSpan.Zero || SweepInterval <= TimeSpan.Zero || MaxListingsPerProvider < 1 || MaxListings < 1)
        {
            throw new ArgumentException($"{nameof(LeaseDuration)} is at least a second, {nameof(ClockSkew)} zero or more, and the other limits of {nameof(MarketplaceOptions)} are above zero.");
        }
    }
}
