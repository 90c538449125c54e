using DePin.Sdk.Chains.Diagnostics;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.Transactions;

namespace DePin.Sdk.Chains.Evm.Sending.Internal;

/// <content>What keeps nonces moving: the same bytes again, higher fees, cancellations, gaps.</content>
internal sealed partial class SenderLoop
{
    /// <summary>How many transactions are sent again, or signed again, in one poll.</summary>
    private const int MaxRepairsPerPoll = 500;

    private async Task RepairAsync()
    {
        await CloseGapsAsync().ConfigureAwait(false);
        if (_lane.Open.Count == 0)
        {
            return;
        }

        var changed = new List<LaneSlot>();
        if (_lane.Open.Any(slot => slot.Receipt is null))
        {
            await RefreshMarketAsync().ConfigureAwait(false);
            foreach (var slot in _lane.Open.Where(NeedsAnotherAttempt).Take(MaxRepairsPerPoll).ToList())
            {
                if (await AddAttemptAsync(slot).ConfigureAwait(false))
                {
                    changed.Add(slot);
                }
            }
        }

        if (changed.Count > 0)
        {
            await context.Journal.WriteAsync(store => changed.ForEach(store.InsertLatestAttempt)).ConfigureAwait(false);
        }

        var again = _lane.Open.Where(slot => LaneRules.NeedsRebroadcast(slot, _view, context.Now, context.Options.PollInterval)).Take(MaxRepairsPerPoll).ToList();
        int repeated = again.Count - changed.Count;
        if (repeated > 0)
        {
            SenderLog.Rebroadcasting(context.Logger, repeated, again[0].Nonce);
            SenderMetrics.Rebroadcast.Add(repeated);
        }

        if (again.Count > 0)
        {
            await BroadcastAsync(again).ConfigureAwait(false);
        }
    }

    private bool NeedsAnotherAttempt(LaneSlot slot) => slot.Receipt is null && slot.Nonce >= _view.LatestNonce
        && ((slot.WantsCancellation && !slot.Latest.IsCancellation) || LaneRules.NeedsReplacement(slot, _view, _market, context.Now, context.Options));

    /// <summary>Signs a nonce once more: a transfer of nothing where a cancellation is wanted, otherwise the same for higher fees. False when the ceiling or the key does not allow it.</summary>
    private async Task<bool> AddAttemptAsync(LaneSlot slot)
    {
        var latest = slot.Latest.Transaction;
        if (context.Node.Fees.Replace(latest.MaxFeePerGas, latest.MaxPriorityFeePerGas, _market) is not { } fees)
        {
            SenderLog.CeilingReached(context.Logger, slot.Nonce);
            slot.AttemptedAt = context.Now;
            slot.IsUnderpriced = false;
            return false;
        }

        bool isCancellation = slot.WantsCancellation || slot.Latest.IsCancellation;
        var transaction = isCancellation && !slot.Latest.IsCancellation ? await CancellationAsync(slot.Nonce).ConfigureAwait(false) : latest;
        var (signed, problem) = await TrySignAsync(WithFees(transaction, fees)).ConfigureAwait(false);
        if (signed is null)
        {
            SenderLog.BroadcastRefused(context.Logger, problem!, slot.Latest.Hash, slot.Nonce);
            return false;
        }

        slot.Attempts.Add(new SignedAttempt(signed, isCancellation));
        slot.AttemptedAt = context.Now;
        slot.AttemptedAtHead = _view.Head.Number;
        slot.IsUnderpriced = false;
        slot.IsAccepted = false;
        slot.Refusals = 0;
        if (isCancellation)
        {
            SenderMetrics.Cancelled.Add(1);
            SenderLog.Cancelling(context.Logger, slot.Nonce, signed.Hash, slot.Refusal ?? "its owner cancelled it");
        }
        else
        {
            SenderMetrics.Replaced.Add(1);
            SenderLog.Replacing(context.Logger, slot.Nonce, slot.Attempts.Count - 1, signed.Hash, fees.MaxFeePerGas);
        }

        return true;
    }

    private async Task<EvmTransaction> CancellationAsync(ulong nonce) => new()
    {
        ChainId = context.ChainId,
        Nonce = nonce,
        GasLimit = await context.Node.EstimateCancellationAsync(Stopping).ConfigureAwait(false),
        MaxFeePerGas = UInt256.Zero,
        To = context.Address,
    };

