namespace DePin.Sdk.Chains.Solana.Rpc;

/// <summary>What a transaction would do.</summary>
public sealed record SolanaSimulation
{
    /// <summary>The slot on which it was tried out.</summary>
    public required ulong Slot { get; init; }

    /// <summary>Why it would fail; null when it would succeed.</summary>
    public SolanaTransactionError? Error { get; init; }

    /// <summary>What the programs logged; may be cut off, and empty when nothing was executed.</summary>
    public IReadOnlyList<string> Logs { get; init; } = [];

    /// <summary>The compute units that it would use; null when the node does not say.</summary>
    public ulong? UnitsConsumed { get; init; }

    /// <summary>What the last program returned; empty for nothing.</summary>
    public ReadOnlyMemory<byte> ReturnData { get; init; }

    /// <summary>The accounts that were asked for as they would be afterwards; null for those that would not exist. Empty when none were asked for, or nothing was executed.</summary>
    public IReadOnlyList<SolanaAccount?> Accounts { get; init; } = [];
}
