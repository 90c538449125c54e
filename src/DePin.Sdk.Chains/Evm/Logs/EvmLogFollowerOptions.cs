namespace DePin.Sdk.Chains.Evm.Logs;

/// <summary>How an <see cref="EvmLogFollower"/> follows a chain.</summary>
public sealed class EvmLogFollowerOptions
{
    /// <summary>The first block whose logs count: the one in which the contract was deployed, or an earlier one.</summary>
    /// <value>Default 0.</value>
    public ulong StartBlock { get; set; }

    /// <summary>The SQLite file that holds the position and the handler's tables; its folder must exist.</summary>
    /// <value>Null: in memory, read again from <see cref="StartBlock"/> at each start.</value>
    public string? DatabasePath { get; set; }

    /// <summary>How many blocks deep a reorganisation can be undone. Blocks below are read in ranges and held to be final; a deeper one is an <see cref="EvmReorgException"/>.</summary>
    /// <value>Default 128: more than two epochs of Ethereum, after which blocks are final there. 1 to 10,000.</value>
    public int ReorgHorizon { get; set; } = 128;

    /// <summary>How many blocks one query may span while catching up. It is halved when the node refuses, and grows again when it answers.</summary>
    /// <value>Default 2,000, 1 to 100,000.</value>
    public int MaxBlocksPerQuery { get; set; } = 2_000;

    /// <summary>How long to wait before asking for a new block. <see cref="EvmLogFollower.Nudge"/> ends the wait, for example when a subscription announces one.</summary>
    /// <value>Default 2 seconds.</value>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(2);

    internal EvmLogFollowerOptions Snapshot()
    {
        var copy = (EvmLogFollowerOptions)MemberwiseClone();
        copy.Validate();
        return copy;
    }

    private void Validate()
    {
        if (ReorgHorizon is < 1 or > 10_000 || MaxBlocksPerQuery is < 1 or > 100_000 || PollInterval <= TimeSpan.Zero || PollInterval > TimeSpan.FromHours(1))
        {
            throw new ArgumentException($"{nameof(ReorgHorizon)} is 1 to 10,000, {nameof(MaxBlocksPerQuery)} 1 to 100,000, and {nameof(PollInterval)} above zero, up to an hour.");
        }
    }
}
