using DePin.Sdk.Chains.Evm.Escrow;
using DePin.Sdk.Chains.Evm.Escrow.Internal;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.Sending;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Chains.Evm;

/// <content>Closing, by the payee and by the payer; and what operations on one channel share.</content>
public sealed partial class EvmSettlement
{
    /// <inheritdoc/>
    public async Task<SettlementResult> CloseAsync(ChannelId channel, SignedVoucher? final, ISigner payee, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(payee);
        var head = await GetHeadAsync(cancellationToken).ConfigureAwait(false);
        var (id, terms, state) = await RequireChannelAsync(channel, head, cancellationToken).ConfigureAwait(false);
        RequireParty(terms.Payee, AddressOf(payee.PublicKey), "payee");
        RequireStatus(id, state, state.Status == EvmChannelStatus.Open, "closed");
        var (cumulative, signature) = (UInt128.Zero, Array.Empty<byte>());
        if (final is not null)
        {
            RequireVoucher(id, terms, state, final);
            if (final.Voucher.Cumulative.BaseUnits > state.Settled)
            {
                (cumulative, signature) = (final.Voucher.Cumulative.BaseUnits, final.Signature.Bytes.ToArray());
            }
        }

        var sender = await _senders.GetAsync(payee, terms.Payee, cancellationToken).ConfigureAwait(false);
        var receipt = await SendAsync(sender, Escrow.Close(terms, cumulative, signature), cancellationToken).ConfigureAwait(false);
        var closed = EventsOf(receipt, id).First(happened => happened.Kind == EvmEscrowEventKind.Closed);
        var paid = await TracePaymentsAsync(head, new Dictionary<Hash32, EvmChannelState> { [id] = state }, [receipt], cancellationToken).ConfigureAwait(false);
        return new SettlementResult(Describe(id, terms, closed.Apply(state), closed.Refund), new Amount(paid.GetValueOrDefault(id).Amount, AssetOf(terms.Token)), receipt.TransactionHash.ToString());
    }

    /// <inheritdoc/>
    public async Task<Channel> RequestCloseAsync(ChannelId channel, ISigner payer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(payer);
        var (id, terms, state) = await RequireChannelAsync(channel, null, cancellationToken).ConfigureAwait(false);
        RequireParty(terms.Payer, AddressOf(payer.PublicKey), "payer");
        RequireStatus(id, state, state.Status == EvmChannelStatus.Open, "closed");
        var sender = await _senders.GetAsync(payer, terms.Payer, cancellationToken).ConfigureAwait(false);
        if (state.ClosesAt != 0)
        {
            return Describe(id, terms, state, UInt128.Zero);
        }

        try
        {
            var receipt = await sender.SendAsync(Escrow.RequestClose(terms), cancellationToken).ConfigureAwait(false);
            return await ReadAfterAsync(id, terms, state, receipt, cancellationToken).ConfigureAwait(false);
        }
        catch (EvmSendException failure) when (EscrowFailure.IsRevert(failure, EscrowAbi.CloseAlreadyRequested))
        {
            return (await FindOpenedAsync(id, terms, cancellationToken).ConfigureAwait(false))!;
        }
        catch (EvmSendException failure)
        {
            throw EscrowFailure.Translate(failure);
        }
    }

    /// <inheritdoc/>
    public async Task<Channel> WithdrawAsync(ChannelId channel, ISigner payer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(payer);
        var (id, terms, state) = await RequireChannelAsync(channel, null, cancellationToken).ConfigureAwait(false);
        RequireParty(terms.Payer, AddressOf(payer.PublicKey), "payer");
        RequireStatus(id, state, state is { Status: EvmChannelStatus.Open, ClosesAt: not 0 }, "withdrawn from");
        var sender = await _senders.GetAsync(payer, terms.Payer, cancellationToken).ConfigureAwait(false);

        // Whether the grace period is over is the chain's clock to say: the call is tried out before it is sent.
        var receipt = await SendAsync(sender, Escrow.Withdraw(terms), cancellationToken).ConfigureAwait(false);
        var closed = EventsOf(receipt, id).First(happened => happened.Kind == EvmEscrowEventKind.Closed);
        return Describe(id, terms, closed.Apply(state), closed.Refund);
    }

