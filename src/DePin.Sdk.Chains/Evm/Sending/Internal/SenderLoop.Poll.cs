using DePin.Sdk.Chains.Diagnostics;
using DePin.Sdk.Chains.Evm.Encoding;

namespace DePin.Sdk.Chains.Evm.Sending.Internal;

/// <content>What the chain says of the nonces: mined, final, taken back, taken by others.</content>
internal sealed partial class SenderLoop
{
    /// <summary>How many closed nonces are looked into at a time after the chain has gone back.</summary>
    private const int MaxGapsPerPoll = 1_000;

    private readonly Dictionary<ulong, int> _gapPolls = [];

    private async Task PollAsync()
    {
        _view = await context.Node.ReadAsync(Stopping).ConfigureAwait(false);
        _lane.SkipTo(_view.PendingNonce);
        await CheckMinedAsync().ConfigureAwait(false);
        await FindReceiptsAsync().ConfigureAwait(false);
        await CloseAsync().ConfigureAwait(false);
        await RepairAsync().ConfigureAwait(false);
        _lane.Unwatch(_view.Head.Number, context.Options.WatchDepth);
    }

    /// <summary>Takes back the receipts whose blocks are gone.</summary>
    private async Task CheckMinedAsync()
    {
        var mined = _lane.Open.Where(slot => slot.Receipt is not null).ToList();
        foreach (var slot in mined.Where(slot => slot.Nonce >= _view.LatestNonce))
        {
            TakeBack(slot);
        }

        mined.RemoveAll(slot => slot.Receipt is null);
        if (mined.Count == 0)
        {
            return;
        }

        var hashes = await context.Node.GetBlockHashesAsync(mined.Select(slot => slot.Receipt!.BlockNumber), Stopping).ConfigureAwait(false);
        foreach (var slot in mined.Where(slot => !hashes.TryGetValue(slot.Receipt!.BlockNumber, out var hash) || hash != slot.Receipt.BlockHash))
        {
            TakeBack(slot);
        }
    }

    private void TakeBack(LaneSlot slot)
    {
        SenderLog.TakenBack(context.Logger, slot.Mined!.Hash, slot.Nonce, slot.Receipt!.BlockNumber);
        SenderMetrics.TakenBack.Add(1);
        LaneRules.TakeBack(slot);
    }

    /// <summary>Looks for the receipts of all nonces that the chain is past; any attempt may be the one that it took.</summary>
    private async Task FindReceiptsAsync()
    {
        var passed = _lane.Open.Where(slot => slot.Receipt is null && slot.Nonce < _view.LatestNonce).ToList();
        if (passed.Count == 0)
        {
            return;
        }

        var receipts = await context.Node.GetReceiptsAsync(passed.SelectMany(slot => slot.Attempts).Select(attempt => attempt.Hash), Stopping).ConfigureAwait(false);
        foreach (var slot in passed)
        {
            slot.Mined = slot.Attempts.Find(attempt => receipts.ContainsKey(attempt.Hash));
            if (slot.Mined is { } mined)
            {
                slot.Receipt = receipts[mined.Hash];
                slot.Missing = null;
            }
            else
            {
                LaneRules.NoteMissing(slot, _view, context.Now);
            }
        }
    }

    /// <summary>Closes what is final: first in the journal, then for those who wait.</summary>
    private async Task CloseAsync()
    {
        var closing = new List<(LaneSlot Slot, byte[]? Revert)>();
        foreach (var slot in _lane.Open)
        {
            if (slot.Receipt is { } receipt && LaneRules.IsFinal(receipt.BlockNumber, _view, context.Options.Finality))
            {
                slot.Outcome = slot.Mined!.IsCancellation ? SlotOutcome.Cancelled : receipt.Succeeded ? SlotOutcome.Succeeded : SlotOutcome.Reverted;
                bool isReverted = slot.Outcome == SlotOutcome.Reverted;
                closing.Add((slot, isReverted ? await context.Node.ReplayAsync(slot.Mined.Transaction, receipt.BlockNumber, Stopping).ConfigureAwait(false) : null));
            }
            else if (slot.Receipt is null && slot.Nonce < _view.LatestNonce && LaneRules.IsDisplaced(slot, _view, context.Now, context.Options))
            {
                slot.Outcome = SlotOutcome.Displaced;
                closing.Add((slot, null));
            }
        }

        if (closing.Count == 0)
        {
            return;
        }

        var now = context.Now;
        await context.Journal.WriteAsync(store => closing.ForEach(end => store.End(end.Slot, end.Revert, now))).ConfigureAwait(false);
        closing.ForEach(end => Close(end.Slot, end.Revert));
    }

