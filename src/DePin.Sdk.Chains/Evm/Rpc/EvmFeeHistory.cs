namespace DePin.Sdk.Chains.Evm.Rpc;

/// <summary>What gas cost in the newest blocks.</summary>
public sealed record EvmFeeHistory
{
    /// <summary>The number of the first block.</summary>
    public required ulong OldestBlock { get; init; }

    /// <summary>The wei per gas that were burned, block by block; the last one is that of the block that comes next.</summary>
    public required IReadOnlyList<UInt256> BaseFeePerGas { get; init; }

    /// <summary>How full each block was: 0 to 1, on some rollups more.</summary>
    public required IReadOnlyList<double> GasUsedRatio { get; init; }

    /// <summary>For each block, the tips in wei per gas at the percentiles that were asked for; empty when none were.</summary>
    public required IReadOnlyList<IReadOnlyList<UInt256>> Rewards { get; init; }
}
