using System.Globalization;
using DePin.Sdk.Chains.Evm.Rpc;

namespace DePin.Sdk.Chains.Evm.Logs.Internal;

/// <summary>A node, asked about the contracts and events of one filter.</summary>
internal sealed class ClientLogSource(EvmClient client, EvmLogFilter filter) : ILogSource
{
    public string Describe() => string.Create(CultureInfo.InvariantCulture,
        $"{string.Join(',', filter.Addresses)};{string.Join(';', filter.Topics.Select(topic => topic is null ? string.Empty : string.Join(',', topic)))}");

    public Task<ulong> GetChainIdAsync(CancellationToken cancellationToken) => client.GetChainIdAsync(cancellationToken);

    public async Task<LogHeader> GetHeadAsync(CancellationToken cancellationToken) =>
        Header(await client.GetBlockAsync(EvmBlockTag.Latest, cancellationToken).ConfigureAwait(false))
        ?? throw new EvmRpcException(EvmRpcError.Malformed, "The node has no latest block; wait until it has synchronised.");

    public async Task<LogHeader?> GetHeaderAsync(ulong number, CancellationToken cancellationToken) =>
        Header(await client.GetBlockAsync(EvmBlockTag.Number(number), cancellationToken).ConfigureAwait(false));

    public Task<IReadOnlyList<EvmLog>> GetLogsAsync(Hash32 block, CancellationToken cancellationToken) =>
        client.GetLogsAsync(filter with { BlockHash = block }, cancellationToken);

    public Task<IReadOnlyList<EvmLog>> GetLogsAsync(ulong from, ulong to, CancellationToken cancellationToken) =>
        client.GetLogsAsync(filter with { BlockHash = null, FromBlock = EvmBlockTag.Number(from), ToBlock = EvmBlockTag.Number(to) }, cancellationToken);

    private static LogHeader? Header(EvmBlock? block) => block is null ? null : new LogHeader(block.Number, block.Hash, block.ParentHash);
}
