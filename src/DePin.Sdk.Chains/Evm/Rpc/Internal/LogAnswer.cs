namespace DePin.Sdk.Chains.Evm.Rpc.Internal;

/// <summary>Holds logs against the filter that asked for them.</summary>
internal static class LogAnswer
{
    /// <summary>What is wrong with the logs; null for nothing.</summary>
    public static string? Problem(EvmLogFilter filter, IReadOnlyList<EvmLog> logs)
    {
        EvmLog? previous = null;
        foreach (var log in logs)
        {
            if (!filter.Matches(log))
            {
                return "a log has another contract or other topics";
            }

            bool isOutside = filter.BlockHash is { } hash ? log.BlockHash != hash : log.BlockNumber < filter.FromBlock.BlockNumber || log.BlockNumber > filter.ToBlock.BlockNumber;
            if (isOutside || log.Removed)
            {
                return "a log is from a block that was not asked for";
            }

            if (previous is not null)
            {
                bool isSameBlock = previous.BlockNumber == log.BlockNumber;
                if (log.BlockNumber < previous.BlockNumber || (isSameBlock && (log.LogIndex <= previous.LogIndex || log.TransactionIndex < previous.TransactionIndex)))
                {
                    return "the logs are not in the order of the chain, or one is there twice";
                }

                if (isSameBlock && log.BlockHash != previous.BlockHash)
                {
                    return "the logs are from two blocks of one number";
                }
            }

            previous = log;
        }

        return null;
    }
}
