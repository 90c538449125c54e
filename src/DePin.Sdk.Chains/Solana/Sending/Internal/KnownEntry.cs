using DePin.Sdk.Chains.Solana.Rpc;

namespace DePin.Sdk.Chains.Solana.Sending.Internal;

/// <summary>What the journal remembers of a request with a key.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Digest">What it was, see <see cref="RequestBody.Digest"/>.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Transaction">What the chain holds; null while it is open and when it expired.</param>
/// <param name="Slot">Where.</param>
/// <param name="Error">Why it failed.</param>
internal sealed record KnownEntry(long Id, SolanaHash Digest, OutboxOutcome Outcome, SolanaSignature? Transaction, ulong Slot, SolanaTransactionError? Error);
