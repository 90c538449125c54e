namespace DePin.Sdk.Market;

/// <summary>Draws two offers at random and takes the better one: the default. It spreads load, follows speed, price and reliability, and does not herd.</summary>
/// <remarks>
/// <para>Two choices instead of one make the longest queue exponentially shorter (M. Mitzenmacher, "The Power of Two Choices in Randomized Load
/// Balancing", IEEE TPDS 12(10), 2001); latency is a peak-EWMA as in Finagle's <c>p2cPeakEwma</c>. Lower score wins; for the offers a and b of a draw:</para>
/// <code>
/// latency(a) = timeToFirstToken(a) * (1 + inFlight(a) / maxConcurrentJobs(a))
/// score(a)   = (wl * latency(a) / (latency(a) + latency(b)) + wp * cost(a) / (cost(a) + cost(b))) / max(successRate(a), 0.01)
/// </code>
/// <para>Shares, not absolute figures, so no unit of time or money needs tuning; dividing by the success rate counts the retries. A provider without
/// experience is taken to be twice as fast as the other one until a request to it is running, so newcomers get a fair chance and a silent one does
/// not gather requests. Costs in different assets count as equal.</para>
/// <para>Among more than 64 offers one of the two is drawn from the providers already known, where there are any: a fresh draw and a remembered one
/// (M. Mitzenmacher, B. Prabhakar, D. Shah, "Load Balancing with Memory", FOCS 2002). Otherwise 100,000 offers would all stay unknown for ever.</para>
/// </remarks>
public sealed class PowerOfTwoSelector : IOfferSelector
{
    private const int FewOffers = 64;
    private const double NewcomerFactor = 0.5;
    private const double LeastSuccess = 0.01;
    private const double LeastSeconds = 1e-6;

    private readonly double _latencyWeight;
    private readonly double _priceWeight;
    private readonly SelectionRandom _random;

    /// <summary>Makes a selector.</summary>
    /// <param name="options">The weights; null for the defaults.</param>
    /// <param name="random">The source of chance, for repeatable tests; null for the shared one.</param>
    /// <exception cref="ArgumentException">The weights are negative or both zero.</exception>
    public PowerOfTwoSelector(PowerOfTwoOptions? options = null, Random? random = null)
    {
        options ??= new PowerOfTwoOptions();
        options.Validate();
        (_latencyWeight, _priceWeight) = (options.LatencyWeight, options.PriceWeight);
        _random = new SelectionRandom(random);
    }

    /// <inheritdoc/>
    public Offer? Select(OfferSet offers, SelectionContext context)
    {
        var candidates = new OfferCandidates(offers, context);
        var (first, second) = candidates.DrawTwo(_random);
        if (first is null)
        {
            return null;
        }

        if (candidates.Count > FewOffers && Remembered(candidates, context.Statistics) is { } remembered && !ReferenceEquals(remembered, first))
        {
            second = remembered;
        }

        return second is null || IsAtLeastAsGood(first, second, context) ? first : second;
    }

    private Offer? Remembered(OfferCandidates candidates, ProviderStatistics statistics) =>
        statistics.Count is var count and > 0
        && statistics.At(_random.Next(count)) is { } experience
        && candidates.Find(experience.Provider) is { } offer
        && candidates.IsEligible(offer)
            ? offer
            : null;

    private bool IsAtLeastAsGood(Offer a, Offer b, SelectionContext context)
    {
        var knownA = context.Statistics.Get(a.Provider);
        var knownB = context.Statistics.Get(b.Provider);
        double latencyA = Latency(a, knownA, knownB);
        double latencyB = Latency(b, knownB, knownA);
        double costA = 1, costB = 1;
        if (a.Price.Asset == b.Price.Asset
            && OfferCost.TryCompute(a.Price, context.ExpectedUsage, out var exactA)
            && OfferCost.TryCompute(b.Price, context.ExpectedUsage, out var exactB)
            && (exactA | exactB) != 0)
        {
            (costA, costB) = ((double)exactA, (double)exactB);
        }

        double scoreA = ((_latencyWeight * latencyA / (latencyA + latencyB)) + (_priceWeight * costA / (costA + costB))) / Math.Max(knownA.SuccessRate, LeastSuccess);
        double scoreB = ((_latencyWeight * latencyB / (latencyA + latencyB)) + (_priceWeight * costB / (costA + costB))) / Math.Max(knownB.SuccessRate, LeastSuccess);
        return scoreA <= scoreB;
    }

    private static double Latency(Offer offer, ProviderSnapshot known, ProviderSnapshot other)
    {
        double seconds = known.TimeToFirstToken?.TotalSeconds
            ?? (other.TimeToFirstToken is { } theirs ? Math.Max(theirs.TotalSeconds, LeastSeconds) * (known.InFlight == 0 ? NewcomerFactor : 1) : 1);
        return Math.Max(seconds, LeastSeconds / 10) * (1 + ((double)known.InFlight / Math.Max(1, offer.MaxConcurrentJobs)));
    }
}
