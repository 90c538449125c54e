namespace DePin.Sdk.Chains.Solana.Sending.Internal;

/// <summary>A nonce account as a node sees it.</summary>
/// <param name="Slot">The slot that the node was at.</param>
/// <param name="Value">The account's value, which stands in for a blockhash; null where there is no such account or it is not set up.</param>
/// <param name="Authority">Who may advance it.</param>
internal readonly record struct NonceReading(ulong Slot, SolanaHash? Value, SolanaAddress Authority);
