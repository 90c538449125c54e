namespace DePin.Sdk.Chains.Solana.Rpc;

/// <summary>A slot that a node has begun to process.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Parent">The slot on which it builds.</param>
/// <param name="Root">The newest slot that is final.</param>
public sealed record SolanaSlotInfo(ulong Slot, ulong Parent, ulong Root);
