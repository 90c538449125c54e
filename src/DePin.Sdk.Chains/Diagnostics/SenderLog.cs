using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Sending;
using Microsoft.Extensions.Logging;

namespace DePin.Sdk.Chains.Diagnostics;

/// <summary>What senders of EVM transactions log; event ids 7100 to 7199.</summary>
internal static partial class SenderLog
{
    [LoggerMessage(7100, LogLevel.Information, "Opened the lane of {Account} on chain {Chain} at nonce {Nonce}; {Open} transactions of an earlier run are looked up.")]
    public static partial void Opened(ILogger logger, EvmAddress account, ulong chain, ulong nonce, int open);

    [LoggerMessage(7101, LogLevel.Debug, "Sends transaction {Transaction} with nonce {Nonce}, at most {MaxFee} wei per gas.")]
    public static partial void Sending(ILogger logger, Hash32 transaction, ulong nonce, UInt256 maxFee);

    [LoggerMessage(7102, LogLevel.Debug, "Transaction {Transaction} with nonce {Nonce} is done: {Outcome} in block {Block}.")]
    public static partial void Done(ILogger logger, Hash32 transaction, ulong nonce, string outcome, ulong block);

    [LoggerMessage(7103, LogLevel.Warning, "Transaction {Transaction} with nonce {Nonce} reverted in block {Block}: {Reason}")]
    public static partial void Reverted(ILogger logger, Hash32 transaction, ulong nonce, ulong block, string reason);

    [LoggerMessage(7104, LogLevel.Information, "Replaces the transaction with nonce {Nonce} for the time {Count}; {Transaction} offers at most {MaxFee} wei per gas.")]
    public static partial void Replacing(ILogger logger, ulong nonce, int count, Hash32 transaction, UInt256 maxFee);

    [LoggerMessage(7105, LogLevel.Warning, "Uses up nonce {Nonce} with a transfer of nothing, {Transaction}: {Reason}")]
    public static partial void Cancelling(ILogger logger, ulong nonce, Hash32 transaction, string reason);

    [LoggerMessage(7106, LogLevel.Warning, "Whether the node has transaction {Transaction} with nonce {Nonce} is unknown; it is looked up and the same bytes are sent again.")]
    public static partial void OutcomeUnknown(ILogger logger, Exception problem, Hash32 transaction, ulong nonce);

    [LoggerMessage(7107, LogLevel.Warning, "The node refuses transaction {Transaction} with nonce {Nonce}.")]
    public static partial void BroadcastRefused(ILogger logger, Exception problem, Hash32 transaction, ulong nonce);

    [LoggerMessage(7108, LogLevel.Debug, "Sends {Count} transactions again, from nonce {Nonce} on.")]
    public static partial void Rebroadcasting(ILogger logger, int count, ulong nonce);

    [LoggerMessage(7109, LogLevel.Warning, "A reorganisation took transaction {Transaction} with nonce {Nonce} out of block {Block}; it is waited for again.")]
    public static partial void TakenBack(ILogger logger, Hash32 transaction, ulong nonce, ulong block);

    [LoggerMessage(7110, LogLevel.Warning, "The chain has lost nonce {Nonce}, which was done before ({Outcome}); it is opened again.")]
    public static partial void Reopened(ILogger logger, ulong nonce, string outcome);

    [LoggerMessage(7111, LogLevel.Error, "Another program used nonce {Nonce} of account {Account}. A key must be used by one sender alone.")]
    public static partial void NonceTaken(ILogger logger, ulong nonce, EvmAddress account);

    [LoggerMessage(7112, LogLevel.Warning, "The chain could not be asked about the transactions of {Account}; it is tried again.")]
    public static partial void PollFailed(ILogger logger, Exception problem, EvmAddress account);

    [LoggerMessage(7113, LogLevel.Warning, "Gas costs {Price} wei, above the ceiling; {Count} transactions wait.")]
    public static partial void WaitsForFees(ILogger logger, UInt256 price, int count);

    [LoggerMessage(7114, LogLevel.Critical, "The sender of {Account} stops, because its journal or its own code failed. Open a new one.")]
    public static partial void Halted(ILogger logger, Exception problem, EvmAddress account);

    [LoggerMessage(7115, LogLevel.Warning, "The fees of nonce {Nonce} cannot be raised within the ceiling; it waits for gas to become cheaper.")]
    public static partial void CeilingReached(ILogger logger, ulong nonce);
}
