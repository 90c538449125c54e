namespace DePin.Sdk.Market;

/// <summary>
/// Takes the provider that answered fastest, its requests in flight and its failures counted in. One request in sixteen goes to a provider without
/// experience, so that faster newcomers are found; where nobody is known, chance decides.
/// </summary>
/// <remarks>Looks only at the providers that <see cref="ProviderStatistics"/> remembers, so the number of offers does not matter. Prices count only against <see cref="SelectionContext.MaxCost"/>.</remarks>
public sealed class LowestLatencySelector : IOfferSelector
{
    private const int ExploreOneIn = 16;
    private const double LeastSuccess = 0.01;

    private readonly SelectionRandom _random;

    /// <summary>Makes a selector.</summary>
    /// <param name="random">The source of chance, for repeatable tests; null for the shared one.</param>
    public LowestLatencySelector(Random? random = null) => _random = new SelectionRandom(random);

    /// <inheritdoc/>
    public Offer? Select(OfferSet offers, SelectionContext context)
    {
        var candidates = new OfferCandidates(offers, context);
        var (drawn, other) = candidates.DrawTwo(_random);
        if (drawn is null)
        {
            return null;
        }

        if (_random.Next(ExploreOneIn) == 0)
        {
            var newcomer = IsNewcomer(drawn, context.Statistics) ? drawn : other is not null && IsNewcomer(other, context.Statistics) ? other : null;
            if (newcomer is not null)
            {
                return newcomer;
            }
        }

        return Fastest(candidates, context.Statistics) ?? drawn;
    }

    private static bool IsNewcomer(Offer offer, ProviderStatistics statistics) =>
        statistics.Get(offer.Provider) is { TimeToFirstToken: null, InFlight: 0 };

    /// <summary>Walks what is shorter: the offers that may do, or the providers that are remembered.</summary>
    private static Offer? Fastest(OfferCandidates candidates, ProviderStatistics statistics)
    {
        Offer? best = null;
        double bestSeconds = double.PositiveInfinity;
        int remembered = statistics.Count;
        if (candidates.Count <= remembered)
        {
            for (int i = 0; i < candidates.Count; i++)
            {
                var offer = candidates[i];
                if (Seconds(statistics.Get(offer.Provider), offer) is var seconds && seconds < bestSeconds && candidates.IsEligible(offer))
                {
                    (best, bestSeconds) = (offer, seconds);
                }
            }

            return best;
        }

        for (int i = 0; i < remembered; i++)
        {
            if (statistics.At(i) is { } experience
                && experience.FastestSeconds < bestSeconds
                && candidates.Find(experience.Provider) is { } offer
                && Seconds(experience.Read(), offer) is var seconds
                && seconds < bestSeconds
                && candidates.IsEligible(offer))
            {
                (best, bestSeconds) = (offer, seconds);
            }
        }

        return best;
    }

    private static double Seconds(ProviderSnapshot known, Offer offer) => known.TimeToFirstToken is { } time
        ? time.TotalSeconds * (1 + ((double)known.InFlight / Math.Max(1, offer.MaxConcurrentJobs))) / Math.Max(known.SuccessRate, LeastSuccess)
        : double.PositiveInfinity;
}
