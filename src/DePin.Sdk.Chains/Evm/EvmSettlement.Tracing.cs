using DePin.Sdk.Chains.Evm.Escrow;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Chains.Evm;

/// <content>Who was paid what by which transaction, among others that act on the same channels.</content>
public sealed partial class EvmSettlement
{
    /// <summary>Tells what some transactions paid on each channel. The states, which were read in a block before them, become those after them.</summary>
    private async Task<Dictionary<Hash32, (UInt128 Amount, Hash32? Transaction)>> TracePaymentsAsync(
        EvmBlock head, Dictionary<Hash32, EvmChannelState> states, IReadOnlyList<EvmReceipt> receipts, CancellationToken cancellationToken)
    {
        var ours = receipts.Select(receipt => receipt.TransactionHash).ToHashSet();
        IReadOnlyList<EvmEscrowEvent> own = [.. receipts.SelectMany(receipt => receipt.Logs).Where(log => log.Address == Escrow.Address).Select(EvmEscrowEvent.TryRead).OfType<EvmEscrowEvent>()];
        var read = new Dictionary<Hash32, EvmChannelState>(states);
        try
        {
            // Others may have settled the same channels in between; the events in their order tell who paid what.
            if (await ReadEventsAsync(head, states, receipts, cancellationToken).ConfigureAwait(false) is { } events)
            {
                return Fold(states, events, ours);
            }

            // The block that the channels were read in is not on the chain any more, or nothing arrived: our own events beyond what was known, and the states as they are now.
            var paid = Fold(states, own, ours);
            Hash32[] ids = [.. states.Keys];
            var now = await Escrow.GetChannelsAsync(ids, EvmBlockTag.Latest, cancellationToken).ConfigureAwait(false);
            for (int i = 0; i < ids.Length; i++)
            {
                states[ids[i]] = now[i].Status == EvmChannelStatus.None ? states[ids[i]] : now[i];
            }

            return paid;
        }
        catch (EvmRpcException) when (receipts.Count > 0)
        {
            // The money has moved, and the receipts say so; that the node tells no more does not make it a failure.
            foreach (var (id, state) in read)
            {
                states[id] = state;
            }

            return Fold(states, own, ours);
        }
    }

    /// <summary>What happened to channels from the block where they were read to the last of some transactions; null when that block is not on the chain any more, or there is no later one.</summary>
    private async Task<IReadOnlyList<EvmEscrowEvent>?> ReadEventsAsync(
        EvmBlock head, Dictionary<Hash32, EvmChannelState> states, IReadOnlyList<EvmReceipt> receipts, CancellationToken cancellationToken)
    {
        const int MaxChannelsInFilter = 100;
        var start = await Client.GetBlockAsync(EvmBlockTag.Number(head.Number), cancellationToken).ConfigureAwait(false);
        ulong last = receipts.Count == 0 ? 0 : receipts.Max(receipt => receipt.BlockNumber);
        return start?.Hash == head.Hash && last > head.Number
            ? await _finder.GetEventsAsync(head.Number + 1, last, states.Count <= MaxChannelsInFilter ? [.. states.Keys] : null, cancellationToken).ConfigureAwait(false)
            : null;
    }

    private static Dictionary<Hash32, (UInt128 Amount, Hash32? Transaction)> Fold(Dictionary<Hash32, EvmChannelState> states, IReadOnlyList<EvmEscrowEvent> events, HashSet<Hash32> ours)
    {
        var paid = new Dictionary<Hash32, (UInt128 Amount, Hash32? Transaction)>();
        foreach (var happened in events)
        {
            if (!states.TryGetValue(happened.ChannelId, out var before))
            {
                continue;
            }

            var after = happened.Apply(before);
            if (after.Settled > before.Settled && ours.Contains(happened.Log.TransactionHash))
            {
                paid[happened.ChannelId] = (after.Settled - before.Settled, happened.Log.TransactionHash);
            }

            states[happened.ChannelId] = after;
        }

        return paid;
    }

    /// <summary>A channel after a settlement. When it was closed by its payee meanwhile and the node does not show how, what it paid back is reckoned from what was known.</summary>
    private async Task<Channel> DescribeAfterAsync(Hash32 id, EvmChannelTerms terms, EvmChannelState before, EvmChannelState after)
    {
        try
        {
            return await DescribeAsync(id, terms, after, CancellationToken.None).ConfigureAwait(false);
        }
        catch (DePinException)
        {
            return Describe(id, terms, after, before.Deposit - UInt128.Min(before.Deposit, after.Settled));
        }
    }
}
