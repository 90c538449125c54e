namespace DePin.Sdk.Chains.Evm.Rpc;

/// <summary>What became of a transaction that is in a block.</summary>
public sealed record EvmReceipt
{
    /// <summary>The transaction.</summary>
    public required Hash32 TransactionHash { get; init; }

    /// <summary>The transaction's place in its block, from 0.</summary>
    public required ulong TransactionIndex { get; init; }

    /// <summary>The block's hash. A reorganisation may put the transaction into another block, or into none.</summary>
    public required Hash32 BlockHash { get; init; }

    /// <summary>The block's number.</summary>
    public required ulong BlockNumber { get; init; }

    /// <summary>Who sent and paid it.</summary>
    public required EvmAddress From { get; init; }

    /// <summary>Who was called or paid; null when it created a contract.</summary>
    public EvmAddress? To { get; init; }

    /// <summary>The contract that it created; null when it created none.</summary>
    public EvmAddress? ContractAddress { get; init; }

    /// <summary>True when it was executed; false when it failed, which costs its gas all the same.</summary>
    public required bool Succeeded { get; init; }

    /// <summary>The gas that it used.</summary>
    public required ulong GasUsed { get; init; }

    /// <summary>The wei per gas that it paid.</summary>
    public required UInt256 EffectiveGasPrice { get; init; }

    /// <summary>The wei that a rollup took for its data beside the gas; 0 elsewhere.</summary>
    public UInt256 L1Fee { get; init; }

    /// <summary>Its events; none when it failed.</summary>
    public required IReadOnlyList<EvmLog> Logs { get; init; }

    /// <summary>The wei that the sender paid in fees.</summary>
    public UInt256 Fee => (EffectiveGasPrice * GasUsed) + L1Fee;
}
