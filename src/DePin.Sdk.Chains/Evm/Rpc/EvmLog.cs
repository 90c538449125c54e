using DePin.Sdk.Chains.Evm.Encoding;

namespace DePin.Sdk.Chains.Evm.Rpc;

/// <summary>An event that a contract gave, and where it stands on the chain.</summary>
public sealed record EvmLog
{
    /// <summary>The contract.</summary>
    public required EvmAddress Address { get; init; }

    /// <summary>The event's signature and its indexed parameters; at most four.</summary>
    public required IReadOnlyList<Hash32> Topics { get; init; }

    /// <summary>The parameters that are not indexed.</summary>
    public required ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>The block's number.</summary>
    public required ulong BlockNumber { get; init; }

    /// <summary>The block's hash.</summary>
    public required Hash32 BlockHash { get; init; }

    /// <summary>The transaction.</summary>
    public required Hash32 TransactionHash { get; init; }

    /// <summary>The transaction's place in its block, from 0.</summary>
    public required ulong TransactionIndex { get; init; }

    /// <summary>The log's place in its block, from 0.</summary>
    public required ulong LogIndex { get; init; }

    /// <summary>True when a subscription takes the log back because its block left the chain. Not every node says so: do not rely on it.</summary>
    public bool Removed { get; init; }

    /// <summary>Decodes the log into the values of an event's parameters, in their order.</summary>
    /// <exception cref="EvmFormatException">The log is not of this event.</exception>
    public IReadOnlyList<AbiValue> Decode(AbiEvent type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return type.Decode([.. Topics], Data.Span);
    }
}
