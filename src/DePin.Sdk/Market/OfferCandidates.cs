using DePin.Sdk.Identity;
using DePin.Sdk.Jobs;

namespace DePin.Sdk.Market;

/// <summary>
/// The shortest run of an <see cref="OfferSet"/> that holds every offer which a request may use, and the test of whether one of them may.
/// Allocates nothing, unless more than <see cref="ManyExcluded"/> providers are excluded by a list, or the exclusions can only be enumerated.
/// </summary>
internal readonly ref struct OfferCandidates
{
    private const int ManyExcluded = 16;

    private readonly OfferSet _offers;
    private readonly Order _order;
    private readonly int _start;
    private readonly DateTimeOffset _now;
    private readonly ICollection<PublicKey>? _excluded;
    private readonly UInt128? _limit;
    private readonly Asset _asset;

    public OfferCandidates(OfferSet offers, SelectionContext context)
    {
        ArgumentNullException.ThrowIfNull(offers);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentOutOfRangeException.ThrowIfNegative(context.ExpectedUsage.InputTokens, nameof(context));
        ArgumentOutOfRangeException.ThrowIfNegative(context.ExpectedUsage.OutputTokens, nameof(context));
        _offers = offers;
        _now = context.Now;
        Usage = context.ExpectedUsage;
        _excluded = context.Excluded switch
        {
            { Count: 0 } => null,
            List<PublicKey> or PublicKey[] when context.Excluded.Count > ManyExcluded => new HashSet<PublicKey>(context.Excluded),
            ICollection<PublicKey> collection => collection,
            _ => new HashSet<PublicKey>(context.Excluded),
        };
        _order = Order.Expiry;
        Count = offers.CountLive(_now);
        if (context.MaxCost is { } max)
        {
            _limit = max.BaseUnits;
            _asset = max.Asset;
            var (start, all) = offers.OfAsset(max.Asset);
            int byOutput = offers.CountByOutputPrice(start, all, Usage, max.BaseUnits);
            int byInput = offers.CountByInputPrice(start, all, Usage, max.BaseUnits);
            if (Math.Min(byOutput, byInput) <= Count)
            {
                (_order, _start, Count) = byOutput <= byInput ? (Order.OutputPrice, start, byOutput) : (Order.InputPrice, start, byInput);
            }
        }
    }

    private enum Order
    {
        Expiry,
        OutputPrice,
        InputPrice,
    }

    /// <summary>How long the run is. Not all of it need be eligible.</summary>
    public int Count { get; }

    /// <summary>What the request will probably use.</summary>
    public JobUsage Usage { get; }

    /// <summary>The nth of the run.</summary>
    public Offer this[int position] => _offers.At(_order switch
    {
        Order.OutputPrice => _start + position,
        Order.InputPrice => _offers.IndexByInputPrice(_start + position),
        _ => _offers.IndexByExpiry(position),
    });

    /// <summary>True when the request may use the offer.</summary>
    public bool IsEligible(Offer offer) =>
        offer.ExpiresAt > _now
        && (_limit is not { } limit || (OfferCost.TryCompute(offer.Price, Usage, out var cost) && cost <= limit && offer.Price.Asset == _asset))
        && (_excluded is null || !_excluded.Contains(offer.Provider));

    /// <summary>The offer of a provider, whether or not the request may use it; null when there is none.</summary>
    public Offer? Find(PublicKey provider) => _offers.TryFind(provider, out int index) ? _offers.At(index) : null;

    /// <summary>
    /// Two different eligible offers drawn evenly; fewer when there are fewer. A few draws find them where many are eligible; where few are, one
    /// pass over the run does (reservoir sampling, so that it stays even).
    /// </summary>
    public (Offer? First, Offer? Second) DrawTwo(SelectionRandom random)
    {
        const int WorthCounting = 64;
        const int Draws = 32;
        if (Count > WorthCounting)
        {
            var first = DrawOne(random, Draws, except: null);
            if (first is not null)
            {
                return (first, DrawOne(random, Draws, first));
            }
        }

        Offer? one = null, two = null;
        int seen = 0;
        for (int i = 0; i < Count; i++)
        {
            var offer = this[i];
            if (!IsEligible(offer))
            {
                continue;
            }

            seen++;
            if (one is null)
            {
                one = offer;
            }
            else if (two is null)
            {
                two = offer;
            }
            else if (random.Next(seen) is var slot and < 2)
            {
                (one, two) = slot == 0 ? (offer, two) : (one, offer);
            }
        }

        return two is not null && random.Next(2) == 0 ? (two, one) : (one, two);
    }

    private Offer? DrawOne(SelectionRandom random, int draws, Offer? except)
    {
        for (int i = 0; i < draws; i++)
        {
            var offer = this[random.Next(Count)];
            if (!ReferenceEquals(offer, except) && IsEligible(offer))
            {
                return offer;
            }
        }

        return null;
    }
}
