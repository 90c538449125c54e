using DePin.Sdk.Diagnostics;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;
using Microsoft.Extensions.Logging;

namespace DePin.Sdk.Payments;

/// <summary>Turns the journal's vouchers into money: in batches, on a schedule, and at once where a payer is leaving.</summary>
internal sealed class VoucherClaims(
    ISettlementBackend settlement,
    ISigner payee,
    IVoucherJournal journal,
    AccountId account,
    PaymentAcceptorOptions options,
    TimeProvider time,
    ILogger logger) : IDisposable
{
    private const int BatchSize = 100;

    private readonly SemaphoreSlim _gate = new(1, 1);

    /// <summary>Raised with each newer look at a channel.</summary>
    public event Action<Channel>? ChannelSeen;

    public async Task<IReadOnlyList<SettlementResult>> ClaimAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await SettleAsync(await ListOwingAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var claimedAt = time.GetTimestamp();
        bool claimAll = true;
        while (true)
        {
            try
            {
                if (claimAll)
                {
                    claimedAt = time.GetTimestamp();
                    await ClaimAsync(cancellationToken).ConfigureAwait(false);
                }

                await ClaimClosingAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception ex) when (ex is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                PaymentLog.ClaimRoundFailed(logger, ex);
            }

            await Task.Delay(options.WatchInterval, time, cancellationToken).ConfigureAwait(false);
            claimAll = time.GetElapsedTime(claimedAt) >= options.ClaimInterval;
        }
    }

    public async Task<SettlementResult> CloseAsync(ChannelId id, SignedVoucher? final, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
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
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

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

    private async Task<List<JournalEntry>> ListOwingAsync(CancellationToken cancellationToken)
    {
        var owing = new List<JournalEntry>();
        foreach (var entry in await journal.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (entry.Channel.Payee != account || entry.Voucher is not { } voucher || voucher.Voucher.Cumulative <= entry.Channel.Settled)
            {
                continue;
            }

            if (IsExpired(voucher))
            {
                PaymentLog.ExpiredUnsettled(logger, entry.Channel.Id, voucher.Voucher.Cumulative - entry.Channel.Settled);
                continue;
            }

            owing.Add(entry);
        }

        return owing;
    }

    private async Task ClaimClosingAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var closing = new List<JournalEntry>();
            foreach (var entry in await ListOwingAsync(cancellationToken).ConfigureAwait(false))
            {
                try
                {
                    if (await LookUpAsync(entry, cancellationToken).ConfigureAwait(false) is { Status: ChannelStatus.Closing } channel)
                    {
                        PaymentLog.ChannelClosing(logger, channel.Id);
                        closing.Add(entry with { Channel = channel });
                    }
                }
                catch (DePinException ex)
                {
                    PaymentLog.ClaimFailed(logger, ex, entry.Channel.Id);
                }
            }

            await SettleAsync(closing, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<IReadOnlyList<SettlementResult>> SettleAsync(List<JournalEntry> owing, CancellationToken cancellationToken)
    {
        var results = new List<SettlementResult>(owing.Count);
        if (owing.Count == 0)
        {
            return results;
        }

        using var activity = DePinTelemetry.Source.StartActivity(DePinTelemetry.Spans.Claim);
        foreach (var batch in owing.Chunk(BatchSize))
        {
            if (!await TrySettleAsync(batch, results, cancellationToken).ConfigureAwait(false))
            {
                foreach (var entry in batch)
                {
                    await TrySettleAsync([entry], results, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        return results;
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
            if (await LookUpAsync(entry, cancellationToken).ConfigureAwait(false) is { } now && now.Settled >= entry.Voucher!.Voucher.Cumulative)
            {
                PaymentMetrics.VouchersClaimed.Add(1);
                results.Add(new SettlementResult(now, Amount.SubtractOrZero(now.Settled, entry.Channel.Settled), (error as SettlementException)?.TransactionId));
                return;
            }
        }
        catch (DePinException ex)
        {
            PaymentLog.ClaimFailed(logger, ex, entry.Channel.Id);
        }

        PaymentMetrics.ClaimsFailed.Add(1);
        PaymentLog.ClaimFailed(logger, error, entry.Channel.Id);
    }

    private async Task<Channel?> LookUpAsync(JournalEntry entry, CancellationToken cancellationToken)
    {
        var channel = await settlement.FindChannelAsync(entry.Channel.Id, cancellationToken).ConfigureAwait(false);
        if (channel is null)
        {
            return null;
        }

        if (channel != entry.Channel)
        {
            await SeeAsync(channel, cancellationToken).ConfigureAwait(false);
        }

        if (channel.Status == ChannelStatus.Closed && channel.Settled < entry.Voucher!.Voucher.Cumulative)
        {
            PaymentLog.ClosedUnsettled(logger, channel.Id, entry.Voucher.Voucher.Cumulative - channel.Settled);
        }

        return channel;
    }

    private async Task SeeAsync(Channel channel, CancellationToken cancellationToken)
    {
        ChannelSeen?.Invoke(channel);
        await journal.SaveChannelAsync(channel, cancellationToken).ConfigureAwait(false);
    }

    private bool IsExpired(SignedVoucher voucher) => voucher.Voucher.ExpiresAt is { } expires && expires <= time.GetUtcNow();
}
