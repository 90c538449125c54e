using DePin.Sdk.Chains.Solana.Rpc;

namespace DePin.Sdk.Chains.Solana.Sending.Internal;

/// <summary>What a request's owner is told when it did not succeed.</summary>
internal static class Endings
{
    /// <summary>The simulation failed.</summary>
    public static SolanaSendException Refused(SolanaTransactionError error, IReadOnlyList<string> logs, int lead, SolanaAddress feePayer)
    {
        if (error.Kind is SolanaTransactionErrorKind.InsufficientFundsForFee or SolanaTransactionErrorKind.AccountNotFound)
        {
            return new SolanaSendException(SolanaSendError.InsufficientFunds, $"The fee payer {feePayer} cannot pay the transaction ({error}). Nothing was sent.", transactionError: error, logs: logs);
        }

        return error.Kind is SolanaTransactionErrorKind.BlockhashNotFound
            ? new SolanaSendException(SolanaSendError.Unavailable, "The node does not know the block or the nonce's value that the transaction names: it is behind. Nothing was sent.", transactionError: error, logs: logs)
            : new SolanaSendException(SolanaSendError.Refused, $"The transaction would fail: {Words(error, lead)}. Nothing was sent.{Last(logs)}", transactionError: Shift(error, lead), logs: logs);
    }

    /// <summary>It is on the chain and failed.</summary>
    public static SolanaSendException Failed(SolanaSignature transaction, ulong slot, SolanaTransactionError error, IReadOnlyList<string> logs, int lead) => new(
        SolanaSendError.Failed,
        $"The transaction is in slot {slot} and failed: {Words(error, lead)}. Its fee is spent, and it changed nothing else.{Last(logs)}",
        mayHaveBeenBroadcast: true,
        transaction,
        Shift(error, lead),
        logs);

    /// <summary>All that was signed is dead.</summary>
    public static SolanaSendException Expired(OutboxEntry entry, Exception? problem)
    {
        if (!entry.MayBeOut && entry.Refusal is { } refusal)
        {
            return new SolanaSendException(SolanaSendError.Refused, $"No node took the transaction, and it has expired, so that it has no effect: {refusal.Message}", mayHaveBeenBroadcast: false, entry.Latest.Id, innerException: refusal);
        }

        return problem is SolanaSendException again
            ? new SolanaSendException(again.Error, $"The transaction expired without effect, and it was not signed anew. {again.Message}", mayHaveBeenBroadcast: false, entry.Latest.Id, again.TransactionError, again.Logs, again)
            : new SolanaSendException(SolanaSendError.Expired, $"The transaction expired before a block took it ({entry.Attempts.Count} signed in all). It has no effect and never will.", mayHaveBeenBroadcast: false, entry.Latest.Id);
    }

    /// <summary>The node remembers too little to tell.</summary>
    public static SolanaSendException Unknown(OutboxEntry entry) => new(
        SolanaSendError.Unknown,
        $"The transaction was signed before slot {entry.Latest.KnownSlot}, which this node has forgotten: it can be on the chain. Open the journal on a node that keeps history since then; the same key joins it.",
        mayHaveBeenBroadcast: true,
        entry.Latest.Id);

    // The place that the owner knows: the sender's own instruction before it does not count.
    private static SolanaTransactionError Shift(SolanaTransactionError error, int lead) => error with
    {
        Instruction = error.Instruction is { } instruction ? instruction with { InstructionIndex = instruction.InstructionIndex - lead } : null,
        InstructionIndex = error.InstructionIndex - lead,
    };

    private static string Words(SolanaTransactionError error, int lead) => Shift(error, lead).ToString();

    private static string Last(IReadOnlyList<string> logs) => logs.Count == 0 ? string.Empty : $" The last words of its log: {logs[^1]}";
}
