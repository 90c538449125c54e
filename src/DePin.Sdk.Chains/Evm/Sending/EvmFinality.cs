namespace DePin.Sdk.Chains.Evm.Sending;

/// <summary>How sure a transaction has to be before it counts as done: so many blocks, or what the chain itself calls safe or final.</summary>
public readonly record struct EvmFinality
{
    private readonly uint _depth;

    private EvmFinality(string? tag, uint depth)
    {
        Tag = tag;
        _depth = depth;
    }

    /// <summary>The block that most validators have voted for (<c>safe</c>): some six minutes on Ethereum.</summary>
    public static EvmFinality Safe { get; } = new("safe", 0);

    /// <summary>The block that cannot go away without a third of the stake being destroyed (<c>finalized</c>): some fifteen minutes on Ethereum; on rollups, what is on Ethereum for good.</summary>
    public static EvmFinality Finalized { get; } = new("finalized", 0);

    /// <summary>How many blocks, the transaction's own included; 1 for the default value, and 0 when the chain's own word counts.</summary>
    public int Depth => Tag is null ? (int)Math.Max(_depth, 1) : 0;

    /// <summary><c>safe</c> or <c>finalized</c>; null when blocks are counted.</summary>
    internal string? Tag { get; }

    /// <summary>Done when so many blocks hold it or follow it.</summary>
    /// <param name="blocks">1 to 100,000; 1 is the transaction's own block.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is another number.</exception>
    public static EvmFinality Confirmations(int blocks)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(blocks, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(blocks, 100_000);
        return new(null, (uint)blocks);
    }

    /// <summary><c>safe</c>, <c>finalized</c>, or the number of blocks.</summary>
    public override string ToString() => Tag ?? (Depth == 1 ? "1 block" : $"{Depth} blocks");
}
