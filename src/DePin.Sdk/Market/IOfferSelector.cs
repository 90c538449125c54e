namespace DePin.Sdk.Market;

/// <summary>Which offer now? Thread-safe; called for every request, so it neither waits nor scans more than it must.</summary>
public interface IOfferSelector
{
    /// <summary>The offer to use next, or null when none is left.</summary>
    Offer? Select(OfferSet offers, SelectionContext context);
}
