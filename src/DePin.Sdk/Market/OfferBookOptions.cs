namespace DePin.Sdk.Market;

/// <summary>How <see cref="OfferBook"/> keeps offers.</summary>
public sealed class OfferBookOptions
{
    /// <summary>How old the offers may grow before they are read again, in the background.</summary>
    /// <value>Default 30 seconds.</value>
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The least time between two reads: after a failure, when there are no offers, or when they were marked stale.</summary>
    /// <value>Default one second.</value>
    public TimeSpan RetryInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How many offers are kept for one query; beyond that the dearest are left out.</summary>
    /// <value>Default 100,000.</value>
    public int MaxOffers { get; set; } = 100_000;

    /// <summary>How many offers are asked for at a time.</summary>
    /// <value>Default 1,000, 1 to 1,000.</value>
    public int PageSize { get; set; } = OfferQueryRules.MaxPageSize;

    /// <summary>How many different queries are kept; beyond that the one not used for longest is dropped.</summary>
    /// <value>Default 64.</value>
    public int MaxQueries { get; set; } = 64;

    internal void Validate()
    {
        if (RefreshInterval <= TimeSpan.Zero || RetryInterval <= TimeSpan.Zero || MaxOffers < 1 || MaxQueries < 1 || PageSize is < 1 or > OfferQueryRules.MaxPageSize)
        {
            throw new ArgumentException($"{nameof(RefreshInterval)}, {nameof(RetryInterval)}, {nameof(MaxOffers)} and {nameof(MaxQueries)} are above zero, {nameof(PageSize)} is 1 to {OfferQueryRules.MaxPageSize}.");
        }
    }
}
