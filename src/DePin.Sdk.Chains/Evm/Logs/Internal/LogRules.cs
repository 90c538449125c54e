using DePin.Sdk.Chains.Evm.Rpc;

namespace DePin.Sdk.Chains.Evm.Logs.Internal;

/// <summary>What a node's answer must satisfy before a log of it counts.</summary>
internal static class LogRules
{
    /// <summary>The logs in the order of the chain.</summary>
    /// <exception cref="EvmRpcException"><see cref="EvmRpcError.Malformed"/>: one lies outside of the range, is marked as removed, comes twice, or one block has two hashes.</exception>
    public static IReadOnlyList<EvmLog> Order(IReadOnlyList<EvmLog> logs, ulong from, ulong to)
    {
        var ordered = logs.OrderBy(log => log.BlockNumber).ThenBy(log => log.LogIndex).ToArray();
        for (int i = 0; i < ordered.Length; i++)
        {
            var log = ordered[i];
            if (log.BlockNumber < from || log.BlockNumber > to)
            {
                throw Malformed($"blocks {from} to {to}", $"of block {log.BlockNumber}");
            }

            if (log.Removed)
            {
                throw Malformed($"blocks {from} to {to}", "that was removed");
            }

            if (i > 0 && log.BlockNumber == ordered[i - 1].BlockNumber && (log.LogIndex == ordered[i - 1].LogIndex || log.BlockHash != ordered[i - 1].BlockHash))
            {
                throw Malformed($"blocks {from} to {to}", $"twice, or of two versions of block {log.BlockNumber}");
            }
        }

        return ordered;
    }

    public static EvmRpcException Malformed(string asked, string got) =>
        new(EvmRpcError.Malformed, $"The node was asked for {asked} and answered with something {got}.");
}
