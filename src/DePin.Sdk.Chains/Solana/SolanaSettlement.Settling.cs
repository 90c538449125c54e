using DePin.Sdk.Chains.Diagnostics;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana.Channels;
using DePin.Sdk.Chains.Solana.Channels.Internal;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Sending;
using DePin.Sdk.Chains.Solana.Transactions;
using DePin.Sdk.Diagnostics;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Chains.Solana;

/// <content>Vouchers into money.</content>
public sealed partial class SolanaSettlement
{
    private const int MaxVouchersPerSettle = 10_000;

    // What settles and pays out one voucher in a transaction without lookup tables. Their use shows in what is sent, not in what is reckoned.
    private const ulong VouchersPerTransaction = 2;

    // Three times what the test double takes (contracts/solana/compute): the program on mainnet is another.
    private const ulong ComputeUnitsPerVoucher = 40_000;

    private static readonly TimeSpan LongestWaitForRecord = TimeSpan.FromSeconds(15);

    /// <inheritdoc/>
    /// <remarks>
    /// Each voucher is checked by the Ed25519 program, settled and paid out in one transaction, as many in each as fit. All vouchers are checked against the chain before anything is sent. A closing channel is
    /// closed by its payee's settlement. Where the chain changes faster than the transaction arrives, a voucher's result says so: nothing was paid, and the channel is as it is. When the outcome of one of
    /// the transactions is unknown, so is that of the settlement. Payees' missing token accounts are made, at the submitter's cost. What was paid is exact where the node keeps transactions (<c>getTransaction</c>).
    /// </remarks>
    /// <exception cref="SettlementException"><see cref="DePinErrorCode.ChannelState"/> too: a payee's token account is frozen or somebody else's, so that its money would be lost.</exception>
    public async Task<IReadOnlyList<SettlementResult>> SettleAsync(IReadOnlyList<SignedVoucher> vouchers, ISigner submitter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(vouchers);
        ArgumentNullException.ThrowIfNull(submitter);
        if (vouchers.Count > MaxVouchersPerSettle || vouchers.DistinctBy(v => v.Voucher.Channel).Count() != vouchers.Count)
        {
            throw Refuse(DePinErrorCode.InvalidRequest, Fault.Provider, $"One settlement takes at most {MaxVouchersPerSettle} vouchers, and one for each channel.");
        }

        if (vouchers.Count == 0)
        {
            return [];
        }

        using var activity = DePinTelemetry.Source.StartActivity(DePinTelemetry.Spans.Settle);
        var account = AddressOf(submitter.PublicKey);

        // In one order for everybody, so that no two settlements wait for each other.
        var turns = new List<IDisposable>(vouchers.Count);
        try
        {
            foreach (var channel in vouchers.Select(voucher => ToAddress(voucher.Voucher.Channel)).OrderBy(channel => channel.ToString(), StringComparer.Ordinal))
            {
                turns.Add(await _channels.EnterAsync(channel, cancellationToken).ConfigureAwait(false));
            }

            return await SettleInTurnAsync(vouchers, submitter, account, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            turns.ForEach(turn => turn.Dispose());
        }
    }

    /// <inheritdoc/>
    /// <remarks>Of a transaction without lookup tables, which takes two vouchers: 5,000 lamports for its signature and for each voucher's, and the priority fee that recent blocks took.</remarks>
    public async Task<SettlementFee?> GetSettlementFeeAsync(CancellationToken cancellationToken = default)
    {
        var prices = (await Client.GetRecentPrioritizationFeesAsync([], cancellationToken).ConfigureAwait(false)).Select(fee => fee.MicroLamports).Order().ToArray();
        int place = Math.Max(0, (int)Math.Ceiling(_options.Sender.PriorityFeePercentile / 100.0 * prices.Length) - 1);
        UInt128 price = prices.Length == 0 ? 0 : Math.Min(prices[place], _options.Sender.MaxComputeUnitPrice);
        var priority = ((price * ComputeUnitsPerVoucher) + 999_999) / 1_000_000;
        ulong signatures = _options.FeePayer is null ? 1UL : 2UL;

        // So many vouchers take n / 2 transactions, rounded up: half of one is spread over all, the other half is every settlement's.
        UInt128 perTransaction = LamportsPerSignature * signatures;
        var rest = perTransaction * (VouchersPerTransaction - 1) / VouchersPerTransaction;
        return new SettlementFee(new Amount(rest, NativeAsset), new Amount(LamportsPerSignature + priority + ((perTransaction + VouchersPerTransaction - 1) / VouchersPerTransaction), NativeAsset));
    }

    private async Task<IReadOnlyList<SettlementResult>> SettleInTurnAsync(IReadOnlyList<SignedVoucher> vouchers, ISigner submitter, SolanaAddress account, CancellationToken cancellationToken)
    {
        var results = new SettlementResult?[vouchers.Count];
        int[] open = [.. Enumerable.Range(0, vouchers.Count)];
        SolanaSendException? refusal = null;
        bool hasMoved = false;
        for (int round = 1; open.Length > 0; round++)
        {
            var claims = await ReadClaimsAsync(open, vouchers, account, isFirst: round == 1, cancellationToken).ConfigureAwait(false);
            foreach (var idle in claims.Where(claim => claim.Kind == ClaimKind.Nothing))
            {
                results[idle.Index] = Result(idle.View, 0, null);
            }

            var (sender, signers) = await _senders.GetAsync(submitter, account, cancellationToken).ConfigureAwait(false);
            var batches = await PlanAsync([.. claims.Where(claim => claim.Kind != ClaimKind.Nothing)], sender, account, isAlone: round > 1, cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            var outcomes = await Task.WhenAll(batches.Select(batch => TrySendAsync(sender, batch, signers, cancellationToken))).ConfigureAwait(false);
            if (outcomes.Select(outcome => outcome.Failure).FirstOrDefault(failure => failure is not null && ChannelFailure.IsUnknown(failure)) is { } unknown)
            {
                throw ChannelFailure.Translate(unknown);
            }

            var again = new List<int>();
            foreach (var (batch, outcome) in batches.Zip(outcomes))
            {
                if (outcome.Receipt is { } receipt)
                {
                    hasMoved = true;
                    await TakeAsync(batch, sender, receipt, results).ConfigureAwait(false);
                }
                else if (ChannelFailure.IsRace(outcome.Failure!) && round < MaxRaces && (batch.Claims.Length > 1 || await IsChangedAsync(batch.Claims[0].View, cancellationToken).ConfigureAwait(false)))
                {
                    // Together they fail with the one that was overtaken; alone each goes on as far as the chain has changed.
                    again.AddRange(batch.Claims.Select(claim => claim.Index));
                }
                else
                {
                    refusal = outcome.Failure;
                    foreach (var claim in batch.Claims)
                    {
                        results[claim.Index] = Result(claim.View, 0, null);
                    }
                }
            }

            open = [.. again];
        }

        return refusal is null || hasMoved ? [.. results.Select(result => result!)] : throw ChannelFailure.Translate(refusal);
    }

    private async Task<bool> IsChangedAsync(ChannelView before, CancellationToken cancellationToken) =>
        (await AwaitChangeAsync(before, cancellationToken).ConfigureAwait(false)).Account != before.Account;

    /// <summary>Holds every voucher against the chain; throws when one cannot be settled. What became of a channel since the first look is no error of its voucher's.</summary>
    private async Task<List<Claim>> ReadClaimsAsync(int[] indexes, IReadOnlyList<SignedVoucher> vouchers, SolanaAddress submitter, bool isFirst, CancellationToken cancellationToken)
    {
        var views = await _reader.ReadAsync([.. indexes.Select(i => ToAddress(vouchers[i].Voucher.Channel))], SolanaCommitment.Confirmed, 0, cancellationToken).ConfigureAwait(false);
        var claims = new List<Claim>(indexes.Length);
        for (int k = 0; k < indexes.Length; k++)
        {
            var voucher = vouchers[indexes[k]];
            var view = views[k] ?? throw NotFound(ToAddress(voucher.Voucher.Channel));
            if (!isFirst && view.IsClosed)
            {
                claims.Add(new Claim(indexes[k], view, voucher, ClaimKind.Nothing));
                continue;
            }

            RequireStatus(view, !view.IsClosed, "settled");
            RequireVoucher(view, voucher);
            var kind = voucher.Voucher.Cumulative.BaseUnits > view.Account.Settled ? ClaimKind.Settle
                : view.Account.Settled > view.Account.PayoutWatermark && !view.IsEscrowFrozen && voucher.Voucher.Cumulative.BaseUnits > view.Account.PayoutWatermark ? ClaimKind.PayOut
                : ClaimKind.Nothing;
            RequireStatus(view, view.IsOpen || kind == ClaimKind.Nothing || view.Terms.Payee == submitter, "settled by another than its payee");
            claims.Add(new Claim(indexes[k], view, voucher, kind));
        }

        return claims;
    }

    private async Task<(SolanaReceipt? Receipt, SolanaSendException? Failure)> TrySendAsync(SolanaSender sender, Batch batch, IReadOnlyList<ISigner> signers, CancellationToken cancellationToken)
    {
        try
        {
            var request = new SolanaTransactionRequest { Instructions = batch.Instructions, Signers = signers, LookupTables = _options.LookupTables };
            return (await sender.SendAsync(request, cancellationToken).ConfigureAwait(false), null);
        }
        catch (SolanaSendException failure)
        {
            return (null, failure);
        }
        catch (OperationCanceledException ex) when (cancellationToken.IsCancellationRequested)
        {
            return (null, new SolanaSendException(SolanaSendError.Pending, "Nobody waits for the transaction any more; it may have been sent.", mayHaveBeenBroadcast: true, innerException: ex));
        }
    }

    /// <summary>What a transaction paid on each of its channels, and how they stand after it.</summary>
    private async Task TakeAsync(Batch batch, SolanaSender sender, SolanaReceipt receipt, SettlementResult?[] results)
    {
        var movements = await ReadMovementsAsync(sender, receipt).ConfigureAwait(false);
        var expected = batch.Claims.Select(claim =>
        {
            ulong settled = claim.Kind == ClaimKind.Settle ? (ulong)claim.Voucher.Voucher.Cumulative.BaseUnits : claim.View.Account.Settled;
            return claim.View.IsOpen ? claim.View with { Account = claim.View.Account with { Settled = settled, PayoutWatermark = settled } } : Ended(claim.View, settled);
        });
        var after = await ReadAfterAsync([.. expected], receipt.Slot, CancellationToken.None).ConfigureAwait(false);
        foreach (var (claim, view) in batch.Claims.Zip(after))
        {
            // While a channel is open, its escrow pays its payee and nobody else. At its end the payer's rest leaves too, and the payee's gain tells.
            // Where nobody tells, the channel's own totals do, unless others have settled it in the same moment.
            ulong paid = movements is null ? view.Paid - Math.Min(view.Paid, claim.View.Paid)
                : claim.View.IsOpen ? movements.LeftFrom(claim.View.Escrow)
                : movements.ArrivedAt(claim.View.TokenAccountOf(claim.View.Terms.Payee));
            results[claim.Index] = Result(view, paid, paid == 0 ? null : receipt.Signature.ToString());
        }
    }

    /// <summary>What a transaction moved; null from a node that keeps no transactions. Money that went to the treasury in somebody's place is logged.</summary>
    /// <exception cref="SettlementException">No node tells; the transaction has done its work.</exception>
    private async Task<TokenMovements?> ReadMovementsAsync(SolanaSender sender, SolanaReceipt receipt)
    {
        var start = _options.TimeProvider.GetTimestamp();
        try
        {
            SolanaTransactionRecord? record = null;
            while (record is null)
            {
                try
                {
                    record = await sender.GetTransactionAsync(receipt).ConfigureAwait(false);
                }
                catch (DePinException problem) when (problem.IsTransient && _options.TimeProvider.GetElapsedTime(start) < LongestWaitForRecord)
                {
                    // The money has moved; that a server is away for a moment must not leave open how much.
                    await Task.Delay(_options.Sender.PollInterval, _options.TimeProvider).ConfigureAwait(false);
                }
                catch (SolanaSendException problem) when (problem.Error == SolanaSendError.Unknown && _options.TimeProvider.GetElapsedTime(start) < LongestWaitForRecord)
                {
                    // Confirmed a moment ago, and asked of a node that is a little behind.
                }
            }

            var movements = new TokenMovements(record);
            foreach (var redirected in movements.Events.OfType<PaymentChannelPayoutRedirected>())
            {
                ChannelLog.PayoutRedirected(_logger, redirected.Amount, redirected.Beneficiary, redirected.Reason, redirected.Channel, receipt.Signature);
            }

            return movements;
        }
        catch (SolanaRpcException problem) when (problem.Kind == SolanaRpcError.MethodUnavailable)
        {
            return null;
        }
        catch (Exception problem) when (problem is RpcException or SolanaSendException or SolanaFormatException or ObjectDisposedException)
        {
            ChannelLog.MovementsUnknown(_logger, problem, receipt.Signature);
            throw new SettlementException(
                DePinErrorCode.Unavailable, Fault.Chain, $"The transaction {receipt.Signature} is on the chain, and the node does not tell what it paid. Look the channels up.", mayHaveBeenBroadcast: true, receipt.Signature.ToString(), isTransient: true, problem);
        }
    }

    private SettlementResult Result(ChannelView view, ulong paid, string? transaction) => new(Describe(view), new Amount(paid, GetAsset(view.Terms.Mint)), transaction);
}
