using System.Security.Cryptography;
using DePin.Sdk.Chains.Evm.Escrow;
using DePin.Sdk.Chains.Evm.Escrow.Internal;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.Sending;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Chains.Evm;

/// <content>Deposits.</content>
public sealed partial class EvmSettlement
{
    // Two blocks of Ethereum, and some.
    private static readonly TimeSpan LeastWaitForOpening = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    /// <remarks>A token is permitted by signature (<see cref="EvmSettlementOptions.UsePermits"/>) or approved first, in a transaction of its own, for exactly the deposit, unless an allowance of that much stands. An
    /// opening whose outcome was unknown is found again by repeating it: the contract opens an id once.</remarks>
    /// <exception cref="SettlementException"><see cref="DePinErrorCode.Unsupported"/>: a longer grace period is asked for than the escrow's, or the token is one that cannot be held.</exception>
    public async Task<Channel> OpenAsync(OpenChannelRequest request, ISigner payer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(payer);
        var (terms, deposit) = (ReadTerms(request, payer), ReadDeposit(request));
        var sender = await _senders.GetAsync(payer, terms.Payer, cancellationToken).ConfigureAwait(false);
        return await OpenOnceAsync(terms, OpenHereAsync, cancellationToken).ConfigureAwait(false);

        async Task<EvmReceipt> OpenHereAsync()
        {
            await RequireFundsAsync(terms.Payer, request.Deposit, terms.Token, cancellationToken).ConfigureAwait(false);
            return await SendDepositAsync(sender, payer, terms, deposit, Escrow.Open(terms, deposit), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    /// <remarks>In the contract a top-up by the payer takes its request to close back. A closing channel is therefore refused here, before anything is sent; a top-up that is on its way when the same
    /// payer's request to close arrives cancels it all the same, and the channel that is returned says so.</remarks>
    public async Task<Channel> TopUpAsync(ChannelId channel, Amount amount, ISigner payer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(payer);
        var (id, terms, state) = await RequireChannelAsync(channel, null, cancellationToken).ConfigureAwait(false);
        RequireParty(terms.Payer, AddressOf(payer.PublicKey), "payer");
        RequireStatus(id, state, state is { Status: EvmChannelStatus.Open, ClosesAt: 0 }, "topped up");
        if (amount.Asset != AssetOf(terms.Token) || amount.IsZero || amount.BaseUnits > EvmEscrow.MaxDeposit - state.Deposit)
        {
            throw Refuse(DePinErrorCode.InvalidRequest, Fault.Consumer, $"Channel {id} is topped up with 1 to {EvmEscrow.MaxDeposit - state.Deposit} base units of {AssetOf(terms.Token)}, not with {amount}.");
        }

        var sender = await _senders.GetAsync(payer, terms.Payer, cancellationToken).ConfigureAwait(false);
        await RequireFundsAsync(terms.Payer, amount, terms.Token, cancellationToken).ConfigureAwait(false);
        try
        {
            var receipt = await SendDepositAsync(sender, null, terms, amount.BaseUnits, Escrow.TopUp(terms, amount.BaseUnits), cancellationToken).ConfigureAwait(false);
            return await ReadAfterAsync(id, terms, state, receipt, cancellationToken).ConfigureAwait(false);
        }
        catch (EvmSendException failure)
        {
            throw EscrowFailure.Translate(failure);
        }
    }

    /// <summary>Opens a channel that does not exist yet, one caller at a time, and finds it where an opening arrived that nobody saw arrive.</summary>
    private async Task<Channel> OpenOnceAsync(EvmChannelTerms terms, Func<Task<EvmReceipt>> open, CancellationToken cancellationToken)
    {
        var id = Escrow.ComputeId(terms);
        using var turn = await _openings.EnterAsync(id, cancellationToken).ConfigureAwait(false);
        if (await FindOpenedAsync(id, terms, cancellationToken).ConfigureAwait(false) is { } existing)
        {
            return existing;
        }

        _finder.Remember(id, terms);
        try
        {
            var receipt = await open().ConfigureAwait(false);
            var opened = EventsOf(receipt, id).First(happened => happened.Kind == EvmEscrowEventKind.Opened);
            return Describe(id, terms, opened.Apply(default), UInt128.Zero);
        }
        catch (EvmSendException failure) when (failure.MayHaveBeenBroadcast)
        {
            // It may have arrived after all.
            return await FindOpenedAsync(id, terms, cancellationToken).ConfigureAwait(false) ?? throw EscrowFailure.Translate(failure);
        }
        catch (EvmSendException failure) when (EscrowFailure.IsRevert(failure, EscrowAbi.ChannelExists))
        {
            // Another process has opened it, or an earlier opening has arrived; perhaps only where nodes keep what is not in a block yet, which is what a call is tried out on.
            return await AwaitOpenedAsync(id, terms, cancellationToken).ConfigureAwait(false) ?? throw new SettlementException(
                DePinErrorCode.SettlementFailed,
                Fault.Chain,
                $"An opening of channel {id} is on its way and was not in a block in time. Open it again later: that finds it.",
                mayHaveBeenBroadcast: true,
                isTransient: true,
                innerException: failure);
        }
        catch (EvmSendException failure)
        {
            throw EscrowFailure.Translate(failure);
        }
    }

    private async Task<Channel?> AwaitOpenedAsync(Hash32 id, EvmChannelTerms terms, CancellationToken cancellationToken)
    {
        var start = _options.TimeProvider.GetTimestamp();
        var limit = _options.Sender.ConfirmationTimeout is { } timeout && timeout > LeastWaitForOpening ? timeout : LeastWaitForOpening;
        while (true)
        {
            if (await FindOpenedAsync(id, terms, cancellationToken).ConfigureAwait(false) is { } opened)
            {
                return opened;
            }

            if (_options.TimeProvider.GetElapsedTime(start) >= limit)
            {
                return null;
            }

            await Task.Delay(_options.Sender.PollInterval, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    private static UInt128 ReadDeposit(OpenChannelRequest request) => request.Deposit.BaseUnits is var deposit && deposit != UInt128.Zero && deposit <= EvmEscrow.MaxDeposit
        ? deposit
        : throw Refuse(DePinErrorCode.InvalidRequest, Fault.Consumer, $"A channel is opened with a deposit from 1 to {EvmEscrow.MaxDeposit} base units, not {request.Deposit.BaseUnits}.");

    private EvmChannelTerms ReadTerms(OpenChannelRequest request, ISigner payer)
    {
        if (request.GracePeriod < TimeSpan.Zero)
        {
            throw Refuse(DePinErrorCode.InvalidRequest, Fault.Consumer, $"A grace period of {request.GracePeriod} is below zero.");
        }

        if (request.GracePeriod > Escrow.GracePeriod)
        {
            throw Refuse(
                DePinErrorCode.Unsupported,
                Fault.Consumer,
                $"The escrow at {Escrow.Address} gives every payee {Escrow.GracePeriod} to settle, and {request.GracePeriod} are asked for. Set GracePeriod to at most the escrow's, or use an escrow with a longer one.");
        }

        var salt = request.Salt ?? RandomNumberGenerator.GetBytes(Hash32.SizeInBytes);
        if (salt.Length != Hash32.SizeInBytes)
        {
            throw Refuse(DePinErrorCode.InvalidRequest, Fault.Consumer, $"A salt has 32 bytes, not {salt.Length}.");
        }

        var account = AddressOf(payer.PublicKey);
        var signer = request.VoucherKey is { } key ? AddressOf(key) : account;
        var payee = RequireAddress(request.Payee);
        if (payee.IsZero || signer.IsZero || account.IsZero)
        {
            throw Refuse(DePinErrorCode.InvalidRequest, Fault.Consumer, "The zero address is nobody's: it can neither pay, be paid, nor sign.");
        }

        // The payer's own key has one form, or one request would name two channels.
        return new EvmChannelTerms(account, payee, RequireToken(request.Deposit.Asset), new Hash32(salt.Span), signer == account ? EvmAddress.Zero : signer);
    }

    private async Task<Channel?> FindOpenedAsync(Hash32 id, EvmChannelTerms terms, CancellationToken cancellationToken)
    {
        var state = await Escrow.GetChannelAsync(id, EvmBlockTag.Latest, cancellationToken).ConfigureAwait(false);
        return state.Status == EvmChannelStatus.None ? null : await DescribeAsync(id, terms, state, cancellationToken).ConfigureAwait(false);
    }

    private async Task RequireFundsAsync(EvmAddress account, Amount needed, EvmAddress token, CancellationToken cancellationToken)
    {
        var held = await GetBalanceAsync(account, token, cancellationToken).ConfigureAwait(false);
        if (held < needed.BaseUnits)
        {
            throw Refuse(DePinErrorCode.InsufficientFunds, Fault.Consumer, $"{account} holds {held} base units of {needed.Asset}, and {needed.BaseUnits} are needed; send it more.");
        }
    }

    /// <summary>Sends a call that moves a deposit into the escrow: with a permit of the payer, where it opens a channel and the token knows how, or after an approval.</summary>
    private async Task<EvmReceipt> SendDepositAsync(EvmSender sender, ISigner? opener, EvmChannelTerms terms, UInt128 deposit, EvmTransactionRequest call, CancellationToken cancellationToken)
    {
        if (terms.Token.IsZero)
        {
            return await sender.SendAsync(call, cancellationToken).ConfigureAwait(false);
        }

        // An allowance serves whoever spends it first, and permits are numbered, so no two deposits of one token overlap.
        using var turn = await _allowances.EnterAsync((terms.Payer, terms.Token), cancellationToken).ConfigureAwait(false);
        var allowance = await ReadTokenAsync(terms.Token, TokenAbi.Allowance.EncodeCall(sender.Address, Escrow.Address), cancellationToken).ConfigureAwait(false);
        if (allowance < deposit)
        {
            if (opener is not null && await PermitAsync(terms, deposit, opener, cancellationToken).ConfigureAwait(false) is { } permitted)
            {
                try
                {
                    return await sender.SendAsync(permitted, cancellationToken).ConfigureAwait(false);
                }
                catch (EvmSendException failure) when (failure is { Error: EvmSendError.Reverted, Receipt: null })
                {
                    // The trial failed and nothing was sent: a permit of another kind than EIP-2612, perhaps. An approval tells.
                }
            }

            await ApproveAsync(sender, terms.Token, allowance, deposit, cancellationToken).ConfigureAwait(false);
        }

        return await sender.SendAsync(call, cancellationToken).ConfigureAwait(false);
    }

    private async Task ApproveAsync(EvmSender sender, EvmAddress token, UInt256 allowance, UInt128 amount, CancellationToken cancellationToken)
    {
        if (!allowance.IsZero)
        {
            // Some tokens change an allowance only from or to zero.
            await sender.SendAsync(Approval(UInt128.Zero), cancellationToken).ConfigureAwait(false);
        }

        await sender.SendAsync(Approval(amount), cancellationToken).ConfigureAwait(false);

        EvmTransactionRequest Approval(UInt128 value) => new() { To = token, Data = TokenAbi.Approve.EncodeCall(Escrow.Address, value), Errors = EscrowAbi.Errors };
    }
}
