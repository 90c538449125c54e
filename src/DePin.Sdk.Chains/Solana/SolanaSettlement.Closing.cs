using DePin.Sdk.Chains.Diagnostics;
using DePin.Sdk.Chains.Solana.Channels;
using DePin.Sdk.Chains.Solana.Channels.Internal;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Sending;
using DePin.Sdk.Chains.Solana.Transactions;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Chains.Solana;

/// <content>Closing, by the payee and by the payer; and what operations on one channel share.</content>
public sealed partial class SolanaSettlement
{
    // Others act on the same channel; each time one came first, the channel is looked at again.
    private const int MaxRaces = 20;

    // What made a transaction fail is confirmed a moment later.
    private static readonly TimeSpan LongestWaitForChange = TimeSpan.FromSeconds(2.5);

    /// <inheritdoc/>
    /// <remarks>A channel that was sealed elsewhere and not paid out yet is paid out.</remarks>
    public async Task<SettlementResult> CloseAsync(ChannelId channel, SignedVoucher? final, ISigner payee, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(payee);
        var account = AddressOf(payee.PublicKey);
        using var turn = await _channels.EnterAsync(ToAddress(channel), cancellationToken).ConfigureAwait(false);
        for (int race = 1; ; race++)
        {
            var view = await RequireChannelAsync(channel, cancellationToken).ConfigureAwait(false);
            RequireParty(view.Terms.Payee, account, "payee");
            RequireStatus(view, view.Account.Status != PaymentChannelStatus.Distributed, "closed");
            if (final is not null)
            {
                RequireVoucher(view, final);
            }

            try
            {
                return await CloseOnceAsync(view, final, payee, account, cancellationToken).ConfigureAwait(false);
            }
            catch (SolanaSendException failure) when (race < MaxRaces && ChannelFailure.IsRace(failure))
            {
                // Somebody else has settled or closed it since it was looked at.
                if ((await AwaitChangeAsync(view, cancellationToken).ConfigureAwait(false)).Account == view.Account)
                {
                    throw ChannelFailure.Translate(failure);
                }
            }
            catch (SolanaSendException failure)
            {
                throw ChannelFailure.Translate(failure);
            }
        }
    }

    /// <inheritdoc/>
    public async Task<Channel> RequestCloseAsync(ChannelId channel, ISigner payer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(payer);
        var account = AddressOf(payer.PublicKey);
        using var turn = await _channels.EnterAsync(ToAddress(channel), cancellationToken).ConfigureAwait(false);
        var view = await RequireChannelAsync(channel, cancellationToken).ConfigureAwait(false);
        RequireParty(view.Terms.Payer, account, "payer");
        RequireStatus(view, !view.IsClosed, "closed");
        var (sender, signers) = await _senders.GetAsync(payer, account, cancellationToken).ConfigureAwait(false);
        if (view.IsClosing)
        {
            return Describe(view);
        }

        try
        {
            var receipt = await sender.SendAsync(new SolanaTransactionRequest { Instructions = [Program.RequestClose(view.Address, account)], Signers = signers }, cancellationToken).ConfigureAwait(false);
            var expected = view with { Account = view.Account with { Status = PaymentChannelStatus.Closing, ClosureStartedAt = _options.TimeProvider.GetUtcNow().ToUnixTimeSeconds() } };
            return Describe(await ReadAfterAsync(expected, receipt.Slot, cancellationToken).ConfigureAwait(false));
        }
        catch (SolanaSendException failure)
        {
            return ChannelFailure.IsRace(failure) && await AwaitChangeAsync(view, cancellationToken).ConfigureAwait(false) is { IsClosing: true } closing
                ? Describe(closing)
                : throw ChannelFailure.Translate(failure);
        }
    }

