using DePin.Sdk.Chains.Diagnostics;

namespace DePin.Sdk.Chains.Solana.Sending.Internal;

/// <content>When what was signed is certainly dead, and what comes then.</content>
internal sealed partial class OutboxLoop
{
    private readonly List<OutboxCommand.NotRenewed> _notRenewed = [];
    private DateTimeOffset _nextExpiry;

    /// <summary>Finds what has expired for certain. The order of the questions is the proof: first how far the finalized chain is, then whether a node that has come as far holds the transaction.</summary>
    private async Task ExpireAsync()
    {
        var open = _entries.Where(entry => entry.Found is null && !entry.IsRenewing).ToList();
        if (open.Count == 0 || context.Now < _nextExpiry)
        {
            return;
        }

        _nextExpiry = context.Now + context.Options.ResendInterval;
        var (past, seenAt) = await FindPastTheirTimeAsync(open).ConfigureAwait(false);
        if (past.Count == 0)
        {
            return;
        }

        var reading = await LookUpAsync(past, searchHistory: true).ConfigureAwait(false);
        ulong first = reading.HasHistory ? await context.Node.GetFirstAvailableSlotAsync(Stopping).ConfigureAwait(false) : ulong.MaxValue;
        foreach (var entry in past.Where(entry => entry.Found is null))
        {
            // The attempts before the latest were shown to be dead before that was signed.
            if (OutboxRules.ProvesAbsence(entry.Latest, reading, seenAt, first))
            {
                await RenewOrEndAsync(entry, problem: null).ConfigureAwait(false);
            }
            else if (reading.Slot >= seenAt)
            {
                NoteForgotten(entry);
            }
        }

        await CloseAsync().ConfigureAwait(false);
    }

    /// <summary>The requests whose last attempt cannot get on the finalized chain any more, and the slot in which that was seen.</summary>
    private async Task<(List<OutboxEntry> Past, ulong SeenAt)> FindPastTheirTimeAsync(List<OutboxEntry> open)
    {
        var past = new List<OutboxEntry>();
        ulong seenAt = 0;
        if (open.Exists(entry => entry.Latest.Nonce is null))
        {
            var finalized = await context.Node.GetFinalizedHeightAsync(Stopping).ConfigureAwait(false);
            seenAt = finalized.Slot;
            past.AddRange(open.Where(entry => OutboxRules.IsPastItsTime(entry.Latest, finalized, context.Options.ExpiryMargin)));
        }

        foreach (var group in open.Where(entry => entry.Latest.Nonce is not null).GroupBy(entry => entry.Latest.Nonce!.Value))
        {
            var nonce = await context.Node.GetNonceAsync(group.Key, isFinalized: true, Stopping).ConfigureAwait(false);
            seenAt = Math.Max(seenAt, nonce.Slot);
            foreach (var entry in group)
            {
                entry.NonceSpentAt = OutboxRules.IsNonceSpent(entry.Latest, nonce) ? entry.NonceSpentAt ?? nonce.Slot : null;
                if (nonce.Slot >= entry.NonceSpentAt + OutboxRules.NonceMargin)
                {
                    past.Add(entry);
                }
            }
        }

        past.ForEach(entry => entry.IsPastItsTime = true);
        return (past, seenAt);
    }

    /// <summary>Has a dead request signed anew, or ends it.</summary>
    private async Task RenewOrEndAsync(OutboxEntry entry, Exception? problem)
    {
        bool isRefusedByAll = !entry.MayBeOut && entry.Refusal is not null;
        bool mayRenew = problem is null && context.Options.RenewExpired && !isRefusedByAll && entry.Outcome != OutboxOutcome.Failed && entry.SignedTimes < context.Options.MaxAttempts && HasSigners(entry);
        if (mayRenew)
        {
            entry.IsRenewing = true;
            SolanaSenderLog.Renewing(context.Logger, entry.Latest.Id, entry.Latest.LastValidBlockHeight);
            SolanaSenderMetrics.Renewed.Add(1);
            Prepare(new PreparationJob(entry.Body, entry.Ticket) { Renewal = entry, EarlierPrice = entry.Latest.Price });
            return;
        }

        await EndAsync(entry, problem).ConfigureAwait(false);
    }

    private bool HasSigners(OutboxEntry entry)
    {
        var missing = RequestBody.SignersOf(entry.Body.Instructions, entry.Body.Nonce).ToHashSet();
        missing.Remove(context.FeePayer);
        missing.ExceptWith((entry.Ticket?.Signers ?? []).Select(SolanaTransactionRequest.AddressOf));
        return missing.Count == 0;
    }

    private async Task EndAsync(OutboxEntry entry, Exception? problem)
    {
        if (entry.WasReported)
        {
            SolanaSenderLog.LostAfterReport(context.Logger, entry.Latest.Id, entry.Outcome.ToString());
        }

        entry.Outcome = OutboxOutcome.Expired;
        var now = context.Now;
        await context.Journal.WriteAsync(store => store.End(entry, now)).ConfigureAwait(false);
        _entries.Remove(entry);
        Unwatch(entry);
        SolanaSenderMetrics.Ended.Add(1, new KeyValuePair<string, object?>("depin.outcome", nameof(OutboxOutcome.Expired)));
        SolanaSenderLog.Expired(context.Logger, entry.Latest.Id, entry.Attempts.Count);
        if (entry.Ticket is { } ticket)
        {
            entry.Ticket = null;
            Fail(ticket, Endings.Expired(entry, problem));
        }
    }

    /// <summary>Tells that the node cannot say what became of a request. It stays open, for another node.</summary>
    private void NoteForgotten(OutboxEntry entry)
    {
        if (!entry.IsForgotten)
        {
            SolanaSenderLog.Forgotten(context.Logger, entry.Latest.Id, entry.Latest.KnownSlot);
            entry.IsForgotten = true;
        }

        if (entry.Ticket is { } ticket)
        {
            entry.Ticket = null;
            Fail(ticket, Endings.Unknown(entry));
        }
    }

    /// <summary>Takes back what could not be signed anew: refused for good, or for another try when the node did not answer.</summary>
    private async Task TakeNotRenewedAsync()
    {
        var refused = _notRenewed.ToArray();
        _notRenewed.Clear();
        foreach (var (entry, problem) in refused.Where(refused => _entries.Contains(refused.Entry)))
        {
            entry.IsRenewing = false;
            if (entry.Found is not null)
            {
                continue;
            }

            if (problem is SolanaSendException { IsTransient: false })
            {
                await RenewOrEndAsync(entry, problem).ConfigureAwait(false);
            }
            else
            {
                SolanaSenderLog.RenewalFailed(context.Logger, problem, entry.Latest.Id);
            }
        }
    }
}
