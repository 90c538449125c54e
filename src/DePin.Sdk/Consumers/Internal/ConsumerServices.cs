using DePin.Sdk.Market;
using DePin.Sdk.Transport;
using DePin.Sdk.Verification;
using Microsoft.Extensions.Logging;

namespace DePin.Sdk.Consumers.Internal;

/// <summary>What everything in the consumer works with.</summary>
internal sealed record ConsumerServices(
    OfferBook Offers,
    OfferVerifier OfferVerifier,
    IOfferSelector Selector,
    ProviderStatistics Statistics,
    IProviderConnector Connector,
    PayingAccounts Accounts,
    IResultVerifier Verifier,
    BackgroundWork Background,
    TimeProvider Time,
    ILogger Logger)
{
    /// <summary>How long a cancelled or finished job may take to hand over its receipt and take its last voucher.</summary>
    public static TimeSpan CloseTimeout { get; } = TimeSpan.FromSeconds(2);
}
