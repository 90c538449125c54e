namespace DePin.Sdk.Market;

/// <summary>Takes the offer that costs least for the expected usage; of equal ones, among the first 32, the one with the fewest requests in flight.</summary>
/// <remarks>
/// Walks the order of output prices and the order of input prices in step and stops where the two prices at hand together cost more than the best
/// offer found (the threshold algorithm: R. Fagin, A. Lotem, M. Naor, "Optimal Aggregation Algorithms for Middleware", PODS 2001). Costs in
/// different assets do not compare: without <see cref="SelectionContext.MaxCost"/> the asset with the most offers is taken.
/// </remarks>
public sealed class CheapestSelector : IOfferSelector
{
    private const int MostTies = 32;
    private const int FewOffers = 512;

    /// <inheritdoc/>
    public Offer? Select(OfferSet offers, SelectionContext context)
    {
        var candidates = new OfferCandidates(offers, context);
        if (candidates.Count == 0)
        {
            return null;
        }

        if (context.MaxCost is { } max)
        {
            return Walk(offers, max.Asset, candidates, context.Statistics);
        }

        Offer? best = null;
        foreach (var asset in offers.AssetsByCount)
        {
            best = Walk(offers, asset, candidates, context.Statistics);
            if (best is not null)
            {
                break;
            }
        }

        return best;
    }

    private static Offer? Walk(OfferSet offers, Asset asset, OfferCandidates candidates, ProviderStatistics statistics)
    {
        var best = new Best(candidates, statistics);
        if (candidates.Count <= FewOffers)
        {
            for (int i = 0; i < candidates.Count; i++)
            {
                if (candidates[i] is var offer && offer.Price.Asset == asset)
                {
                    best.Consider(offer);
                }
            }

            return best.Offer;
        }

        var (start, count) = offers.OfAsset(asset);
        for (int i = start; i < start + count; i++)
        {
            var byOutput = offers.At(i);
            var byInput = offers.At(offers.IndexByInputPrice(i));
            bool payable = OfferCost.TryCompute(byInput.Price.PerMillionInputTokens.BaseUnits, byOutput.Price.PerMillionOutputTokens.BaseUnits, candidates.Usage, out var threshold);
            if (!payable || (best.Offer is not null && (threshold > best.Cost || (threshold == best.Cost && best.Ties >= MostTies))))
            {
                break;
            }

            best.Consider(byOutput);
            best.Consider(byInput);
        }

        return best.Offer;
    }

    private ref struct Best(OfferCandidates candidates, ProviderStatistics statistics)
    {
        private readonly OfferCandidates _candidates = candidates;
        private int _inFlight;

        public Offer? Offer { get; private set; }

        public UInt128 Cost { get; private set; }

        public int Ties { get; private set; }

        public void Consider(Offer offer)
        {
            if (!OfferCost.TryCompute(offer.Price, _candidates.Usage, out var cost)
                || (Offer is not null && (cost > Cost || (cost == Cost && (Ties >= MostTies || _inFlight == 0))))
                || !_candidates.IsEligible(offer))
            {
                return;
            }

            int inFlight = statistics.Get(offer.Provider).InFlight;
            bool better = Offer is null || cost < Cost;
            Ties = better ? 1 : Ties + 1;
            if (better || inFlight < _inFlight)
            {
                (Offer, Cost, _inFlight) = (offer, cost, inFlight);
            }
        }
    }
}
