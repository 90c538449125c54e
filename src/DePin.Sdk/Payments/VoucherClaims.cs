using System.Collections.Concurrent;
using DePin.Sdk.Diagnostics;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;
using Microsoft.Extensions.Logging;

namespace DePin.Sdk.Payments;

/// <summary>Turns the journal's vouchers into money, in batches; a channel is in one claim at a time. Thread-safe.</summary>
internal sealed class VoucherClaims(
    ISettlementBackend settlement,
    ISigner payee,
    IVoucherJournal journal,
    AccountId account,
    TimeProvider time,
    ILogger logger)
{
    // What is being settled or closed now is left out of other claims: nobody pays for the same voucher twice.
    private readonly ConcurrentDictionary<ChannelId, TaskCompletionSource> _inFlight = new();
    private readonly ConcurrentDictionary<ChannelId, byte> _lost = new();

    /// <summary>Raised with each newer look at a channel.</summary>
    public event Action<Channel>? ChannelSeen;

    /// <summary>Settles everything that is owed. Ends when it is settled, or has failed.</summary>
    public async Task<IReadOnlyList<SettlementResult>> ClaimAsync(CancellationToken cancellationToken)
    {
        await WaitForClaimsAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        var owing = await ListOwingAsync(cancellationToken).ConfigureAwait(false);
        var batches = owing.GroupBy(entry => entry.Channel.Deposit.Asset).SelectMany(group => group.Chunk(ClaimPlan.BatchSize));
        var results = await Task.WhenAll(batches.Select(batch => SettleAsync(batch, cancellationToken)).ToList()).ConfigureAwait(false);
        return [.. results.SelectMany(settled => settled)];
    }

    /// <summary>Whether the channel is being settled or closed.</summary>
    public bool IsBusy(ChannelId channel) => _inFlight.ContainsKey(channel);

    /// <summary>Completes when nothing of what runs now runs any more.</summary>
    public Task WaitForClaimsAsync() => Task.WhenAll(_inFlight.Values.Select(claim => claim.Task));

    public async Task<SettlementResult> CloseAsync(ChannelId id, SignedVoucher? final, CancellationToken cancellationToken)
    {
        TaskCompletionSource mine;
        while (!TryReserve(id, out mine))
        {
            await mine.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            var channel = await settlement.FindChannelAsync(id, cancellationToken).ConfigureAwait(false)
                ?? throw new DePinException(DePinErrorCode.ChannelNotFound, Fault.Consumer, $"There is no channel {id} on this ledger or chain.");
            if (channel.Payee != account)
            {
                throw new DePinException(DePinErrorCode.InvalidRequest, Fault.Consumer, $"Channel {id} pays {channel.Payee}, not {account}.");
            }

            await SeeAsync(channel, cancellationToken).ConfigureAwait(false);
            if (channel.Status == ChannelStatus.Closed)
            {
                return new SettlementResult(channel, Amount.Zero(channel.Deposit.Asset), null);
            }

            var best = await ChooseAsync(channel, final, cancellationToken).ConfigureAwait(false);
            return await CloseOnceAsync(channel, best, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Release(id, mine);
        }
    }

    private async Task<SettlementResult> CloseOnceAsync(Channel channel, SignedVoucher? best, CancellationToken cancellationToken)
    {
        using var activity = DePinTelemetry.Source.StartActivity(DePinTelemetry.Spans.Claim);
        activity?.SetTag(DePinTelemetry.Tags.Channel, channel.Id.ToString());
        try
        {
            var result = await settlement.CloseAsync(channel.Id, best, payee, cancellationToken).ConfigureAwait(false);
            await SeeAsync(result.Channel, cancellationToken).ConfigureAwait(false);
            PaymentLog.Claimed(logger, channel.Id, result.Paid, result.TransactionId);
            return result;
        }
        catch (SettlementException ex) when (ex.MayHaveBeenBroadcast)
        {
            var now = await settlement.FindChannelAsync(channel.Id, cancellationToken).ConfigureAwait(false);
            if (now is not { Status: ChannelStatus.Closed })
            {
                throw;
            }

            await SeeAsync(now, cancellationToken).ConfigureAwait(false);
            return new SettlementResult(now, Amount.SubtractOrZero(now.Settled, channel.Settled), ex.TransactionId);
        }
    }

    // The higher of what the journal holds and what the payer hands in, unless the payer's covers all that was delivered: what was signed ahead is
    // the payer's. Nothing when neither says more than was settled.
    private async Task<SignedVoucher?> ChooseAsync(Channel channel, SignedVoucher? final, CancellationToken cancellationToken)
    {
        var entry = await journal.FindAsync(channel.Id, cancellationToken).ConfigureAwait(false);
        var best = entry?.Voucher;
        if (final is not null
            && final.Voucher.Channel == channel.Id
            && final.Voucher.Cumulative.Asset == channel.Deposit.Asset
            && final.Voucher.Cumulative <= channel.Deposit
            && settlement.VerifyVoucher(channel, final))
        {
            if (best is null || final.Voucher.Cumulative > best.Voucher.Cumulative)
            {
                await journal.SaveVoucherAsync(final, cancellationToken).ConfigureAwait(false);
                best = final;
            }
            else if (final.Voucher.Cumulative >= entry!.Delivered)
            {
                best = final;
            }
        }

        return best is null || best.Voucher.Cumulative <= channel.Settled || IsExpired(best) ? null : best;
    }

    /// <summary>What is owed, whether or not it is being settled.</summary>
    public async Task<List<JournalEntry>> ListOwingAsync(CancellationToken cancellationToken)
    {
        var owing = new List<JournalEntry>();
        foreach (var entry in await journal.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (entry.Channel.Payee != account || entry.Voucher is not { } voucher || voucher.Voucher.Cumulative <= entry.Channel.Settled)
            {
                continue;
            }

            if (!IsExpired(voucher))
            {
                owing.Add(entry);
            }
            else if (_lost.TryAdd(entry.Channel.Id, 0))
            {
                PaymentMetrics.VouchersLost.Add(1);
                PaymentLog.ExpiredUnsettled(logger, entry.Channel.Id, voucher.Voucher.Cumulative - entry.Channel.Settled);
            }
        }

        return owing;
    }

    /// <summary>Settles vouchers of one asset, one by one when they are refused together. What is not among the results is not settled.</summary>
    public async Task<List<SettlementResult>> SettleAsync(JournalEntry[] batch, CancellationToken cancellationToken)
    {
        var reserved = new Dictionary<ChannelId, TaskCompletionSource>();
        foreach (var entry in batch)
        {
            if (TryReserve(entry.Channel.Id, out var mine))
            {
                reserved.Add(entry.Channel.Id, mine);
            }
        }

        var results = new List<SettlementResult>(batch.Length);
        try
        {
            using var activity = DePinTelemetry.Source.StartActivity(DePinTelemetry.Spans.Claim);
            JournalEntry[] rows = [.. batch.Where(entry => reserved.ContainsKey(entry.Channel.Id))];
            if (!settlement.SettlesWhileClosing)
            {
                await TakeLatestAsync(rows, cancellationToken).ConfigureAwait(false);
            }

            if (rows.Length > 0 && !await TrySettleAsync(rows, results, cancellationToken).ConfigureAwait(false))
            {
                foreach (var entry in rows)
                {
                    await TrySettleAsync([entry], results, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            foreach (var (id, mine) in reserved)
            {
                Release(id, mine);
            }
        }

        return results;
    }

    // This may be a channel's last settlement: a voucher that was recorded since the batch was made goes with it.
    private async Task TakeLatestAsync(JournalEntry[] rows, CancellationToken cancellationToken)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            if (await journal.FindAsync(rows[i].Channel.Id, cancellationToken).ConfigureAwait(false) is { Voucher: { } latest } && latest.Voucher.Cumulative > rows[i].Voucher!.Voucher.Cumulative && !IsExpired(latest))
            {
                rows[i] = rows[i] with { Voucher = latest };
            }
        }
    }

    private bool TryReserve(ChannelId channel, out TaskCompletionSource holder)
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        holder = _inFlight.GetOrAdd(channel, mine);
        return holder == mine;
    }

    private void Release(ChannelId channel, TaskCompletionSource mine)
    {
        _inFlight.TryRemove(channel, out _);
        mine.SetResult();
    }

    /// <summary>False when the batch was refused and nothing of it moved, so that its vouchers are worth trying one by one.</summary>
    private async Task<bool> TrySettleAsync(JournalEntry[] batch, List<SettlementResult> results, CancellationToken cancellationToken)
    {
        try
        {
            var settled = await settlement.SettleAsync([.. batch.Select(e => e.Voucher!)], payee, cancellationToken).ConfigureAwait(false);
            foreach (var result in settled)
            {
                await SeeAsync(result.Channel, cancellationToken).ConfigureAwait(false);
                PaymentMetrics.VouchersClaimed.Add(1);
                PaymentLog.Claimed(logger, result.Channel.Id, result.Paid, result.TransactionId);
                results.Add(result);
            }

            return true;
        }
        catch (DePinException ex) when (batch.Length > 1 && ex is not SettlementException { MayHaveBeenBroadcast: true })
        {
            return false;
        }
        catch (DePinException ex)
        {
            foreach (var entry in batch)
            {
                await ResolveAsync(entry, ex, results, cancellationToken).ConfigureAwait(false);
            }

            return true;
        }
    }

    // Looks at what became of a voucher whose settlement failed or is unknown; nothing is sent again in this round.
    private async Task ResolveAsync(JournalEntry entry, DePinException error, List<SettlementResult> results, CancellationToken cancellationToken)
    {
        try
        {
            if (await settlement.FindChannelAsync(entry.Channel.Id, cancellationToken).ConfigureAwait(false) is { } now)
            {
                await NoteAsync(entry, now, cancellationToken).ConfigureAwait(false);
                if (now.Settled >= entry.Voucher!.Voucher.Cumulative)
                {
                    PaymentMetrics.VouchersClaimed.Add(1);
                    results.Add(new SettlementResult(now, Amount.SubtractOrZero(now.Settled, entry.Channel.Settled), (error as SettlementException)?.TransactionId));
                    return;
                }
            }
        }
        catch (DePinException ex)
        {
            PaymentLog.ClaimFailed(logger, ex, entry.Channel.Id);
        }

        PaymentMetrics.ClaimsFailed.Add(1);
        PaymentLog.ClaimFailed(logger, error, entry.Channel.Id);
    }

    /// <summary>Takes note of how a channel with an unsettled voucher stands.</summary>
    public async Task NoteAsync(JournalEntry entry, Channel channel, CancellationToken cancellationToken)
    {
        var owed = Amount.SubtractOrZero(entry.Voucher!.Voucher.Cumulative, channel.Settled);
        if (channel.Status == ChannelStatus.Closing && entry.Channel.Status == ChannelStatus.Open && !owed.IsZero)
        {
            PaymentLog.ChannelClosing(logger, channel.Id, channel.ClosesAt, owed);
        }

        if (channel != entry.Channel)
        {
            await SeeAsync(channel, cancellationToken).ConfigureAwait(false);
        }

        if (channel.Status == ChannelStatus.Closed && !owed.IsZero)
        {
            PaymentMetrics.VouchersLost.Add(1);
            PaymentLog.ClosedUnsettled(logger, channel.Id, owed);
        }
    }

    private async Task SeeAsync(Channel channel, CancellationToken cancellationToken)
    {
        ChannelSeen?.Invoke(channel);
        await journal.SaveChannelAsync(channel, cancellationToken).ConfigureAwait(false);
    }

    private bool IsExpired(SignedVoucher voucher) => voucher.Voucher.ExpiresAt is { } expires && expires <= time.GetUtcNow();
}
