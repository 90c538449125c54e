using DePin.Sdk.Settlement;
using Microsoft.Extensions.Logging;

namespace DePin.Sdk.Diagnostics;

/// <summary>What payments log; event ids 3000 to 3099.</summary>
internal static partial class PaymentLog
{
    [LoggerMessage(3000, LogLevel.Information, "Opened channel {Channel} with a deposit of {Deposit}.")]
    public static partial void ChannelOpened(ILogger logger, ChannelId channel, Amount deposit);

    [LoggerMessage(3001, LogLevel.Information, "Topped up channel {Channel} to a deposit of {Deposit}.")]
    public static partial void ChannelToppedUp(ILogger logger, ChannelId channel, Amount deposit);

    [LoggerMessage(3002, LogLevel.Warning, "The total of the work done on channel {Channel} could not be recorded; it is recorded with the next voucher.")]
    public static partial void DeliveredNotSaved(ILogger logger, Exception exception, ChannelId channel);

    [LoggerMessage(3003, LogLevel.Debug, "Refused a voucher on channel {Channel}: {Reason}")]
    public static partial void VoucherRejected(ILogger logger, ChannelId channel, string reason);

    [LoggerMessage(3004, LogLevel.Information, "Claimed {Paid} on channel {Channel} in transaction {Transaction}.")]
    public static partial void Claimed(ILogger logger, ChannelId channel, Amount paid, string? transaction);

    [LoggerMessage(3005, LogLevel.Warning, "The voucher of channel {Channel} is not settled yet; it is tried again at the next claim.")]
    public static partial void ClaimFailed(ILogger logger, Exception exception, ChannelId channel);

    [LoggerMessage(3006, LogLevel.Error, "Channel {Channel} closed before its voucher was settled; {Lost} is lost.")]
    public static partial void ClosedUnsettled(ILogger logger, ChannelId channel, Amount lost);

    [LoggerMessage(3007, LogLevel.Error, "The voucher of channel {Channel} expired before it was settled; {Lost} is lost.")]
    public static partial void ExpiredUnsettled(ILogger logger, ChannelId channel, Amount lost);

    [LoggerMessage(3008, LogLevel.Warning, "Claiming failed; it is tried again.")]
    public static partial void ClaimRoundFailed(ILogger logger, Exception exception);

    [LoggerMessage(3009, LogLevel.Information, "Channel {Channel} closes at {ClosesAt}; {Owed} is settled before.")]
    public static partial void ChannelClosing(ILogger logger, ChannelId channel, DateTimeOffset? closesAt, Amount owed);

    [LoggerMessage(3010, LogLevel.Warning, "Channel {Channel} could not be looked up at start and is not used again until it can be.")]
    public static partial void ChannelNotFound(ILogger logger, Exception? exception, ChannelId channel);

    [LoggerMessage(3011, LogLevel.Warning, "{Owed} on channel {Channel} is at risk: more than half of the time until {ClosesAt} is over, and it is not settled.")]
    public static partial void AtRisk(ILogger logger, ChannelId channel, Amount owed, DateTimeOffset? closesAt);

    [LoggerMessage(3012, LogLevel.Warning, "The network fee is not known in {Asset}, so claims are not weighed by it: they wait until they are old, or a payer leaves. Set ConvertFee of PaymentAcceptorOptions.")]
    public static partial void FeeNotConverted(ILogger logger, Asset asset);

    [LoggerMessage(3013, LogLevel.Warning, "Channels or fees could not be looked up. Claims that press are made all the same; the others wait for the next look.")]
    public static partial void LookUpFailed(ILogger logger, Exception exception);

    [LoggerMessage(3014, LogLevel.Debug, "Claiming {Owed} on {Channels} channels in one settlement, for a fee of about {Fee}.")]
    public static partial void Claiming(ILogger logger, Amount owed, int channels, Amount? fee);
}
