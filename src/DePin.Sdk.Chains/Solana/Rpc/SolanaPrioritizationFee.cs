namespace DePin.Sdk.Chains.Solana.Rpc;

/// <summary>What a block's cheapest transaction paid for priority.</summary>
/// <param name="Slot">The block's slot.</param>
/// <param name="MicroLamports">The price of a compute unit, in millionths of a lamport; 0 when a transaction got in without one.</param>
public readonly record struct SolanaPrioritizationFee(ulong Slot, ulong MicroLamports);
