namespace DePin.Sdk.Market;

/// <summary>The orders of an <see cref="OfferSet"/>. Ties are broken to the end, so that a set does not depend on the order in which its offers came.</summary>
internal static class OfferOrder
{
    /// <summary>Grouped by asset, then by output price, input price, provider, kind and model.</summary>
    public static Offer[] SortByOutputPrice(IReadOnlyCollection<Offer> offers)
    {
        // The figures are copied beside each other first: comparing them then costs no walk through five objects and two texts.
        var ranks = offers.Select(o => o.Price.Asset).Distinct().OrderBy(a => a.ToString(), StringComparer.Ordinal).Select((asset, rank) => (asset, rank)).ToDictionary(r => r.asset, r => r.rank);
        var keys = new (int Asset, UInt128 Output, UInt128 Input, Offer Offer)[offers.Count];
        int i = 0;
        foreach (var offer in offers)
        {
            keys[i++] = (ranks[offer.Price.Asset], offer.Price.PerMillionOutputTokens.BaseUnits, offer.Price.PerMillionInputTokens.BaseUnits, offer);
        }

        Array.Sort(keys, static (a, b) =>
            a.Asset != b.Asset ? a.Asset.CompareTo(b.Asset)
            : a.Output != b.Output ? a.Output.CompareTo(b.Output)
            : a.Input != b.Input ? a.Input.CompareTo(b.Input)
            : CompareNames(a.Offer, b.Offer));
        return Array.ConvertAll(keys, static k => k.Offer);
    }

    /// <summary>The positions of sorted offers, grouped by asset as they are, then by input price.</summary>
    public static int[] IndexByInputPrice(Offer[] sorted)
    {
        var keys = new (int Asset, UInt128 Input, int Index)[sorted.Length];
        for (int i = 0, asset = 0; i < sorted.Length; i++)
        {
            asset += i > 0 && sorted[i].Price.Asset != sorted[i - 1].Price.Asset ? 1 : 0;
            keys[i] = (asset, sorted[i].Price.PerMillionInputTokens.BaseUnits, i);
        }

        Array.Sort(keys, static (a, b) =>
            a.Asset != b.Asset ? a.Asset.CompareTo(b.Asset)
            : a.Input != b.Input ? a.Input.CompareTo(b.Input)
            : a.Index.CompareTo(b.Index));
        return Array.ConvertAll(keys, static k => k.Index);
    }

    /// <summary>The positions of sorted offers, the latest expiry first.</summary>
    public static int[] IndexByLatestExpiry(Offer[] sorted)
    {
        var keys = new (long Ticks, int Index)[sorted.Length];
        for (int i = 0; i < sorted.Length; i++)
        {
            keys[i] = (sorted[i].ExpiresAt.UtcTicks, i);
        }

        Array.Sort(keys, static (a, b) => a.Ticks != b.Ticks ? b.Ticks.CompareTo(a.Ticks) : a.Index.CompareTo(b.Index));
        return Array.ConvertAll(keys, static k => k.Index);
    }

    private static int CompareNames(Offer a, Offer b)
    {
        int order = a.Provider.Bytes.Span.SequenceCompareTo(b.Provider.Bytes.Span);
        order = order != 0 ? order : string.CompareOrdinal(a.Kind, b.Kind);
        return order != 0 ? order : string.CompareOrdinal(a.Model, b.Model);
    }
}
