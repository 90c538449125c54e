namespace DePin.Sdk.Chains.Solana.Sending.Internal;

/// <summary>A blockhash as a node gives it.</summary>
/// <param name="Hash">The blockhash.</param>
/// <param name="LastValidBlockHeight">The height of the last block that may hold a transaction with it.</param>
/// <param name="Slot">The slot that the node was at.</param>
internal readonly record struct BlockhashReading(SolanaHash Hash, ulong LastValidBlockHeight, ulong Slot);
