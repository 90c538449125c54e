using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Channels;
using Microsoft.Extensions.Logging;

namespace DePin.Sdk.Chains.Diagnostics;

/// <summary>What settlement on Solana logs; event ids 7400 to 7499.</summary>
internal static partial class ChannelLog
{
    [LoggerMessage(7400, LogLevel.Error, "{Amount} base units of the {Beneficiary} of channel {Channel} went to the treasury for good ({Reason}), in transaction {Transaction}.")]
    public static partial void PayoutRedirected(ILogger logger, ulong amount, PaymentChannelBeneficiary beneficiary, PaymentChannelRedirectReason reason, SolanaAddress channel, SolanaSignature transaction);

    [LoggerMessage(7401, LogLevel.Warning, "Transaction {Transaction} is on the chain, and the node does not tell what it moved.")]
    public static partial void MovementsUnknown(ILogger logger, Exception problem, SolanaSignature transaction);

    [LoggerMessage(7402, LogLevel.Debug, "Reclaimed the rent of {Count} channels.")]
    public static partial void RentReclaimed(ILogger logger, int count);

    [LoggerMessage(7403, LogLevel.Warning, "The rent of channels could not be reclaimed; it is tried again.")]
    public static partial void RentSweepFailed(ILogger logger, Exception problem);

    [LoggerMessage(7404, LogLevel.Error, "Channel {Channel} is settled and not paid out: {Reason}")]
    public static partial void NotPaidOut(ILogger logger, SolanaAddress channel, string reason);

    [LoggerMessage(7405, LogLevel.Warning, "Channel {Channel} could not be read, while others could.")]
    public static partial void NotRead(ILogger logger, Exception problem, SolanaAddress channel);
}
