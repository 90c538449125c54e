namespace DePin.Sdk.Market;

/// <summary>When an offer takes the place of another, and how long a listing stays; the same in every directory.</summary>
internal static class ListingRules
{
    /// <summary>A listing outlives neither its lease nor its offer.</summary>
    public static DateTimeOffset LeaseEnd(DateTimeOffset now, TimeSpan lease, DateTimeOffset offerExpiresAt) => now + lease < offerExpiresAt ? now + lease : offerExpiresAt;

    /// <summary>Throws unless the offer is the listed one, renewed, or newer. What was withdrawn stays down: anybody who kept a copy could list it again.</summary>
    public static void CheckReplaces(Offer offer, OfferId listedId, DateTimeOffset listedIssuedAt, bool isWithdrawn)
    {
        if (offer.IssuedAt.ToUnixTimeMilliseconds() > listedIssuedAt.ToUnixTimeMilliseconds() || (!isWithdrawn && offer.Id == listedId))
        {
            return;
        }

        throw OfferRules.Invalid("issue time", isWithdrawn
            ? $"{offer.IssuedAt:O} is not after that of the withdrawn one, {listedIssuedAt:O}; sign a new offer"
            : $"{offer.IssuedAt:O} is not after that of the listed one, {listedIssuedAt:O}; sign a newer offer to replace it");
    }
}
