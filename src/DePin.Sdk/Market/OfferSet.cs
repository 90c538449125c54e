using System.Collections.Frozen;
using DePin.Sdk.Identity;
using DePin.Sdk.Jobs;

namespace DePin.Sdk.Market;

/// <summary>An immutable snapshot of the offers for one model, arranged so that selecting among 100,000 costs next to nothing.</summary>
/// <remarks>
/// Each limit of a request (what it may cost, that the offer is still valid) holds for one contiguous run in the order that belongs to it, which a
/// binary search finds. A selector draws from the shortest of these runs and checks the other limits on what it drew.
/// </remarks>
public sealed class OfferSet
{
    private readonly Offer[] _offers;
    private readonly int[] _byInputPrice;
    private readonly int[] _byExpiry;
    private readonly FrozenDictionary<Asset, Range> _assets;
    private readonly Asset[] _assetsByCount;
    private readonly Dictionary<PublicKey, int> _byProvider;

    private OfferSet(Offer[] sorted)
    {
        _offers = sorted;
        _byInputPrice = OfferOrder.IndexByInputPrice(sorted);
        _byExpiry = OfferOrder.IndexByLatestExpiry(sorted);
        _byProvider = new Dictionary<PublicKey, int>(sorted.Length);
        var assets = new Dictionary<Asset, Range>();
        for (int i = 0, start = 0; i < sorted.Length; i++)
        {
            _byProvider.TryAdd(sorted[i].Provider, i);
            if (i + 1 == sorted.Length || sorted[i + 1].Price.Asset != sorted[i].Price.Asset)
            {
                assets.Add(sorted[i].Price.Asset, start..(i + 1));
                start = i + 1;
            }
        }

        _assets = assets.ToFrozenDictionary();
        _assetsByCount = [.. assets.OrderByDescending(a => a.Value.End.Value - a.Value.Start.Value).ThenBy(a => a.Value.Start.Value).Select(a => a.Key)];
        Offers = Array.AsReadOnly(sorted);
    }

    /// <summary>The set without offers.</summary>
    public static OfferSet Empty { get; } = new([]);

    /// <summary>The offers, grouped by the asset of their price, in each group the cheapest output first.</summary>
    public IReadOnlyList<Offer> Offers { get; }

    internal int Count => _offers.Length;

    /// <summary>The assets of the prices, the most common first.</summary>
    internal ReadOnlySpan<Asset> AssetsByCount => _assetsByCount;

    /// <summary>Arranges offers; of several by one provider for the same kind and model, the newest counts.</summary>
    /// <remarks>Signatures are not looked at. Sorting 100,000 offers takes some tens of milliseconds: build a set when the offers change, not for each request.</remarks>
    public static OfferSet Create(IEnumerable<Offer> offers)
    {
        ArgumentNullException.ThrowIfNull(offers);
        var newest = new Dictionary<(PublicKey, string, string), Offer>();
        foreach (var offer in offers)
        {
            ArgumentNullException.ThrowIfNull(offer, nameof(offers));
            var key = (offer.Provider, offer.Kind, offer.Model);
            if (!newest.TryGetValue(key, out var known) || offer.IssuedAt > known.IssuedAt)
            {
                newest[key] = offer;
            }
        }

        if (newest.Count == 0)
        {
            return Empty;
        }

        return new OfferSet(OfferOrder.SortByOutputPrice(newest.Values));
    }

    internal Offer At(int index) => _offers[index];

    internal bool TryFind(PublicKey provider, out int index) => _byProvider.TryGetValue(provider, out index);

    /// <summary>All offers whose price is in an asset, as a run of both price orders; empty when there are none.</summary>
    internal (int Start, int Count) OfAsset(Asset asset) =>
        _assets.TryGetValue(asset, out var range) ? (range.Start.Value, range.End.Value - range.Start.Value) : (0, 0);

    /// <summary>The index of the nth offer in the order of input prices, within the runs of <see cref="OfAsset"/>.</summary>
    internal int IndexByInputPrice(int position) => _byInputPrice[position];

    /// <summary>The index of the nth offer in the order of expiry, latest first.</summary>
    internal int IndexByExpiry(int position) => _byExpiry[position];

    /// <summary>How many offers have not expired: so many lead the order of expiry.</summary>
    internal int CountLive(DateTimeOffset now)
    {
        int low = 0, high = _byExpiry.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_offers[_byExpiry[middle]].ExpiresAt > now)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>How many offers of a run lie below the limit counting output tokens alone: none beyond them can be affordable.</summary>
    internal int CountByOutputPrice(int start, int count, JobUsage usage, UInt128 limit)
    {
        int low = start, high = start + count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (OfferCost.TryCompute(0, _offers[middle].Price.PerMillionOutputTokens.BaseUnits, usage, out var cost) && cost <= limit)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - start;
    }

    /// <summary>As <see cref="CountByOutputPrice"/>, counting input tokens alone, in the order of input prices.</summary>
    internal int CountByInputPrice(int start, int count, JobUsage usage, UInt128 limit)
    {
        int low = start, high = start + count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (OfferCost.TryCompute(_offers[_byInputPrice[middle]].Price.PerMillionInputTokens.BaseUnits, 0, usage, out var cost) && cost <= limit)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - start;
    }
}
