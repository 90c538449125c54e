using DePin.Sdk.Chains.Evm.Rpc;

namespace DePin.Sdk.Chains.Evm.Logs;

/// <summary>
/// Turns logs into rows. It says only what a log does, never how that is undone: <see cref="EvmLogFollower"/> journals every change of the tables and takes
/// it back when the block falls out of the chain.
/// </summary>
/// <remarks>Called by one follower at a time, in the order of the chain. What it keeps outside of the tables is not rolled back.</remarks>
public interface IEvmLogHandler
{
    /// <summary>The SQL statements that create the tables, run once for a new database. Tables with a rowid only; names do not begin with <c>follower_</c>.</summary>
    /// <remarks>A database that was made with another text is refused: an index is rebuilt from the chain, not migrated.</remarks>
    string Schema { get; }

    /// <summary>Writes the effects of a block's logs. They are committed together with the position in the chain, or not at all.</summary>
    /// <param name="block">The block; blocks without a matching log are not announced.</param>
    /// <param name="logs">Its matching logs, in their order, never empty.</param>
    /// <param name="transaction">The open transaction.</param>
    void Apply(EvmLogBlock block, IReadOnlyList<EvmLog> logs, EvmLogTransaction transaction);

    /// <summary>Called after a transaction was committed: blocks were applied or taken back. What is derived from the tables is out of date now.</summary>
    void Committed()
    {
    }
}
