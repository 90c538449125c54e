namespace DePin.Sdk.Chains.Evm.Rpc;

/// <summary>The head of a block.</summary>
public sealed record EvmBlock
{
    /// <summary>How many blocks stand before it.</summary>
    public required ulong Number { get; init; }

    /// <summary>Its hash, which names it for good.</summary>
    public required Hash32 Hash { get; init; }

    /// <summary>The hash of the block before it.</summary>
    public required Hash32 ParentHash { get; init; }

    /// <summary>When it was made, as its maker says: seconds since 1970.</summary>
    public required ulong Timestamp { get; init; }

    /// <summary>The wei per gas that are burned (EIP-1559); null on chains without.</summary>
    public UInt256? BaseFeePerGas { get; init; }

    /// <summary>The most gas that it may hold.</summary>
    public required ulong GasLimit { get; init; }

    /// <summary>The gas that its transactions used.</summary>
    public required ulong GasUsed { get; init; }
}
