using Microsoft.Extensions.Logging;

namespace DePin.Sdk.Diagnostics;

/// <summary>Logs of Market: event ids 3200 to 3299.</summary>
internal static partial class MarketLog
{
    [LoggerMessage(3200, LogLevel.Debug, "Read {Offers} offers for {Kind} '{Model}' from the directory.")]
    public static partial void OffersRead(ILogger logger, int offers, string? kind, string? model);

    [LoggerMessage(3201, LogLevel.Warning, "The directory did not answer for {Kind} '{Model}'; the {Offers} offers known from before stay in use.")]
    public static partial void DirectoryFailed(ILogger logger, Exception exception, int offers, string? kind, string? model);

    [LoggerMessage(3202, LogLevel.Warning, "The offer of provider {Provider} is dropped: {Reason}")]
    public static partial void OfferDropped(ILogger logger, string provider, string reason);

    [LoggerMessage(3203, LogLevel.Warning, "The directory holds more than {MaxOffers} offers for {Kind} '{Model}'; the dearest are left out. Narrow the query or raise OfferBookOptions.MaxOffers.")]
    public static partial void OffersLeftOut(ILogger logger, int maxOffers, string? kind, string? model);

    [LoggerMessage(3204, LogLevel.Warning, "The marketplace sent an offer that cannot be read; it is passed over: {Reason}")]
    public static partial void UnreadableOffer(ILogger logger, string reason);

    [LoggerMessage(3210, LogLevel.Information, "The offer {Offer} for {Kind} '{Model}' is listed until {Until:O}.")]
    public static partial void OfferListed(ILogger logger, string offer, string kind, string model, DateTimeOffset until);

    [LoggerMessage(3211, LogLevel.Warning, "Listing the offers failed (attempt {Attempt}); the next try is in {Delay}.")]
    public static partial void ListingFailed(ILogger logger, Exception exception, int attempt, TimeSpan delay);

    [LoggerMessage(3212, LogLevel.Error, "The directory refuses the offer for {Kind} '{Model}': {Reason}")]
    public static partial void OfferRefused(ILogger logger, Exception exception, string kind, string model, string reason);

    [LoggerMessage(3213, LogLevel.Information, "The listing of offer {Offer} is taken down.")]
    public static partial void OfferWithdrawn(ILogger logger, string offer);

    [LoggerMessage(3214, LogLevel.Warning, "Taking down the listing of offer {Offer} failed; it lapses by itself.")]
    public static partial void WithdrawFailed(ILogger logger, Exception exception, string offer);

    [LoggerMessage(3220, LogLevel.Information, "Marketplace: {Provider} registers {Kind} '{Model}'.")]
    public static partial void Registered(ILogger logger, string provider, string kind, string model);

    [LoggerMessage(3221, LogLevel.Debug, "Marketplace: {Swept} listings lapsed.")]
    public static partial void Swept(ILogger logger, int swept);

    [LoggerMessage(3222, LogLevel.Error, "Marketplace: sweeping lapsed listings failed; the next sweep tries again.")]
    public static partial void SweepFailed(ILogger logger, Exception exception);
}
