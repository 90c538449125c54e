using System.Collections.Concurrent;
using DePin.Sdk.Diagnostics;
using DePin.Sdk.Settlement;
using Microsoft.Extensions.Logging;

namespace DePin.Sdk.Payments;

/// <summary>Decides when vouchers are claimed: when that is worth its fee, and in any case before a leaving payer can take the money away.</summary>
internal sealed class ClaimSchedule(VoucherClaims claims, ISettlementBackend settlement, PaymentAcceptorOptions options, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ClaimWatch _watch = new(options, time);
    private readonly HashSet<Asset> _unconverted = [];

    // Nothing is sent again before it was looked at what became of it.
    private readonly ConcurrentQueue<ChannelId> _failed = new();

    /// <summary>Claims what is worth its fee now. Ends when it is settled, or has failed.</summary>
    public async Task<IReadOnlyList<SettlementResult>> ClaimWorthwhileAsync(CancellationToken cancellationToken)
    {
        await claims.WaitForClaimsAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        List<Task<List<SettlementResult>>> running;
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var owing = await claims.ListOwingAsync(cancellationToken).ConfigureAwait(false);
            _watch.Observe(owing);
            running = [.. (await PlanAsync(owing, cancellationToken).ConfigureAwait(false)).Select(batch => claims.SettleAsync(batch, cancellationToken))];
        }
        finally
        {
            _gate.Release();
        }

        return [.. (await Task.WhenAll(running).ConfigureAwait(false)).SelectMany(settled => settled)];
    }

    /// <summary>Claims on the schedule until cancelled or disposed.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var consideredAt = time.GetTimestamp();
        bool isDue = true;
        while (true)
        {
            var pause = options.WatchInterval;
            try
            {
                consideredAt = isDue ? time.GetTimestamp() : consideredAt;
                pause = await StartRoundAsync(isDue, cancellationToken).ConfigureAwait(false);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (Exception ex) when (ex is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                PaymentLog.ClaimRoundFailed(logger, ex);
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            isDue = time.GetElapsedTime(consideredAt) >= options.ClaimInterval;
        }
    }

    public void Dispose() => _gate.Dispose();

    // Looks at what is owed and starts what is worth claiming; does not wait for it, since a chain may take a while and others may press. Returns how long to pause.
    private async Task<TimeSpan> StartRoundAsync(bool isDue, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var owing = await claims.ListOwingAsync(cancellationToken).ConfigureAwait(false);
            _watch.Observe(owing);
            while (_failed.TryDequeue(out var failed))
            {
                _watch.ForgetLook(failed);
            }

            owing = await LookUpAsync(owing, cancellationToken).ConfigureAwait(false);
            WarnOfRisk(owing);
            if (isDue || owing.Any(entry => entry.Channel.Status == ChannelStatus.Closing))
            {
                foreach (var batch in await PlanAsync(owing, cancellationToken).ConfigureAwait(false))
                {
                    _ = ObserveAsync(batch, cancellationToken);
                }
            }

            return _watch.NextPause(owing);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task ObserveAsync(JournalEntry[] batch, CancellationToken cancellationToken)
    {
        IEnumerable<JournalEntry> failed = batch;
        try
        {
            var settled = (await claims.SettleAsync(batch, cancellationToken).ConfigureAwait(false)).Select(result => result.Channel.Id).ToHashSet();
            failed = batch.Where(entry => !settled.Contains(entry.Channel.Id));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The schedule has ended; what is not settled is in the journal.
        }
        catch (Exception ex)
        {
            PaymentLog.ClaimRoundFailed(logger, ex);
        }

        foreach (var entry in failed)
        {
            _failed.Enqueue(entry.Channel.Id);
        }
    }

    private async Task<List<JournalEntry[]>> PlanAsync(List<JournalEntry> owing, CancellationToken cancellationToken)
    {
        var batches = new List<JournalEntry[]>();
        owing = owing.FindAll(entry => !claims.IsBusy(entry.Channel.Id));
        if (owing.Count == 0)
        {
            return batches;
        }

        var (fee, isFeeKnown) = await GetFeeAsync(cancellationToken).ConfigureAwait(false);
        foreach (var group in owing.GroupBy(entry => entry.Channel.Deposit.Asset))
        {
            var converted = fee is null ? null : Convert(fee, group.Key);
            foreach (var batch in ClaimPlan.Choose(_watch.Weigh([.. group]), converted, isFeeKnown && (fee is null) == (converted is null), options.MaximumFeeShare))
            {
                PaymentLog.Claiming(logger, batch.Aggregate(Amount.Zero(group.Key), (sum, candidate) => sum + candidate.Owed), batch.Length, converted?.For(batch.Length));
                batches.Add([.. batch.Select(candidate => candidate.Entry)]);
            }
        }

        return batches;
    }

    private async Task<(SettlementFee? Fee, bool IsKnown)> GetFeeAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await settlement.GetSettlementFeeAsync(cancellationToken).ConfigureAwait(false), true);
        }
        catch (Exception ex) when (ex is DePinException or TimeoutException)
        {
            PaymentLog.LookUpFailed(logger, ex);
            return (null, false);
        }
    }

    private SettlementFee? Convert(SettlementFee fee, Asset asset)
    {
        if (fee.PerTransaction.Asset == asset)
        {
            return fee;
        }

        try
        {
            if (options.ConvertFee?.Invoke(fee.PerTransaction, asset) is { } perTransaction && options.ConvertFee(fee.PerVoucher, asset) is { } perVoucher && perTransaction.Asset == asset && perVoucher.Asset == asset)
            {
                return new SettlementFee(perTransaction, perVoucher);
            }
        }
        catch (Exception ex)
        {
            // A price that cannot be had must not keep what presses from being claimed.
            PaymentLog.LookUpFailed(logger, ex);
        }

        if (_unconverted.Add(asset))
        {
            PaymentLog.FeeNotConverted(logger, asset);
        }

        return null;
    }

    private async Task<List<JournalEntry>> LookUpAsync(List<JournalEntry> owing, CancellationToken cancellationToken)
    {
        var due = owing.Where(entry => _watch.IsLookDue(entry.Channel)).ToList();
        if (due.Count == 0)
        {
            return owing;
        }

        var found = new Dictionary<ChannelId, Channel?>();
        try
        {
            var channels = await settlement.FindChannelsAsync([.. due.Select(entry => entry.Channel.Id)], cancellationToken).ConfigureAwait(false);
            foreach (var (entry, channel) in due.Zip(channels))
            {
                found[entry.Channel.Id] = channel;
                _watch.Looked(entry.Channel.Id);
                if (channel is not null)
                {
                    await claims.NoteAsync(entry, channel, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (Exception ex) when (ex is DePinException or TimeoutException)
        {
            // What the journal says of a closing channel stays true; the settlement itself may come through.
            PaymentLog.LookUpFailed(logger, ex);
        }

        return
        [
            .. owing.Select(entry => found.TryGetValue(entry.Channel.Id, out var channel) && channel is not null ? entry with { Channel = channel } : entry)
                .Where(entry => entry.Channel.Status != ChannelStatus.Closed && entry.Voucher!.Voucher.Cumulative > entry.Channel.Settled),
        ];
    }

    private void WarnOfRisk(List<JournalEntry> owing)
    {
        int atRisk = 0;
        foreach (var entry in owing.Where(entry => _watch.Closing(entry.Channel) >= 1))
        {
            atRisk++;
            PaymentLog.AtRisk(logger, entry.Channel.Id, entry.Voucher!.Voucher.Cumulative - entry.Channel.Settled, entry.Channel.ClosesAt);
        }

        PaymentMetrics.ChannelsAtRisk.Record(atRisk);
    }
}
