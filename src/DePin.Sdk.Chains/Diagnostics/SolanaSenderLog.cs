using DePin.Sdk.Chains.Solana;
using Microsoft.Extensions.Logging;

namespace DePin.Sdk.Chains.Diagnostics;

/// <summary>What senders of Solana transactions log; event ids 7500 to 7549.</summary>
internal static partial class SolanaSenderLog
{
    [LoggerMessage(7500, LogLevel.Information, "Opened the outbox of {FeePayer}; {Open} transactions of an earlier run are looked up.")]
    public static partial void Opened(ILogger logger, SolanaAddress feePayer, int open);

    [LoggerMessage(7501, LogLevel.Debug, "Sends transaction {Transaction}, which lives up to block height {LastHeight} and offers {Price} micro-lamports per compute unit.")]
    public static partial void Sending(ILogger logger, SolanaSignature transaction, ulong lastHeight, ulong price);

    [LoggerMessage(7502, LogLevel.Debug, "Transaction {Transaction} is done: {Outcome} in slot {Slot}.")]
    public static partial void Done(ILogger logger, SolanaSignature transaction, string outcome, ulong slot);

    [LoggerMessage(7503, LogLevel.Debug, "Sends {Count} transactions again, the first of them {Transaction}.")]
    public static partial void Repeating(ILogger logger, int count, SolanaSignature transaction);

    [LoggerMessage(7504, LogLevel.Warning, "Whether the node has transaction {Transaction} is unknown; it is looked up and the same bytes are sent again.")]
    public static partial void OutcomeUnknown(ILogger logger, Exception problem, SolanaSignature transaction);

    [LoggerMessage(7505, LogLevel.Warning, "The node refuses transaction {Transaction}; it is sent again until it has expired.")]
    public static partial void SendingRefused(ILogger logger, Exception problem, SolanaSignature transaction);

    [LoggerMessage(7506, LogLevel.Information, "Transaction {Transaction} is certainly dead (its last block height was {LastHeight}); its request is signed anew.")]
    public static partial void Renewing(ILogger logger, SolanaSignature transaction, ulong lastHeight);

    [LoggerMessage(7507, LogLevel.Warning, "The request of the dead transaction {Transaction} could not be signed anew yet; it is tried again.")]
    public static partial void RenewalFailed(ILogger logger, Exception problem, SolanaSignature transaction);

    [LoggerMessage(7508, LogLevel.Warning, "Transaction {Transaction} expired without effect, and its request is given up after {Count} signatures.")]
    public static partial void Expired(ILogger logger, SolanaSignature transaction, int count);

    [LoggerMessage(7509, LogLevel.Warning, "A fork took transaction {Transaction} out of slot {Slot}; it is waited for again.")]
    public static partial void TakenBack(ILogger logger, SolanaSignature transaction, ulong slot);

    [LoggerMessage(7510, LogLevel.Error, "Transaction {Transaction} was reported as {Outcome} before a fork took it away for good, and cannot be sent anew.")]
    public static partial void LostAfterReport(ILogger logger, SolanaSignature transaction, string outcome);

    [LoggerMessage(7511, LogLevel.Error, "Transaction {Transaction} was reported as {Before}, and a fork made it {After}.")]
    public static partial void OutcomeChanged(ILogger logger, SolanaSignature transaction, string before, string after);

    [LoggerMessage(7512, LogLevel.Critical, "Transaction {Transaction}, which a node's answers had shown to be dead, is in slot {Slot}, and {Later} was signed for the same request. Do not use that node.")]
    public static partial void DeadAttemptFound(ILogger logger, SolanaSignature transaction, ulong slot, SolanaSignature later);

    [LoggerMessage(7513, LogLevel.Error, "The node has forgotten the time of transaction {Transaction}, signed after slot {Slot}: whether it is on the chain cannot be told there.")]
    public static partial void Forgotten(ILogger logger, SolanaSignature transaction, ulong slot);

    [LoggerMessage(7514, LogLevel.Warning, "The chain could not be asked about the transactions of {FeePayer}; it is tried again.")]
    public static partial void PollFailed(ILogger logger, Exception problem, SolanaAddress feePayer);

    [LoggerMessage(7515, LogLevel.Critical, "The sender of {FeePayer} stops, because its journal or its own code failed. Open a new one.")]
    public static partial void Halted(ILogger logger, Exception problem, SolanaAddress feePayer);
}
