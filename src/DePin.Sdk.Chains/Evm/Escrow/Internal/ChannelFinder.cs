using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Chains.Evm.Escrow.Internal;

/// <summary>Finds out what channels are: from what was seen before, or from the chain's events. Terms count only when they hash to the id, so a node cannot put others in their place.</summary>
internal sealed class ChannelFinder(EvmEscrow escrow, ChannelTermsStore store, ulong deploymentBlock)
{
    /// <summary>A close that so many blocks follow is remembered; an earlier one may still be taken back.</summary>
    private const ulong SettledDepth = 128;

    private static readonly Hash32 Opened = EscrowAbi.Topic(EvmEscrowEventKind.Opened);
    private static readonly Hash32 Closed = EscrowAbi.Topic(EvmEscrowEventKind.Closed);

    public void Remember(Hash32 id, in EvmChannelTerms terms) => store.Save(id, terms);

    /// <summary>The terms of a channel that the contract knows.</summary>
    public async Task<EvmChannelTerms> GetTermsAsync(Hash32 id, CancellationToken cancellationToken)
    {
        if (store.Find(id) is { } known && escrow.ComputeId(known) == id)
        {
            return known;
        }

        var opening = await FindLastAsync(id, Opened, cancellationToken).ConfigureAwait(false);
        if (opening?.Terms is not { } terms || escrow.ComputeId(terms) != id)
        {
            throw new SettlementException(
                DePinErrorCode.SettlementFailed,
                Fault.Chain,
                $"The escrow has channel {id}, and the node shows no opening of it from block {deploymentBlock} on. Check DeploymentBlock, or ask a node that keeps all logs.",
                isTransient: true);
        }

        store.Save(id, terms);
        return terms;
    }

    /// <summary>What a closed channel paid back to its payer.</summary>
    public async Task<UInt128> GetRefundAsync(Hash32 id, CancellationToken cancellationToken)
    {
        if (store.FindRefund(id) is { } known)
        {
            return known;
        }

        ulong head = await escrow.Client.GetBlockNumberAsync(cancellationToken).ConfigureAwait(false);
        var close = await FindLastAsync(id, Closed, cancellationToken).ConfigureAwait(false) ?? throw new SettlementException(
            DePinErrorCode.SettlementFailed,
            Fault.Chain,
            $"Channel {id} is closed, and the node shows no closing of it from block {deploymentBlock} on. Check DeploymentBlock, or ask a node that keeps all logs.",
            isTransient: true);
        if (close.Log.BlockNumber + SettledDepth <= head)
        {
            store.SaveRefund(id, close.Refund);
        }

        return close.Refund;
    }

    /// <summary>The escrow's events from one block to another, in the order of the chain.</summary>
    public async Task<IReadOnlyList<EvmEscrowEvent>> GetEventsAsync(ulong from, ulong to, IReadOnlyList<Hash32>? channels, CancellationToken cancellationToken)
    {
        var logs = await escrow.Client.GetLogsAsync(Filter(from, to, null, channels), cancellationToken).ConfigureAwait(false);
        return [.. logs.Select(EvmEscrowEvent.TryRead).OfType<EvmEscrowEvent>()];
    }

    // From the newest block back, for channels that are asked for are mostly young. The whole range is asked for first; a node that finds it too wide gets ever narrower ones.
    private async Task<EvmEscrowEvent?> FindLastAsync(Hash32 id, Hash32 topic, CancellationToken cancellationToken)
    {
        ulong to = await escrow.Client.GetBlockNumberAsync(cancellationToken).ConfigureAwait(false);
        ulong width = ulong.MaxValue;
        while (to >= deploymentBlock)
        {
            ulong from = to - Math.Min(to - deploymentBlock, width);
            try
            {
                var logs = await escrow.Client.GetLogsAsync(Filter(from, to, topic, [id]), cancellationToken).ConfigureAwait(false);
                if (logs.Count > 0)
                {
                    return EvmEscrowEvent.TryRead(logs[^1]);
                }
            }
            catch (EvmRpcException problem) when (problem.Kind == EvmRpcError.LimitExceeded && to > from)
            {
                width = (to - from) / 2;
                continue;
            }

            if (from == 0)
            {
                return null;
            }

            to = from - 1;
        }

        return null;
    }

    private EvmLogFilter Filter(ulong from, ulong to, Hash32? topic, IReadOnlyList<Hash32>? channels) => new()
    {
        Addresses = [escrow.Address],
        Topics = channels is null ? [] : [topic is { } only ? [only] : null, channels],
        FromBlock = EvmBlockTag.Number(from),
        ToBlock = EvmBlockTag.Number(to),
    };
}
