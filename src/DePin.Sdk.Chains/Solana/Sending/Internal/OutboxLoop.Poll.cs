using DePin.Sdk.Chains.Diagnostics;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana.Rpc;

namespace DePin.Sdk.Chains.Solana.Sending.Internal;

/// <content>What the chain says: found, sure, final, taken back.</content>
internal sealed partial class OutboxLoop
{
    private DateTimeOffset _nextWatch;

    private async Task PollAsync()
    {
        await TakeNotRenewedAsync().ConfigureAwait(false);
        if (_entries.Count == 0)
        {
            return;
        }

        await LookUpAsync(Due(), searchHistory: false).ConfigureAwait(false);
        await CloseAsync().ConfigureAwait(false);
        await RepeatAsync().ConfigureAwait(false);
        await ExpireAsync().ConfigureAwait(false);
    }

    /// <summary>What is asked for in this poll: everything that is not told, and now and then what is only watched until it is final.</summary>
    private List<OutboxEntry> Due()
    {
        if (context.Now >= _nextWatch)
        {
            _nextWatch = context.Now + (WatchingFactor * context.Options.PollInterval);
            return [.. _entries];
        }

        return _entries.FindAll(entry => !entry.WasReported || entry.Found is null);
    }

    /// <summary>Asks where the attempts of requests are. All of them are asked for: a dead one that is found after all must not be missed.</summary>
    /// <returns>The answer.</returns>
    private async Task<StatusReading> LookUpAsync(List<OutboxEntry> entries, bool searchHistory)
    {
        if (entries.Count == 0)
        {
            return new StatusReading(0, HasHistory: false, []);
        }

        var attempts = entries.SelectMany(entry => entry.Attempts, (entry, attempt) => (Entry: entry, Attempt: attempt)).ToList();
        var reading = await context.Node.GetStatusesAsync(attempts.ConvertAll(pair => pair.Attempt.Id), searchHistory, Stopping).ConfigureAwait(false);
        var found = new HashSet<OutboxEntry>();
        for (int i = 0; i < attempts.Count; i++)
        {
            if (reading.Landings[i] is { } landing)
            {
                NoteFound(attempts[i].Entry, attempts[i].Attempt, landing);
                found.Add(attempts[i].Entry);
            }
        }

        foreach (var entry in entries.Where(entry => !found.Contains(entry)))
        {
            NoteNotFound(entry, reading);
        }

        return reading;
    }

    private void NoteFound(OutboxEntry entry, OutboxAttempt attempt, Landing landing)
    {
        if (attempt != entry.Latest)
        {
            // Cannot be, unless a node lied about the height or hid what it knew.
            SolanaSenderLog.DeadAttemptFound(context.Logger, attempt.Id, landing.Slot, entry.Latest.Id);
        }

        entry.Found = (attempt, landing);
    }

    private void NoteNotFound(OutboxEntry entry, StatusReading reading)
    {
        if (entry.Found is not { } found || !OutboxRules.IsGone(found.Landing, reading))
        {
            return;
        }

        if (OutboxRules.IsTakenBack(found.Landing, reading))
        {
            SolanaSenderLog.TakenBack(context.Logger, found.Attempt.Id, found.Landing.Slot);
            SolanaSenderMetrics.TakenBack.Add(1);
        }

        // Sent again if it is still alive; looked for in the history if it is not.
        entry.Found = null;
        entry.SentAt = null;
    }

    /// <summary>Closes what is as sure as its owner asks for, and forgets what is final: first in the journal, then for those who wait.</summary>
    private async Task CloseAsync()
    {
        var told = new List<OutboxEntry>();
        var final = new List<OutboxEntry>();
        foreach (var entry in _entries)
        {
            if (entry.Found is not { } found)
            {
                continue;
            }

            if (!entry.WasReported && OutboxRules.IsSure(found.Landing, context.Options.Commitment))
            {
                told.Add(entry);
            }

            if (found.Landing.Commitment == SolanaCommitment.Finalized)
            {
                final.Add(entry);
            }
        }

        if (told.Count == 0 && final.Count == 0)
        {
            return;
        }

        foreach (var entry in told.Concat(final))
        {
            NoteOutcome(entry);
        }

        var now = context.Now;
        await context.Journal.WriteAsync(store => told.Union(final).ToList().ForEach(entry => store.End(entry, now))).ConfigureAwait(false);
        foreach (var entry in told)
        {
            await TellAsync(entry).ConfigureAwait(false);
        }

        _entries.RemoveAll(final.ToHashSet().Contains);
    }

    private void NoteOutcome(OutboxEntry entry)
    {
        var outcome = entry.Found!.Value.Landing.Error is null ? OutboxOutcome.Succeeded : OutboxOutcome.Failed;
        if (entry.WasReported && entry.Outcome != outcome)
        {
            SolanaSenderLog.OutcomeChanged(context.Logger, entry.Found.Value.Attempt.Id, entry.Outcome.ToString(), outcome.ToString());
        }

        entry.Outcome = outcome;
    }

    private async Task TellAsync(OutboxEntry entry)
    {
        Unwatch(entry);
        var (attempt, landing) = entry.Found!.Value;
        context.See(landing.Slot);
        SolanaSenderMetrics.Ended.Add(1, new KeyValuePair<string, object?>("depin.outcome", entry.Outcome.ToString()));
        SolanaSenderLog.Done(context.Logger, attempt.Id, entry.Outcome.ToString(), landing.Slot);
        if (entry.Ticket is not { } ticket)
        {
            return;
        }

        entry.Ticket = null;
        if (landing.Error is { } error)
        {
            Fail(ticket, Endings.Failed(attempt.Id, landing.Slot, error, await ReadLogsAsync(attempt).ConfigureAwait(false), TransactionDraft.Lead(entry.Body)));
        }
        else
        {
            Completed(ticket);
            ticket.Complete(new SolanaReceipt(attempt.Id, landing.Slot, context.FeePayer));
        }
    }

    private async Task<IReadOnlyList<string>> ReadLogsAsync(OutboxAttempt attempt)
    {
        try
        {
            return (await context.Node.GetTransactionAsync(attempt.Id, Stopping).ConfigureAwait(false))?.LogMessages ?? [];
        }
        catch (RpcException)
        {
            return []; // the error itself is known
        }
    }
}
