namespace DePin.Sdk.Market;

/// <summary>A fixed list of offers, for a network whose providers are known beforehand.</summary>
public sealed class StaticDirectory : IProviderDirectory
{
    private readonly Offer[] _sorted;
    private readonly TimeProvider _time;

    /// <summary>Lists offers; of several by one provider for the same kind and model, the newest counts.</summary>
    /// <param name="offers">The offers, signed. Expired ones are not given out.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    public StaticDirectory(IEnumerable<Offer> offers, TimeProvider? timeProvider = null)
    {
        _sorted = [.. OfferSet.Create(offers).Offers.OrderBy(o => o.Price.PerMillionOutputTokens.BaseUnits)];
        _time = timeProvider ?? TimeProvider.System;
    }

    /// <inheritdoc/>
    public Task<OfferPage> QueryAsync(OfferQuery query, CancellationToken cancellationToken = default)
    {
        OfferQueryRules.Check(query);
        cancellationToken.ThrowIfCancellationRequested();
        long start = string.IsNullOrEmpty(query.PageToken) ? 0 : OfferPageToken.Decode(query.PageToken, query).Listing + 1;
        var now = _time.GetUtcNow();
        var page = new List<Offer>(Math.Min(query.PageSize, _sorted.Length));
        long last = 0;
        for (long i = start; i < _sorted.Length; i++)
        {
            if (!OfferQueryRules.Matches(query, _sorted[i], now))
            {
                continue;
            }

            if (page.Count == query.PageSize)
            {
                return Task.FromResult(new OfferPage(page, new OfferPageToken(page[^1].Price.PerMillionOutputTokens.BaseUnits, last).Encode(query)));
            }

            page.Add(_sorted[i]);
            last = i;
        }

        return Task.FromResult(new OfferPage(page, null));
    }
}
