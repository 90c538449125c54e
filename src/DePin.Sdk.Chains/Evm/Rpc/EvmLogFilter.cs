namespace DePin.Sdk.Chains.Evm.Rpc;

/// <summary>Which logs are asked for. A block's hash stands for itself; else the logs from one block to another, both included.</summary>
public sealed record EvmLogFilter
{
    /// <summary>The contracts; none are all.</summary>
    public IReadOnlyList<EvmAddress> Addresses { get; init; } = [];

    /// <summary>For each topic from the first on, the values that are wanted; null or none are all. At most four.</summary>
    public IReadOnlyList<IReadOnlyList<Hash32>?> Topics { get; init; } = [];

    /// <summary>The first block, by number or name.</summary>
    public EvmBlockTag FromBlock { get; init; }

    /// <summary>The last block, by number or name.</summary>
    public EvmBlockTag ToBlock { get; init; }

    /// <summary>The one block to look at (EIP-234); the node fails with <see cref="EvmRpcError.UnknownBlock"/> when it does not have it. Null: by <see cref="FromBlock"/> and <see cref="ToBlock"/>.</summary>
    public Hash32? BlockHash { get; init; }

    /// <summary>Whether a log has one of the contracts and the topics that are asked for, wherever it stands.</summary>
    public bool Matches(EvmLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        if (Addresses.Count > 0 && !Addresses.Contains(log.Address))
        {
            return false;
        }

        for (int i = 0; i < Topics.Count; i++)
        {
            // A filter with more positions than a log has topics does not match it, even where all values are wanted.
            if (i >= log.Topics.Count || (Topics[i] is { Count: > 0 } wanted && !wanted.Contains(log.Topics[i])))
            {
                return false;
            }
        }

        return true;
    }
}
