using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Rpc;

namespace DePin.Sdk.Chains.Evm.Sending.Internal;

/// <summary>What a request's owner is told when it did not succeed.</summary>
internal static class Endings
{
    /// <summary>The error for an outcome; null for success.</summary>
    public static EvmSendException? Problem(SlotOutcome outcome, ulong nonce, Hash32? transaction, EvmReceipt? receipt, string? refusal, byte[]? revert, IReadOnlyList<AbiError> errors)
    {
        switch (outcome)
        {
            case SlotOutcome.Reverted:
                var reason = RevertReason.Decode(revert, errors);
                return new EvmSendException(EvmSendError.Reverted, $"The transaction is on the chain and failed: {reason}. Its gas is spent, and it changed nothing else.", mayHaveBeenBroadcast: true, transaction, receipt, reason);
            case SlotOutcome.Cancelled when refusal is not null:
                return new EvmSendException(EvmSendError.Refused, $"The transaction was given up and has no effect: {refusal}. A transfer of nothing has its nonce.", mayHaveBeenBroadcast: false, transaction, receipt);
            case SlotOutcome.Cancelled:
                return new EvmSendException(EvmSendError.Cancelled, "The transaction was cancelled in time; a transfer of nothing has its nonce.", mayHaveBeenBroadcast: false, transaction, receipt);
            case SlotOutcome.Displaced:
                return new EvmSendException(
                    EvmSendError.NonceTaken,
                    $"The chain is past nonce {nonce}, and holds none of the transactions that were signed for it: another program uses the account's key, or the node has lost receipts. Look the transaction up before it is sent again, under another key.",
                    mayHaveBeenBroadcast: true,
                    transaction);
            default:
                return null;
        }
    }
}
