using DePin.Sdk.Chains.Diagnostics;
using DePin.Sdk.Chains.Rpc;

namespace DePin.Sdk.Chains.Solana.Sending.Internal;

/// <content>From a signature to the network: first the journal, then the node, and the same bytes again until they are found or dead.</content>
internal sealed partial class OutboxLoop
{
    /// <summary>How many transactions are sent again in one poll.</summary>
    private const int MaxRepeatsPerPoll = 1_000;

    /// <summary>Journals and sends what was signed.</summary>
    private async Task AdmitAsync()
    {
        foreach (var admit in _inHand.Where(admit => !IsWanted(admit)).ToList())
        {
            _inHand.Remove(admit);
        }

        if (_inHand.Count == 0)
        {
            return;
        }

        var admitted = new List<(OutboxCommand.Admit Admit, OutboxEntry Entry)>();
        var known = new List<OutboxCommand.Admit>();
        _isJournaling = true;
        await context.Journal.WriteAsync(store => _inHand.ForEach(admit =>
        {
            if (store.Knows(admit.Attempt.Id))
            {
                known.Add(admit);
            }
            else
            {
                admitted.Add((admit, Journal(store, admit)));
            }
        })).ConfigureAwait(false);
        foreach (var (admit, entry) in admitted)
        {
            Take(admit, entry);
        }

        _isJournaling = false;
        _inHand.Clear();
        known.ForEach(Repeat);
        SolanaSenderMetrics.Sent.Add(admitted.Count);
        await SendAsync(admitted.ConvertAll(pair => pair.Entry)).ConfigureAwait(false);
    }

    /// <summary>Whether what was signed is to be sent: its owner still waits, and what it renews was not found on the chain after all.</summary>
    private bool IsWanted(OutboxCommand.Admit admit)
    {
        if (admit.Job.Renewal is { } entry)
        {
            bool isWanted = entry.IsRenewing && entry.Found is null && _entries.Contains(entry);
            entry.IsRenewing = isWanted;
            return isWanted;
        }

        if (admit.Job.Ticket!.TryCommit())
        {
            return true;
        }

        Completed(admit.Job.Ticket);
        return false;
    }

    private static OutboxEntry Journal(OutboxStore store, OutboxCommand.Admit admit)
    {
        if (admit.Job.Renewal is { } renewal)
        {
            store.Renew(renewal, admit.Attempt);
            return renewal;
        }

        var entry = new OutboxEntry(admit.Job.Body) { Id = admit.Job.Reopens, Key = admit.Job.Ticket!.Key, Ticket = admit.Job.Ticket };
        entry.Attempts.Add(admit.Attempt);
        if (admit.Job.Reopens == 0)
        {
            store.Insert(entry);
        }
        else
        {
            store.Renew(entry, admit.Attempt);
        }

        return entry;
    }

    private void Take(OutboxCommand.Admit admit, OutboxEntry entry)
    {
        if (admit.Job.Renewal is null)
        {
            _entries.Add(entry);
        }
        else
        {
            entry.Attempts.Add(admit.Attempt);
            entry.Outcome = OutboxOutcome.Open;
            entry.IsRenewing = false;
            Unwatch(entry);
        }

        entry.SignedTimes++;
        entry.SentAt = null;
        entry.IsPastItsTime = false;
        entry.NonceSpentAt = null;
        entry.MayBeOut = false;
        entry.Refusal = null;
        if (entry.Ticket is { } ticket)
        {
            ticket.Transaction = admit.Attempt.Id;
        }

        Watch(entry);
        PollWithin(context.Options.PollInterval);
        SolanaSenderLog.Sending(context.Logger, admit.Attempt.Id, admit.Attempt.LastValidBlockHeight, admit.Attempt.Price);
    }

    /// <summary>Has something signed otherwise that equals an earlier transaction byte for byte: the chain would take both for one.</summary>
    private void Repeat(OutboxCommand.Admit admit)
    {
        if (!Prepare(admit.Job with { Salt = admit.Job.Salt + 1 }) && admit.Job is { Renewal: null, Ticket: { } ticket })
        {
            Fail(ticket, NotSent(null));
        }
    }

    /// <summary>Sends the bytes again of what no node has found yet.</summary>
    private async Task RepeatAsync()
    {
        var now = context.Now;
        var due = _entries.Where(entry => entry.NeedsNode && (entry.SentAt is not { } at || now - at >= context.Options.ResendInterval)).Take(MaxRepeatsPerPoll).ToList();
        if (due.Count > 0)
        {
            SolanaSenderLog.Repeating(context.Logger, due.Count, due[0].Latest.Id);
            SolanaSenderMetrics.Repeated.Add(due.Count);
            await SendAsync(due).ConfigureAwait(false);
        }
    }

    /// <summary>Hands transactions to the node. With a node that does not answer it ends early; what it did not come to has its turn in the next poll.</summary>
    private async Task SendAsync(List<OutboxEntry> entries)
    {
        var outcomes = new (bool IsSent, RpcException? Problem)[entries.Count];
        var deadline = context.Now + context.Options.ResendInterval;
        await Parallel.ForAsync(
            0,
            entries.Count,
            new ParallelOptions { MaxDegreeOfParallelism = context.Options.MaxConcurrency, CancellationToken = Stopping },
            async (i, cancellationToken) =>
            {
                if (context.Now > deadline)
                {
                    return;
                }

                try
                {
                    await context.Node.SendAsync(entries[i].Latest.Bytes, cancellationToken).ConfigureAwait(false);
                    outcomes[i] = (true, null);
                }
                catch (RpcException problem)
                {
                    outcomes[i] = (true, problem);
                }
            }).ConfigureAwait(false);
        for (int i = 0; i < entries.Count; i++)
        {
            if (outcomes[i].IsSent)
            {
                Note(entries[i], outcomes[i].Problem);
            }
        }
    }

    private void Note(OutboxEntry entry, RpcException? problem)
    {
        entry.SentAt = context.Now;
        if (problem is { NodeCode: not null, MayHaveBeenReceived: false, IsTransient: false } && !entry.MayBeOut)
        {
            entry.Refusal = problem;
            SolanaSenderLog.SendingRefused(context.Logger, problem, entry.Latest.Id);
            return;
        }

        entry.MayBeOut = true;
        if (problem is not null)
        {
            SolanaSenderLog.OutcomeUnknown(context.Logger, problem, entry.Latest.Id);
            SolanaSenderMetrics.Unknown.Add(1);
        }
    }
}