    /// <summary>Fills a nonce below open ones that nobody uses any more.</summary>
    private async Task FillAsync(ulong nonce)
    {
        if (context.Node.Fees.Offer(_market) is not { } fees)
        {
            return;
        }

        var (signed, problem) = await TrySignAsync(WithFees(await CancellationAsync(nonce).ConfigureAwait(false), fees)).ConfigureAwait(false);
        if (signed is null)
        {
            SenderLog.BroadcastRefused(context.Logger, problem!, default, nonce);
            return;
        }

        var slot = new LaneSlot { Nonce = nonce, AttemptedAt = context.Now, AttemptedAtHead = _view.Head.Number };
        slot.Attempts.Add(new SignedAttempt(signed, IsCancellation: true));
        await context.Journal.WriteAsync(store => store.Insert(slot)).ConfigureAwait(false);
        _lane.Add(slot);
        SenderMetrics.Cancelled.Add(1);
        SenderLog.Cancelling(context.Logger, nonce, signed.Hash, "the transactions above it cannot go on without it");
    }

    private void RequestCancellation(LaneCommand.Cancel cancel)
    {
        if (_byKey.TryGetValue(cancel.Key, out var slot))
        {
            slot.WantsCancellation |= !slot.WasReported;
            slot.CancelWaiters.Add(cancel.Done);
            PollWithin(TimeSpan.Zero);
        }
        else
        {
            cancel.Done.TrySetResult(null);
        }
    }

    private async Task BroadcastAsync(List<LaneSlot> slots)
    {
        var attempts = slots.ConvertAll(slot => slot.Latest);
        var outcomes = await context.Node.BroadcastAsync(attempts, Stopping).ConfigureAwait(false);
        for (int i = 0; i < slots.Count; i++)
        {
            await NoteBroadcastAsync(slots[i], attempts[i], outcomes[i]).ConfigureAwait(false);
        }
    }

    private async Task NoteBroadcastAsync(LaneSlot slot, SignedAttempt attempt, EvmRpcException? problem)
    {
        slot.BroadcastAt = context.Now;
        switch (problem?.Kind)
        {
            case null or EvmRpcError.AlreadyKnown:
                slot.IsAccepted = true;
                slot.Refusals = 0;
                break;
            case EvmRpcError.NonceTooLow:
                // One of ours, or somebody else's: the receipts tell.
                PollWithin(context.Options.PollInterval / 4);
                break;
            case EvmRpcError.Underpriced:
                SenderLog.BroadcastRefused(context.Logger, problem, attempt.Hash, slot.Nonce);
                slot.IsUnderpriced = true;
                PollWithin(context.Options.PollInterval / 4);
                break;
            case EvmRpcError.InsufficientFunds:
                SenderLog.BroadcastRefused(context.Logger, problem, attempt.Hash, slot.Nonce);
                if (slot.Ticket is { } ticket)
                {
                    slot.Ticket = null;
                    Fail(ticket, new EvmSendException(
                        EvmSendError.InsufficientFunds,
                        $"The account {context.Address} can no longer pay a transaction that is signed already. It is sent when the account can, unless it is cancelled; the same key joins it.",
                        mayHaveBeenBroadcast: true,
                        attempt.Hash,
                        innerException: problem));
                }

                break;
            case EvmRpcError.Other or EvmRpcError.Reverted or EvmRpcError.Unsupported when !problem.MayHaveBeenReceived:
                SenderLog.BroadcastRefused(context.Logger, problem, attempt.Hash, slot.Nonce);
                if (++slot.Refusals >= LaneRules.MaxRefusals && !attempt.IsCancellation && !slot.WantsCancellation && !slot.WasReported)
                {
                    slot.Refusal = problem.Message;
                    slot.WantsCancellation = true;
                    await context.Journal.WriteAsync(store => store.SaveRefusal(slot)).ConfigureAwait(false);
                }

                break;
            default:
                SenderLog.OutcomeUnknown(context.Logger, problem, attempt.Hash, slot.Nonce);
                SenderMetrics.Unknown.Add(1);
                break;
        }
    }
}