    private static async Task<EvmReceipt> SendAsync(EvmSender sender, EvmTransactionRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await sender.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (EvmSendException failure)
        {
            throw EscrowFailure.Translate(failure);
        }
    }

    private static void RequireParty(EvmAddress needed, EvmAddress actual, string role)
    {
        if (needed != actual)
        {
            throw Refuse(DePinErrorCode.SettlementFailed, Fault.Chain, $"Only the channel's {role} may do this; {actual} is not it.");
        }
    }

    private static void RequireStatus(Hash32 id, in EvmChannelState state, bool isAllowed, string what)
    {
        if (!isAllowed)
        {
            var status = state.Status == EvmChannelStatus.Closed ? "closed"
                : state.ClosesAt == 0 ? "open"
                : $"closing until {ToTime(state.ClosesAt):u}";
            throw Refuse(DePinErrorCode.ChannelState, Fault.Consumer, $"Channel {id} is {status} and cannot be {what}.");
        }
    }

    private async Task<(Hash32 Id, EvmChannelTerms Terms, EvmChannelState State)> RequireChannelAsync(ChannelId channel, EvmBlock? head, CancellationToken cancellationToken)
    {
        var id = new Hash32(channel.Bytes.Span);
        var state = head is null
            ? await Escrow.GetChannelAsync(id, EvmBlockTag.Latest, cancellationToken).ConfigureAwait(false)
            : (await ReadStatesAsync([id], head, cancellationToken).ConfigureAwait(false))[0];
        return state.Status == EvmChannelStatus.None
            ? throw NotFound(id)
            : (id, await _finder.GetTermsAsync(id, cancellationToken).ConfigureAwait(false), state);
    }

    /// <summary>The states of channels in a block, or in a later one where the node that answers does not have it: one that is behind another, or keeps no old states. Events say how channels stand, not by how much they
    /// changed, so to follow them from the earlier block on gives the same in the end.</summary>
    private async Task<IReadOnlyList<EvmChannelState>> ReadStatesAsync(IReadOnlyList<Hash32> ids, EvmBlock head, CancellationToken cancellationToken)
    {
        try
        {
            return await Escrow.GetChannelsAsync(ids, EvmBlockTag.Number(head.Number), cancellationToken).ConfigureAwait(false);
        }
        catch (EvmRpcException problem) when (problem.Kind == EvmRpcError.UnknownBlock)
        {
            return await Escrow.GetChannelsAsync(ids, EvmBlockTag.Latest, cancellationToken).ConfigureAwait(false);
        }
    }

    private SettlementException NotFound(Hash32 id) => Refuse(DePinErrorCode.ChannelNotFound, Fault.Consumer, $"The escrow at {Escrow.Address} on {Chain} has no channel {id}.");

    private async Task<EvmBlock> GetHeadAsync(CancellationToken cancellationToken) => await Client.GetBlockAsync(EvmBlockTag.Latest, cancellationToken).ConfigureAwait(false)
        ?? throw new EvmRpcException(EvmRpcError.Malformed, "The node has no latest block.");

    /// <summary>The channel as it stands in the block of a transaction; where the node cannot tell, as the transaction's own events make it.</summary>
    private async Task<Channel> ReadAfterAsync(Hash32 id, EvmChannelTerms terms, EvmChannelState before, EvmReceipt receipt, CancellationToken cancellationToken)
    {
        try
        {
            var state = await Escrow.GetChannelAsync(id, EvmBlockTag.Number(receipt.BlockNumber), cancellationToken).ConfigureAwait(false);
            return await DescribeAsync(id, terms, state, cancellationToken).ConfigureAwait(false);
        }
        catch (EvmRpcException)
        {
            return Describe(id, terms, EventsOf(receipt, id).Aggregate(before, static (state, happened) => happened.Apply(state)), UInt128.Zero);
        }
    }

    private IEnumerable<EvmEscrowEvent> EventsOf(EvmReceipt receipt, Hash32 id) =>
        receipt.Logs.Where(log => log.Address == Escrow.Address).Select(EvmEscrowEvent.TryRead).OfType<EvmEscrowEvent>().Where(happened => happened.ChannelId == id);
}
