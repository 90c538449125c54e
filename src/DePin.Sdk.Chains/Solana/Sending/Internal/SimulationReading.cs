using DePin.Sdk.Chains.Solana.Rpc;

namespace DePin.Sdk.Chains.Solana.Sending.Internal;

/// <summary>What came of trying a transaction out.</summary>
/// <param name="Error">Why it would fail; null when it would not.</param>
/// <param name="Logs">What the programs said.</param>
/// <param name="ComputeUnits">What it used; null where the node does not say.</param>
internal sealed record SimulationReading(SolanaTransactionError? Error, IReadOnlyList<string> Logs, ulong? ComputeUnits);
