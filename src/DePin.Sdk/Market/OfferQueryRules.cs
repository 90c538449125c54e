namespace DePin.Sdk.Market;

/// <summary>The limits of a query and what it means for an offer to match, the same in every directory.</summary>
internal static class OfferQueryRules
{
    public const int MaxPageSize = 1000;

    /// <summary>Throws <see cref="DePinErrorCode.InvalidRequest"/> for a query that no directory answers.</summary>
    public static void Check(OfferQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        Require(query.PageSize is >= 1 and <= MaxPageSize, $"A page holds 1 to {MaxPageSize} offers, not {query.PageSize}.");
        Require((query.Kind?.Length ?? 0) <= OfferRules.MaxKindLength, $"A kind has at most {OfferRules.MaxKindLength} characters.");
        Require((query.Model?.Length ?? 0) <= OfferRules.MaxModelLength, $"A model has at most {OfferRules.MaxModelLength} characters.");
        Require((query.Region?.Length ?? 0) <= OfferRules.MaxRegionLength, $"A region has at most {OfferRules.MaxRegionLength} characters.");
        Require(query.Capabilities.Count <= OfferRules.MaxCapabilities, $"A query asks for at most {OfferRules.MaxCapabilities} capabilities, not {query.Capabilities.Count}.");
        Require(
            query.Capabilities.All(c => c is { Length: >= 1 and <= OfferRules.MaxCapabilityLength } && !c.Any(char.IsControl)),
            $"A capability has 1 to {OfferRules.MaxCapabilityLength} characters and no control characters.");
    }

    public static bool Matches(OfferQuery query, Offer offer, DateTimeOffset now) =>
        offer.ExpiresAt > now
        && (string.IsNullOrEmpty(query.Kind) || query.Kind == offer.Kind)
        && (string.IsNullOrEmpty(query.Model) || query.Model == offer.Model)
        && (string.IsNullOrEmpty(query.Region) || query.Region == offer.Region)
        && query.Capabilities.All(offer.Capabilities.Contains)
        && (query.MaxPricePerMillionOutputTokens is not { } max
            || (max.Asset == offer.Price.Asset && offer.Price.PerMillionOutputTokens.BaseUnits <= max.BaseUnits));

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new DePinException(DePinErrorCode.InvalidRequest, Fault.Consumer, message);
        }
    }
}
