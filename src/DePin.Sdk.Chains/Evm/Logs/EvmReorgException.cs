namespace DePin.Sdk.Chains.Evm.Logs;

/// <summary>The chain was reorganised below what a follower can undo. Its tables hold effects of blocks that are no longer in the chain.</summary>
public sealed class EvmReorgException : DePinException
{
    internal EvmReorgException(ulong lowestKnown, ulong position, string? databasePath)
        : base(
            DePinErrorCode.StorageFailed,
            Fault.Chain,
            $"The chain no longer has block {lowestKnown}, the oldest that can be undone; the index stands at block {position}. "
            + $"Delete {(databasePath is null ? "the index" : $"'{databasePath}'")} to read it again from the start, and raise {nameof(EvmLogFollowerOptions)}.{nameof(EvmLogFollowerOptions.ReorgHorizon)} if this chain does such things.")
    {
        LowestKnownBlock = lowestKnown;
        Position = position;
    }

    /// <summary>The oldest block that could have been undone; the chain has another one in its place.</summary>
    public ulong LowestKnownBlock { get; }

    /// <summary>The last block that was applied.</summary>
    public ulong Position { get; }
}
