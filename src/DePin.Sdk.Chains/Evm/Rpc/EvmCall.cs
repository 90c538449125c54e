namespace DePin.Sdk.Chains.Evm.Rpc;

/// <summary>A call to try out: nothing of it stays on the chain.</summary>
public sealed record EvmCall
{
    /// <summary>Who calls; null for the zero address.</summary>
    public EvmAddress? From { get; init; }

    /// <summary>Who is called; null tries out the creation of a contract.</summary>
    public EvmAddress? To { get; init; }

    /// <summary>The wei that move.</summary>
    public UInt256 Value { get; init; }

    /// <summary>The call's data, or the init code.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>The most gas; null for what the node allows.</summary>
    public ulong? GasLimit { get; init; }

    /// <summary>The most wei per gas, which <see cref="From"/> must then be able to pay; null for none.</summary>
    public UInt256? MaxFeePerGas { get; init; }

    /// <summary>The most wei per gas for the block's proposer; null for none.</summary>
    public UInt256? MaxPriorityFeePerGas { get; init; }
}
