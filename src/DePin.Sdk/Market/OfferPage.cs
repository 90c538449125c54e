namespace DePin.Sdk.Market;

/// <summary>Some of the offers that match a query.</summary>
/// <param name="Offers">The offers, cheapest output first.</param>
/// <param name="NextPageToken">Where the next page begins; null when this is the last.</param>
public sealed record OfferPage(IReadOnlyList<Offer> Offers, string? NextPageToken);
