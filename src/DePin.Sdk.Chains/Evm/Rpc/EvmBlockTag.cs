using System.Globalization;

namespace DePin.Sdk.Chains.Evm.Rpc;

/// <summary>Which block a question is about: a name, a number or a hash. The default value is <see cref="Latest"/>.</summary>
public readonly record struct EvmBlockTag
{
    private EvmBlockTag(string? name, ulong? blockNumber, Hash32? blockHash)
    {
        Name = name;
        BlockNumber = blockNumber;
        BlockHash = blockHash;
    }

    /// <summary>The newest block; a reorganisation may take it back.</summary>
    public static EvmBlockTag Latest => default;

    /// <summary>The newest block and what waits to be in the next one.</summary>
    public static EvmBlockTag Pending => new("pending", null, null);

    /// <summary>The newest block that honest validators are not expected to take back.</summary>
    public static EvmBlockTag Safe => new("safe", null, null);

    /// <summary>The newest block that cannot be taken back without slashing a third of the stake.</summary>
    public static EvmBlockTag Finalized => new("finalized", null, null);

    /// <summary>The first block that the node has.</summary>
    public static EvmBlockTag Earliest => new("earliest", null, null);

    /// <summary>The block's number; null for a name or a hash.</summary>
    public ulong? BlockNumber { get; }

    /// <summary>The block's hash; null for a name or a number.</summary>
    public Hash32? BlockHash { get; }

    internal string? Name { get; }

    /// <summary>The block of a number on the branch that the node follows.</summary>
    public static EvmBlockTag Number(ulong number) => new(null, number, null);

    /// <summary>The block of a hash (EIP-1898), on whatever branch.</summary>
    public static EvmBlockTag Hash(Hash32 hash) => new(null, null, hash);

    /// <summary>The name, the number in decimal digits, or the hash.</summary>
    public override string ToString() => BlockHash?.ToString() ?? BlockNumber?.ToString(CultureInfo.InvariantCulture) ?? Name ?? "latest";
}
