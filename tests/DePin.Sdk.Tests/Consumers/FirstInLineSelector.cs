using DePin.Sdk.Market;

namespace DePin.Sdk.Tests.Consumers;

/// <summary>Takes provider-0 while it may, then provider-1, and so on, so that a test knows who is asked.</summary>
internal sealed class FirstInLineSelector : IOfferSelector
{
    public Offer? Select(OfferSet offers, SelectionContext context) => offers.Offers
        .Where(o => !context.Excluded.Contains(o.Provider) && o.ExpiresAt > context.Now
            && (context.MaxCost is not { } max || (o.Price.Asset == max.Asset && o.Price.CostOf(context.ExpectedUsage) <= max)))
        .OrderBy(o => o.Endpoint.Host, StringComparer.Ordinal)
        .FirstOrDefault();
}
