namespace DePin.Sdk.Chains.Solana.Sending.Internal;

/// <summary>How far a chain is.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="BlockHeight">How many blocks went before; slots without a block do not count.</param>
internal readonly record struct HeightReading(ulong Slot, ulong BlockHeight);
