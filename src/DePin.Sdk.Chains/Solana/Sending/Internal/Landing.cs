using DePin.Sdk.Chains.Solana.Rpc;

namespace DePin.Sdk.Chains.Solana.Sending.Internal;

/// <summary>Where a transaction is on the chain.</summary>
/// <param name="Slot">The slot of its block.</param>
/// <param name="Commitment">How sure that is.</param>
/// <param name="Error">Why it failed; null when it succeeded.</param>
internal sealed record Landing(ulong Slot, SolanaCommitment Commitment, SolanaTransactionError? Error);
