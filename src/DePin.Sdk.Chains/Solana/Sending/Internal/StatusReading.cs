namespace DePin.Sdk.Chains.Solana.Sending.Internal;

/// <summary>Where transactions are, as a node sees it.</summary>
/// <param name="Slot">The slot that the node was at, or the lowest one where it was asked in parts: what it does not find is not on its chain up to here, as far back as it remembers.</param>
/// <param name="HasHistory">Whether it looked further back than the blocks that it keeps at hand.</param>
/// <param name="Landings">In the order of the question; null for what it does not find.</param>
internal sealed record StatusReading(ulong Slot, bool HasHistory, IReadOnlyList<Landing?> Landings);
