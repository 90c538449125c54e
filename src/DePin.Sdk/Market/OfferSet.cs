namespace DePin.Sdk.Market;

/// <summary>An immutable snapshot of the offers for one model, arranged so that selecting among 100,000 costs next to nothing.</summary>
public sealed class OfferSet
{
    private OfferSet(Offer[] offers) => Offers = offers;

    /// <summary>The set without offers.</summary>
    public static OfferSet Empty { get; } = new([]);

    /// <summary>The offers, cheapest output first.</summary>
    public IReadOnlyList<Offer> Offers { get; }

    /// <summary>Arranges offers; of several by one provider for the same model, the newest counts.</summary>
    public static OfferSet Create(IEnumerable<Offer> offers) => throw new NotImplementedException();
}