    /// <inheritdoc/>
    /// <remarks>A channel that was sealed and not paid out yet is paid out, whoever sealed it.</remarks>
    public async Task<Channel> WithdrawAsync(ChannelId channel, ISigner payer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(payer);
        var account = AddressOf(payer.PublicKey);
        using var turn = await _channels.EnterAsync(ToAddress(channel), cancellationToken).ConfigureAwait(false);
        for (int race = 1; ; race++)
        {
            var view = await RequireChannelAsync(channel, cancellationToken).ConfigureAwait(false);
            RequireParty(view.Terms.Payer, account, "payer");
            RequireStatus(view, view.Account.Status is PaymentChannelStatus.Closing or PaymentChannelStatus.Sealed, "withdrawn from");
            var (sender, signers) = await _senders.GetAsync(payer, account, cancellationToken).ConfigureAwait(false);

            // Whether the grace period is over is the chain's clock to say: the transaction is tried out before it is sent.
            List<SolanaInstruction> instructions = view.IsClosing ? [Program.Seal(view.Address)] : [];
            try
            {
                var alone = Program.WithdrawPayer(view.Address, account, view.Terms.Mint, view.TokenProgram);
                var receipt = await PayOutAsync(view, instructions, sender, signers, alone, cancellationToken).ConfigureAwait(false);
                return Describe(await ReadAfterAsync(Ended(view, view.Account.Settled), receipt.Slot, cancellationToken).ConfigureAwait(false));
            }
            catch (SolanaSendException failure) when (race < MaxRaces && ChannelFailure.IsRace(failure))
            {
                if (await AwaitChangeAsync(view, cancellationToken).ConfigureAwait(false) is var now && (now.Account == view.Account || now.Account.Status == PaymentChannelStatus.Distributed))
                {
                    // Paid out by somebody else in the same moment, which is all that was wanted.
                    return now.Account.Status == PaymentChannelStatus.Distributed ? Describe(now) : throw ChannelFailure.Translate(failure);
                }
            }
            catch (SolanaSendException failure)
            {
                throw ChannelFailure.Translate(failure);
            }
        }
    }

    private async Task<SettlementResult> CloseOnceAsync(ChannelView view, SignedVoucher? final, ISigner payee, SolanaAddress account, CancellationToken cancellationToken)
    {
        var (sender, signers) = await _senders.GetAsync(payee, account, cancellationToken).ConfigureAwait(false);
        ulong settled = view.Account.Settled;
        var instructions = new List<SolanaInstruction>();
        if (view.Account.Status != PaymentChannelStatus.Sealed)
        {
            bool isHigher = final is not null && final.Voucher.Cumulative.BaseUnits > settled;
            if (isHigher)
            {
                instructions.Add(Check(view, final!));
                settled = (ulong)final!.Voucher.Cumulative.BaseUnits;
            }

            instructions.Add(Program.SettleAndSeal(view.Address, account, isHigher));
        }

        var receipt = await PayOutAsync(view, instructions, sender, signers, withoutPayee: null, cancellationToken).ConfigureAwait(false);
        var movements = await ReadMovementsAsync(sender, receipt).ConfigureAwait(false);
        var after = await ReadAfterAsync(Ended(view, settled), receipt.Slot, CancellationToken.None).ConfigureAwait(false);
        ulong paid = movements?.ArrivedAt(view.TokenAccountOf(view.Terms.Payee)) ?? after.Paid - Math.Min(after.Paid, view.Paid);
        return new SettlementResult(Describe(after), new Amount(paid, GetAsset(view.Terms.Mint)), receipt.Signature.ToString());
    }

    /// <summary>Ends a channel with its payout, in one transaction with what comes before.</summary>
    /// <param name="view">The channel.</param>
    /// <param name="instructions">What comes before; none where the channel is sealed.</param>
    /// <param name="sender">Sends.</param>
    /// <param name="signers">Sign beside the sender's fee payer.</param>
    /// <param name="withoutPayee">What gives the payer its part where the payee cannot be paid; null where the payee asks.</param>
    /// <param name="cancellationToken">Gives up before it is sent.</param>
    private async Task<SolanaReceipt> PayOutAsync(
        ChannelView view, List<SolanaInstruction> instructions, SolanaSender sender, IReadOnlyList<ISigner> signers, SolanaInstruction? withoutPayee, CancellationToken cancellationToken)
    {
        if (view.IsEscrowFrozen)
        {
            // What each side gets can be fixed, and is paid out when the issuer lets go.
            ChannelLog.NotPaidOut(_logger, view.Address, "its escrow is frozen");
            RequireStatus(view, instructions.Count > 0, "paid out, for the issuer of its token has frozen its escrow");
        }
        else
        {
            var (mint, program) = (view.Terms.Mint, view.TokenProgram);
            var accounts = await _tokens.InspectAsync(
                [(view.Terms.Payee, mint, program), (view.Terms.Payer, mint, program), (Program.TreasuryOwner, mint, program)], sender.FeePayer, cancellationToken).ConfigureAwait(false);
            var (payee, payer, treasury) = (accounts[0], accounts[1], accounts[2]);
            if (withoutPayee is not null && (view.Account.Settled > view.Account.PayoutWatermark ? payee.Problem ?? treasury.Problem : treasury.Problem) is { } others && payer.Problem is null)
            {
                // A payer does not wait until its payee mends an account: its part leaves alone, and the payee's stays in the escrow.
                ChannelLog.NotPaidOut(_logger, view.Address, others);
                accounts = [payer];
                instructions.Add(withoutPayee);
            }
            else
            {
                // Nobody waits for an account that gets nothing, nor does a payee for one of a payer whose channel is sealed already: anybody may pay that out at any time.
                bool isForPayer = withoutPayee is not null || view.Account.Status != PaymentChannelStatus.Sealed;
                if (((withoutPayee is null ? payee.Problem : null) ?? (isForPayer ? payer.Problem : null) ?? treasury.Problem) is { } problem)
                {
                    throw Refuse(DePinErrorCode.ChannelState, Fault.Consumer, problem);
                }

                instructions.Add(Program.Distribute(view.Address, view.Terms, view.Account.RentPayer, program, PaymentChannelSplits.None));
            }

            // What checks a voucher stands right before what takes it, so accounts are made first.
            instructions.InsertRange(0, accounts.Select(account => account.Making).OfType<SolanaInstruction>());
        }

        return await sender.SendAsync(new SolanaTransactionRequest { Instructions = instructions, Signers = signers, LookupTables = _options.LookupTables }, cancellationToken).ConfigureAwait(false);
    }

