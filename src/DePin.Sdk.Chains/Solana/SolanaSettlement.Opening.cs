using System.Globalization;
using System.Security.Cryptography;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana.Channels;
using DePin.Sdk.Chains.Solana.Channels.Internal;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Sending;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Chains.Solana;

/// <content>Deposits.</content>
public sealed partial class SolanaSettlement
{
    private const int SaltSizeInBytes = 32;

    // The low byte of the program's salt is free, so that both addresses can be had with the bump that is cheapest to check.
    private const int FixedSaltBytes = 7;

    // Nodes differ by some slots about which is the newest, and none opens a channel in a slot that it has not seen.
    private const ulong OpenSlotMargin = 16;

    // The token programs' number for an account that holds too little.
    private const uint InsufficientTokens = 1;

    private static readonly TimeSpan LongestWaitForWindow = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    /// <remarks>
    /// A channel's address depends on the slot that it is opened in. <see cref="SolanaSettlementOptions.DataDirectory"/> remembers which request is for which channel before anything is sent; without it a
    /// repeated request finds its channel as long as that lives, and opens another when it is gone.
    /// </remarks>
    public async Task<Channel> OpenAsync(OpenChannelRequest request, ISigner payer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(payer);
        var wish = ReadWish(request, AddressOf(payer.PublicKey));
        var (sender, signers) = await _senders.GetAsync(payer, wish.Payer, cancellationToken).ConfigureAwait(false);
        using var turn = await _openings.EnterAsync(Convert.ToHexString(wish.Key), cancellationToken).ConfigureAwait(false);
        if (await FindOpenedAsync(wish, cancellationToken).ConfigureAwait(false) is { } existing)
        {
            return Describe(existing);
        }

        await RequireFundsAsync(wish.Payer, wish.Mint, wish.Deposit, cancellationToken).ConfigureAwait(false);
        var planned = await PlanOpeningAsync(wish, sender.FeePayer, cancellationToken).ConfigureAwait(false);
        var open = Program.Open(planned.Terms, sender.FeePayer, planned.TokenProgram, wish.Deposit, wish.GracePeriod, PaymentChannelSplits.None);
        ulong slot = 0;
        try
        {
            slot = (await sender.SendAsync(new SolanaTransactionRequest { Instructions = [open], Signers = signers }, cancellationToken).ConfigureAwait(false)).Slot;
        }
        catch (SolanaSendException failure)
        {
            // It may have arrived after all, or an earlier one has: an address is opened once.
            if (await _reader.ReadAsync(planned.Address, SolanaCommitment.Confirmed, 0, cancellationToken).ConfigureAwait(false) is { } arrived)
            {
                _store.ExpectRent(planned.Address);
                return Describe(arrived);
            }

            throw failure.TransactionError?.CustomCode == InsufficientTokens && !ChannelFailure.IsUnknown(failure)
                ? Refuse(DePinErrorCode.InsufficientFunds, Fault.Consumer, $"{wish.Payer} holds less than the {wish.Deposit} base units of {request.Deposit.Asset} that are to be deposited; send it more.")
                : ChannelFailure.Translate(failure);
        }

        _store.ExpectRent(planned.Address);
        return Describe(await ReadAfterAsync(planned, slot, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public async Task<Channel> TopUpAsync(ChannelId channel, Amount amount, ISigner payer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(payer);
        var account = AddressOf(payer.PublicKey);
        using var turn = await _channels.EnterAsync(ToAddress(channel), cancellationToken).ConfigureAwait(false);
        var view = await RequireChannelAsync(channel, cancellationToken).ConfigureAwait(false);
        RequireParty(view.Terms.Payer, account, "payer");
        RequireStatus(view, view.IsOpen, "topped up");
        if (amount.Asset != GetAsset(view.Terms.Mint) || amount.IsZero || amount.BaseUnits > ulong.MaxValue - view.Account.Deposit)
        {
            throw Refuse(DePinErrorCode.InvalidRequest, Fault.Consumer, $"Channel {view.Address} is topped up with 1 to {ulong.MaxValue - view.Account.Deposit} base units of {GetAsset(view.Terms.Mint)}, not with {amount}.");
        }

        var (sender, signers) = await _senders.GetAsync(payer, account, cancellationToken).ConfigureAwait(false);
        await RequireFundsAsync(account, view.Terms.Mint, (ulong)amount.BaseUnits, cancellationToken).ConfigureAwait(false);
        var topUp = Program.TopUp(view.Address, account, view.Terms.Mint, view.TokenProgram, (ulong)amount.BaseUnits);
        try
        {
            var receipt = await sender.SendAsync(new SolanaTransactionRequest { Instructions = [topUp], Signers = signers }, cancellationToken).ConfigureAwait(false);
            return Describe(await ReadAfterAsync(view with { Account = view.Account with { Deposit = view.Account.Deposit + (ulong)amount.BaseUnits } }, receipt.Slot, cancellationToken).ConfigureAwait(false));
        }
        catch (SolanaSendException failure)
        {
            throw failure.TransactionError?.CustomCode == InsufficientTokens && !ChannelFailure.IsUnknown(failure)
                ? Refuse(DePinErrorCode.InsufficientFunds, Fault.Consumer, $"{account} holds less than {amount}; send it more.")
                : ChannelFailure.Translate(failure);
        }
    }

    private Wish ReadWish(OpenChannelRequest request, SolanaAddress payer)
    {
        if (request.Deposit.IsZero || request.Deposit.BaseUnits > ulong.MaxValue)
        {
            throw Refuse(DePinErrorCode.InvalidRequest, Fault.Consumer, $"A channel is opened with a deposit from 1 to {ulong.MaxValue} base units, not {request.Deposit.BaseUnits}.");
        }

        double seconds = Math.Ceiling(request.GracePeriod.TotalSeconds);
        if (seconds is < 1 or > uint.MaxValue)
        {
            throw Refuse(DePinErrorCode.InvalidRequest, Fault.Consumer, $"A grace period is 1 to {uint.MaxValue} seconds, not {request.GracePeriod}.");
        }

        var salt = request.Salt ?? RandomNumberGenerator.GetBytes(SaltSizeInBytes);
        if (salt.Length != SaltSizeInBytes)
        {
            throw Refuse(DePinErrorCode.InvalidRequest, Fault.Consumer, $"A salt has {SaltSizeInBytes} bytes, not {salt.Length}.");
        }

        var (payee, signer) = (RequireAddress(request.Payee), request.VoucherKey is { } key ? AddressOf(key) : payer);
        if (payee == payer || !signer.IsOnCurve)
        {
            throw Refuse(DePinErrorCode.InvalidRequest, Fault.Consumer, "A payer pays somebody else than itself, and vouchers are signed with a key that exists.");
        }

        var mint = RequireMint(request.Deposit.Asset);
        var named = new CanonicalWriter("depin.solana-channel.v1").Write(Program.ProgramId.ToArray()).Write(payer.ToArray()).Write(payee.ToArray()).Write(mint.ToArray())
            .Write(signer.ToArray()).Write(((uint)seconds).ToString(CultureInfo.InvariantCulture)).Write(salt.ToArray()).ToArray();
        return new Wish(SHA256.HashData(named), payer, payee, mint, signer, (uint)seconds, (ulong)request.Deposit.BaseUnits);
    }

    /// <summary>The channel that a request is for, if it has been opened: by what is remembered, or by the payer and the salt among the program's accounts.</summary>
    private async Task<ChannelView?> FindOpenedAsync(Wish wish, CancellationToken cancellationToken)
    {
        if (_store.FindOpening(wish.Key) is { } remembered)
        {
            return await _reader.ReadAsync(remembered.Address, SolanaCommitment.Confirmed, 0, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            SolanaAccountFilter[] filters =
            [
                SolanaAccountFilter.OfSize(PaymentChannelAccount.SizeInBytes),
                SolanaAccountFilter.OfBytes(PaymentChannelAccount.SaltOffset + 1, wish.Key.AsSpan(0, FixedSaltBytes)),
                SolanaAccountFilter.OfBytes(PaymentChannelAccount.PayerOffset, wish.Payer.ToArray()),
            ];
            foreach (var found in await Client.GetProgramAccountsAsync(Program.ProgramId, filters, cancellationToken: cancellationToken).ConfigureAwait(false))
            {
                if (await _reader.ReadAsync(found.Address, SolanaCommitment.Confirmed, 0, cancellationToken).ConfigureAwait(false) is { } view && IsFor(wish, view))
                {
                    _store.SaveOpening(wish.Key, view);
                    return view;
                }
            }
        }
        catch (SolanaRpcException problem) when (problem.Kind is SolanaRpcError.MethodUnavailable or SolanaRpcError.LimitExceeded)
        {
            // Many nodes do not search; what is remembered has to do.
        }

        return null;
    }

    private static bool IsFor(Wish wish, ChannelView view) =>
        view.Terms.Payer == wish.Payer && view.Terms.Payee == wish.Payee && view.Terms.Mint == wish.Mint && view.Terms.AuthorizedSigner == wish.Signer && view.Account.GracePeriod == wish.GracePeriod;

    /// <summary>
    /// Chooses the channel's address and remembers it. An earlier choice stands as long as its transaction could still arrive: an address is opened once, whereas two
    /// addresses could take two deposits.
    /// </summary>
    private async Task<ChannelView> PlanOpeningAsync(Wish wish, SolanaAddress rentPayer, CancellationToken cancellationToken)
    {
        if (_store.FindOpening(wish.Key) is { } earlier && !await IsWindowOverAsync(earlier.Terms.OpenSlot, cancellationToken).ConfigureAwait(false))
        {
            return earlier;
        }

        var tokenProgram = await _tokens.GetProgramAsync(wish.Mint, cancellationToken).ConfigureAwait(false);
        ulong slot = await Client.GetSlotAsync(SolanaCommitment.Confirmed, cancellationToken: cancellationToken).ConfigureAwait(false);
        var terms = Grind(wish, slot - Math.Min(slot, OpenSlotMargin), tokenProgram);
        var account = new PaymentChannelAccount { Terms = terms, Deposit = wish.Deposit, GracePeriod = wish.GracePeriod, DistributionHash = PaymentChannelSplits.None.Hash, RentPayer = rentPayer };
        var planned = new ChannelView(Program.FindChannel(terms, out _), account, tokenProgram);
        _store.SaveOpening(wish.Key, planned);
        return planned;
    }

    /// <summary>Whether nothing can be opened with an open slot any more. Between the first sign of it and the last word of the chain lies half a minute, which is waited for.</summary>
    private async Task<bool> IsWindowOverAsync(ulong openSlot, CancellationToken cancellationToken)
    {
        var start = _options.TimeProvider.GetTimestamp();
        while (await Client.GetSlotAsync(SolanaCommitment.Confirmed, cancellationToken: cancellationToken).ConfigureAwait(false) > openSlot + PaymentChannelProgram.OpenSlotWindow)
        {
            if (await Client.GetSlotAsync(SolanaCommitment.Finalized, cancellationToken: cancellationToken).ConfigureAwait(false) > openSlot + PaymentChannelProgram.OpenSlotWindow)
            {
                return true;
            }

            if (_options.TimeProvider.GetElapsedTime(start) > LongestWaitForWindow)
            {
                throw new SettlementException(DePinErrorCode.Unavailable, Fault.Chain, "An earlier opening of this channel can still arrive, for the cluster finalizes nothing at the moment. Try again later.", isTransient: true);
            }

            await Task.Delay(_options.Sender.PollInterval, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }

        return false;
    }

    // Bumps below 255 cost 1,500 compute units a step in every instruction that looks at the addresses.
    private PaymentChannelTerms Grind(Wish wish, ulong slot, SolanaAddress tokenProgram)
    {
        ulong salt = 0;
        for (int i = FixedSaltBytes - 1; i >= 0; i--)
        {
            salt = (salt << 8) | wish.Key[i];
        }

        var (best, most) = (default(PaymentChannelTerms), -1);
        for (int low = 0; low <= byte.MaxValue; low++)
        {
            var terms = new PaymentChannelTerms(wish.Payer, wish.Payee, wish.Mint, wish.Signer, (salt << 8) | (uint)low, slot);
            var channel = Program.FindChannel(terms, out byte bump);
            AssociatedTokenAddress.Find(channel, wish.Mint, tokenProgram, out byte escrowBump);
            if (bump + escrowBump > most)
            {
                (best, most) = (terms, bump + escrowBump);
            }

            if (most == 2 * byte.MaxValue)
            {
                break;
            }
        }

        return best;
    }

    private async Task RequireFundsAsync(SolanaAddress owner, SolanaAddress mint, ulong needed, CancellationToken cancellationToken)
    {
        ulong held = await _tokens.GetBalanceAsync(owner, mint, SolanaCommitment.Confirmed, cancellationToken).ConfigureAwait(false);
        if (held < needed)
        {
            throw Refuse(DePinErrorCode.InsufficientFunds, Fault.Consumer, $"{owner} holds {held} base units of {GetAsset(mint)}, and {needed} are needed; send it more.");
        }
    }

    private async Task<ChannelView> ReadAfterAsync(ChannelView expected, ulong slot, CancellationToken cancellationToken) =>
        (await ReadAfterAsync([expected], slot, cancellationToken).ConfigureAwait(false))[0];

    /// <summary>Channels as they stand after a transaction; where the node cannot tell, as they are expected.</summary>
    private async Task<IReadOnlyList<ChannelView>> ReadAfterAsync(IReadOnlyList<ChannelView> expected, ulong slot, CancellationToken cancellationToken)
    {
        const int Tries = 20;
        for (int i = 1; ; i++)
        {
            try
            {
                var views = await _reader.ReadAsync([.. expected.Select(view => view.Address)], SolanaCommitment.Confirmed, slot, cancellationToken).ConfigureAwait(false);
                return [.. views.Zip(expected, (view, otherwise) => view ?? otherwise)];
            }
            catch (SolanaRpcException problem) when (i < Tries && problem.Kind is SolanaRpcError.MinContextSlot or SolanaRpcError.NodeBehind)
            {
                await Task.Delay(_options.Sender.PollInterval, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
            }
            catch (RpcException)
            {
                return expected;
            }
        }
    }

    /// <summary>What somebody wants to open, and the 32 bytes that name it.</summary>
    private sealed record Wish(byte[] Key, SolanaAddress Payer, SolanaAddress Payee, SolanaAddress Mint, SolanaAddress Signer, uint GracePeriod, ulong Deposit);
}