    private void Close(LaneSlot slot, byte[]? revert)
    {
        _lane.Close(slot);
        if (slot.Key is { } key)
        {
            _byKey.Remove(key);
        }

        SenderMetrics.Confirmed.Add(1, new KeyValuePair<string, object?>("depin.outcome", slot.Outcome.ToString()));
        if (slot.Receipt is { } receipt)
        {
            SenderMetrics.FeesPaid.Add((double)(System.Numerics.BigInteger)receipt.Fee / 1e9);
            SenderLog.Done(context.Logger, receipt.TransactionHash, slot.Nonce, slot.Outcome.ToString(), receipt.BlockNumber);
        }

        slot.CancelWaiters.ForEach(waiter => waiter.TrySetResult(slot.Outcome == SlotOutcome.Cancelled));
        var end = Endings.Problem(slot.Outcome, slot.Nonce, slot.Mined?.Hash ?? slot.Latest.Hash, slot.Receipt, slot.Refusal, revert, slot.Ticket?.Request.Errors ?? []);
        switch (slot.Outcome)
        {
            case SlotOutcome.Displaced:
                SenderLog.NonceTaken(context.Logger, slot.Nonce, context.Address);
                break;
            case SlotOutcome.Reverted:
                SenderLog.Reverted(context.Logger, slot.Mined!.Hash, slot.Nonce, slot.Receipt!.BlockNumber, end!.Revert!.ToString());
                break;
        }

        if (slot.Ticket is not { } ticket)
        {
            return;
        }

        if (end is null)
        {
            Completed(ticket);
            ticket.Complete(slot.Receipt!);
        }
        else
        {
            Fail(ticket, end);
        }
    }

    /// <summary>Deals with nonces that nothing is open for although the chain has not used them: those that it has lost are opened again, those that others had taken and have left are filled.</summary>
    private async Task CloseGapsAsync()
    {
        var gaps = _lane.FindGaps(_view.LatestNonce, MaxGapsPerPoll);
        foreach (var nonce in _gapPolls.Keys.Except(gaps).ToList())
        {
            _gapPolls.Remove(nonce);
        }

        gaps.ForEach(nonce => _gapPolls[nonce] = _gapPolls.GetValueOrDefault(nonce) + 1);

        // A node that lags behind another one says the same for a poll or two.
        var sure = gaps.Where(nonce => _gapPolls[nonce] >= LaneRules.AgreeingPolls).ToHashSet();
        if (sure.Count == 0)
        {
            return;
        }

        foreach (var slot in await context.Journal.ReadAsync(store => store.LoadEndedFrom(sure.Min(), MaxGapsPerPoll)).ConfigureAwait(false))
        {
            if (sure.Remove(slot.Nonce))
            {
                await ReopenAsync(slot).ConfigureAwait(false);
            }
        }

        ulong highest = _lane.Open.Count == 0 ? 0 : _lane.Open.Max(slot => slot.Nonce);
        foreach (var nonce in sure.Where(nonce => nonce < highest && nonce >= _view.PendingNonce).Order())
        {
            await RefreshMarketAsync().ConfigureAwait(false);
            await FillAsync(nonce).ConfigureAwait(false);
        }
    }

    private async Task ReopenAsync(LaneSlot slot)
    {
        SenderLog.Reopened(context.Logger, slot.Nonce, slot.Outcome.ToString());
        SenderMetrics.TakenBack.Add(1);
        if (slot.Outcome is SlotOutcome.Reverted or SlotOutcome.Displaced)
        {
            // Its owner was told that it has no effect, so it must have none now.
            slot.Refusal ??= $"it was reported as {slot.Outcome} before the chain lost it";
        }

        slot.Outcome = SlotOutcome.Open;
        await context.Journal.WriteAsync(store => store.Reopen(slot)).ConfigureAwait(false);
        Restore(slot);
        if (slot.Key is { } key)
        {
            _byKey[key] = slot;
        }
    }
}
