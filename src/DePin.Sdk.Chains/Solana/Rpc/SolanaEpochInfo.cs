namespace DePin.Sdk.Chains.Solana.Rpc;

/// <summary>Where the chain is: the slot and the block height that belong together.</summary>
public sealed record SolanaEpochInfo
{
    /// <summary>The slot.</summary>
    public required ulong Slot { get; init; }

    /// <summary>How many blocks there are up to the slot; skipped slots have none.</summary>
    public required ulong BlockHeight { get; init; }

    /// <summary>The epoch.</summary>
    public required ulong Epoch { get; init; }
}
