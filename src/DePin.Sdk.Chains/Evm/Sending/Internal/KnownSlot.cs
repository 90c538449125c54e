namespace DePin.Sdk.Chains.Evm.Sending.Internal;

/// <summary>What the journal remembers of a request with a key.</summary>
/// <param name="Nonce">Its nonce.</param>
/// <param name="Digest">What it was, see <see cref="EvmTransactionRequest.Digest"/>.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Refusal">Why a node had refused it.</param>
/// <param name="Transaction">What the chain holds; null while it is open.</param>
/// <param name="Revert">The data of its revert.</param>
internal sealed record KnownSlot(ulong Nonce, Hash32 Digest, SlotOutcome Outcome, string? Refusal, Hash32? Transaction, byte[]? Revert);
