namespace DePin.Sdk.Chains.Evm.Rpc;

/// <summary>A transaction that the node knows, in a block or waiting for one.</summary>
public sealed record EvmTransactionInfo
{
    /// <summary>The transaction.</summary>
    public required Hash32 Hash { get; init; }

    /// <summary>Who sent it.</summary>
    public required EvmAddress From { get; init; }

    /// <summary>Who is called or paid; null when it creates a contract.</summary>
    public EvmAddress? To { get; init; }

    /// <summary>How many transactions the account sent before.</summary>
    public required ulong Nonce { get; init; }

    /// <summary>The wei that move.</summary>
    public required UInt256 Value { get; init; }

    /// <summary>The call's data, or the init code.</summary>
    public required ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>The most gas that it may use.</summary>
    public required ulong GasLimit { get; init; }

    /// <summary>The most wei per gas that it pays, tip included.</summary>
    public required UInt256 MaxFeePerGas { get; init; }

    /// <summary>The most wei per gas for the block's proposer; for the forms before EIP-1559 the gas price.</summary>
    public required UInt256 MaxPriorityFeePerGas { get; init; }

    /// <summary>The block's number; null while it waits.</summary>
    public ulong? BlockNumber { get; init; }

    /// <summary>The block's hash; null while it waits.</summary>
    public Hash32? BlockHash { get; init; }

    /// <summary>Whether it waits for a block.</summary>
    public bool IsPending => BlockHash is null;
}
