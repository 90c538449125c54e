using DePin.Sdk.Chains.Evm.Rpc;

namespace DePin.Sdk.Chains.Evm.Logs.Internal;

/// <summary>What a follower asks of a chain.</summary>
internal interface ILogSource
{
    /// <summary>Says which contracts and events are followed, always in the same words.</summary>
    string Describe();

    Task<ulong> GetChainIdAsync(CancellationToken cancellationToken);

    /// <summary>The newest block.</summary>
    Task<LogHeader> GetHeadAsync(CancellationToken cancellationToken);

    /// <summary>The block of a number in the chain as the node sees it now; null when there is none.</summary>
    Task<LogHeader?> GetHeaderAsync(ulong number, CancellationToken cancellationToken);

    /// <summary>The matching logs of one block.</summary>
    Task<IReadOnlyList<EvmLog>> GetLogsAsync(Hash32 block, CancellationToken cancellationToken);

    /// <summary>The matching logs of a range, both ends included.</summary>
    Task<IReadOnlyList<EvmLog>> GetLogsAsync(ulong from, ulong to, CancellationToken cancellationToken);
}
