namespace DePin.Sdk.Chains.Solana.Sending;

/// <summary>A nonce account in place of a recent blockhash: a transaction that names it does not expire, and is dead only when the account's value has moved on.</summary>
/// <param name="Account">The nonce account.</param>
/// <param name="Authority">Who may advance it: the fee payer, or one of <see cref="SolanaTransactionRequest.Signers"/>.</param>
public readonly record struct SolanaDurableNonce(SolanaAddress Account, SolanaAddress Authority);
