namespace DePin.Sdk.Chains.Solana.Rpc;

/// <summary>A transaction on the chain, and what it did.</summary>
public sealed record SolanaTransactionRecord
{
    /// <summary>The slot that processed it.</summary>
    public required ulong Slot { get; init; }

    /// <summary>When its block was made, by the validators' clocks; null when the node does not know.</summary>
    public DateTimeOffset? BlockTime { get; init; }

    /// <summary>The signed transaction as it was sent.</summary>
    public required ReadOnlyMemory<byte> Transaction { get; init; }

    /// <summary>Why it failed; null when it succeeded.</summary>
    public SolanaTransactionError? Error { get; init; }

    /// <summary>The fee that was paid, in lamports.</summary>
    public required ulong Fee { get; init; }

    /// <summary>The compute units that it used; null when the node does not know.</summary>
    public ulong? ComputeUnitsConsumed { get; init; }

    /// <summary>What the programs logged; may be cut off, and empty where the node keeps no logs.</summary>
    public IReadOnlyList<string> LogMessages { get; init; } = [];

    /// <summary>What each account held before, in lamports.</summary>
    public required IReadOnlyList<ulong> PreBalances { get; init; }

    /// <summary>What each account held after, in lamports.</summary>
    public required IReadOnlyList<ulong> PostBalances { get; init; }

    /// <summary>What the token accounts held before. One that did not exist is not among them.</summary>
    public IReadOnlyList<SolanaTokenBalance> PreTokenBalances { get; init; } = [];

    /// <summary>What the token accounts held after. One that does not exist any more is not among them.</summary>
    public IReadOnlyList<SolanaTokenBalance> PostTokenBalances { get; init; } = [];

    /// <summary>The accounts from lookup tables.</summary>
    public SolanaLoadedAddresses LoadedAddresses { get; init; } = new([], []);

    /// <summary>The calls that programs made, in their order.</summary>
    public IReadOnlyList<SolanaInnerInstruction> InnerInstructions { get; init; } = [];
}