    private static ChannelView Ended(ChannelView view, ulong settled) =>
        view with { Account = view.Account with { Status = PaymentChannelStatus.Distributed, Settled = settled, PayoutWatermark = settled, ClosureStartedAt = 0 } };

    private static SolanaInstruction Check(ChannelView view, SignedVoucher signed) =>
        Ed25519Program.Verify(view.Terms.AuthorizedSigner, new SolanaSignature(signed.Signature.Bytes.Span), ToVoucher(signed.Voucher)!.Value.ToArray());

    private static void RequireParty(SolanaAddress needed, SolanaAddress actual, string role)
    {
        if (needed != actual)
        {
            throw Refuse(DePinErrorCode.SettlementFailed, Fault.Chain, $"Only the channel's {role} may do this; {actual} is not it.");
        }
    }

    private static void RequireStatus(ChannelView view, bool isAllowed, string what)
    {
        if (!isAllowed)
        {
            var status = view.IsClosed ? "closed" : view.IsClosing ? $"closing until {ToTime(view.Account.ClosureStartedAt, view.Account.GracePeriod):u}" : "open";
            throw Refuse(DePinErrorCode.ChannelState, Fault.Consumer, $"Channel {view.Address} is {status} and cannot be {what}.");
        }
    }

    private void RequireVoucher(ChannelView view, SignedVoucher signed)
    {
        if (ToAddress(signed.Voucher.Channel) != view.Address || signed.Voucher.Cumulative.Asset != GetAsset(view.Terms.Mint) || !IsGood(signed, view.Terms.AuthorizedSigner))
        {
            throw Refuse(DePinErrorCode.InvalidVoucher, Fault.Consumer, $"The voucher for channel {view.Address} is for another channel or in another asset, has expired, or is not signed by {view.Terms.AuthorizedSigner}.");
        }

        if (signed.Voucher.Cumulative.BaseUnits > view.Account.Deposit)
        {
            throw Refuse(DePinErrorCode.InvalidVoucher, Fault.Consumer, $"The voucher authorizes {signed.Voucher.Cumulative.BaseUnits} base units, and channel {view.Address} holds {view.Account.Deposit}.");
        }
    }

    private async Task<ChannelView> RequireChannelAsync(ChannelId channel, CancellationToken cancellationToken) =>
        await _reader.ReadAsync(ToAddress(channel), SolanaCommitment.Confirmed, 0, cancellationToken).ConfigureAwait(false) ?? throw NotFound(ToAddress(channel));

    /// <summary>The channel, once it is another than it was; as it was when nothing happens in time.</summary>
    private async Task<ChannelView> AwaitChangeAsync(ChannelView before, CancellationToken cancellationToken)
    {
        var start = _options.TimeProvider.GetTimestamp();
        while (true)
        {
            var now = await _reader.ReadAsync(before.Address, SolanaCommitment.Confirmed, 0, cancellationToken).ConfigureAwait(false) ?? throw NotFound(before.Address);
            if (now.Account != before.Account || _options.TimeProvider.GetElapsedTime(start) >= LongestWaitForChange)
            {
                return now;
            }

            await Task.Delay(_options.Sender.PollInterval, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    private SettlementException NotFound(SolanaAddress channel) =>
        Refuse(DePinErrorCode.ChannelNotFound, Fault.Consumer, $"The program {Program.ProgramId} on {Chain} has no channel {channel}, or one whose money is shared with others, which this SDK does not pay through.");
}
