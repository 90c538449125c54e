namespace DePin.Sdk.Market;

/// <summary>The orders of an <see cref="OfferSet"/>. Ties are broken to the end, so that a set does not depend on the order in which its offers came.</summary>
internal static class OfferOrder
{
    public static Comparison<Offer> ByOutputPrice { get; } = (a, b) =>
        Then(CompareAssets(a, b), a.Price.PerMillionOutputTokens.BaseUnits.CompareTo(b.Price.PerMillionOutputTokens.BaseUnits)) is var order and not 0
            ? order
            : Then(a.Price.PerMillionInputTokens.BaseUnits.CompareTo(b.Price.PerMillionInputTokens.BaseUnits), CompareNames(a, b));

    public static Comparison<Offer> ByInputPrice { get; } = (a, b) =>
        Then(CompareAssets(a, b), a.Price.PerMillionInputTokens.BaseUnits.CompareTo(b.Price.PerMillionInputTokens.BaseUnits));

    public static Comparison<Offer> LatestExpiryFirst { get; } = (a, b) => b.ExpiresAt.CompareTo(a.ExpiresAt);

    /// <summary>The positions of sorted offers in another order; equal ones keep theirs.</summary>
    public static int[] Indexes(Offer[] offers, Comparison<Offer> order)
    {
        var indexes = new int[offers.Length];
        for (int i = 0; i < indexes.Length; i++)
        {
            indexes[i] = i;
        }

        Array.Sort(indexes, (a, b) => Then(order(offers[a], offers[b]), a.CompareTo(b)));
        return indexes;
    }

    private static int CompareAssets(Offer a, Offer b)
    {
        string left = a.Price.Asset.ToString(), right = b.Price.Asset.ToString();
        return ReferenceEquals(left, right) ? 0 : string.CompareOrdinal(left, right);
    }

    private static int CompareNames(Offer a, Offer b) => Then(
        a.Provider.Bytes.Span.SequenceCompareTo(b.Provider.Bytes.Span),
        Then(string.CompareOrdinal(a.Kind, b.Kind), string.CompareOrdinal(a.Model, b.Model)));

    private static int Then(int first, int second) => first != 0 ? first : second;
}
