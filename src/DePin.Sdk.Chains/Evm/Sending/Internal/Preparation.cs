using System.Threading.Channels;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Rpc;

namespace DePin.Sdk.Chains.Evm.Sending.Internal;

/// <summary>What happens to a request before it gets a nonce, so that the lane is never held up by it: its key is looked up, and it is tried out, many requests in one batch.</summary>
internal sealed class Preparation(SenderContext context, SenderLoop loop) : IAsyncDisposable
{
    private readonly Channel<SendTicket> _queue = Channel.CreateUnbounded<SendTicket>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public void Start() => _running = Task.Run(RunAsync, CancellationToken.None);

    public bool Post(SendTicket ticket) => _queue.Writer.TryWrite(ticket);

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var batch = new List<SendTicket>();
        while (await _queue.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
        {
            while (batch.Count < context.Options.MaxBatch && _queue.Reader.TryRead(out var ticket))
            {
                batch.Add(ticket);
            }

            try
            {
                var open = await LookUpAsync(batch).ConfigureAwait(false);
                await SimulateAsync(open).ConfigureAwait(false);
            }
            catch (Exception problem)
            {
                // What was passed on or answered is not touched by this.
                batch.ForEach(ticket => Fail(ticket, _stop.IsCancellationRequested
                    ? new ObjectDisposedException(nameof(EvmSender), "The sender was closed before the transaction was sent.")
                    : new EvmSendException(
                        problem is EvmRpcException ? EvmSendError.Unavailable : EvmSendError.JournalFailed,
                        $"The transaction could not be tried out, so it was not sent: {problem.Message}",
                        innerException: problem)));
            }

            batch.Clear();
        }
    }

    /// <summary>Answers the requests whose keys the journal knows; returns the others.</summary>
    private async Task<List<SendTicket>> LookUpAsync(List<SendTicket> batch)
    {
        if (batch.TrueForAll(ticket => ticket.Key is null))
        {
            return [.. batch];
        }

        var known = await context.Journal.ReadAsync(store => batch.ConvertAll(ticket => ticket.Key is { } key ? store.Find(key) : null)).ConfigureAwait(false);
        var ended = known.Where(slot => slot is { Outcome: not SlotOutcome.Open, Transaction: not null }).Select(slot => slot!.Transaction!.Value).ToList();
        var receipts = await context.Node.GetReceiptsAsync(ended, _stop.Token).ConfigureAwait(false);
        var open = new List<SendTicket>();
        for (int i = 0; i < batch.Count; i++)
        {
            if (known[i] is not { } slot)
            {
                open.Add(batch[i]);
            }
            else if (slot.Digest != batch[i].Digest)
            {
                Fail(batch[i], KeyReused(batch[i].Key!));
            }
            else if (slot.Outcome == SlotOutcome.Open)
            {
                Pass(new LaneCommand.Attach(batch[i], slot.Nonce), batch[i]);
            }
            else
            {
                Answer(batch[i], slot, slot.Transaction is { } hash ? receipts.GetValueOrDefault(hash) : null);
            }
        }

        return open;
    }

    private void Answer(SendTicket ticket, KnownSlot slot, EvmReceipt? receipt)
    {
        if (Endings.Problem(slot.Outcome, slot.Nonce, slot.Transaction, receipt, slot.Refusal, slot.Revert, ticket.Request.Errors) is { } problem)
        {
            Fail(ticket, problem);
        }
        else if (receipt is not null)
        {
            loop.Completed(ticket);
            ticket.Complete(receipt);
        }
        else
        {
            loop.Post(new LaneCommand.Poll());
            Fail(ticket, new EvmSendException(
                EvmSendError.Pending,
                "The transaction was done, and the node does not know it any more: a reorganisation took it away, or the node is behind or keeps no old receipts. Ask again later.",
                mayHaveBeenBroadcast: true,
                slot.Transaction));
        }
    }

    private async Task SimulateAsync(List<SendTicket> tickets)
    {
        foreach (var ticket in tickets.Where(ticket => ticket.Request.GasLimit is not null && !context.Options.Simulate))
        {
            ticket.GasLimit = ticket.Request.GasLimit!.Value;
            Pass(new LaneCommand.Send(ticket), ticket);
        }

        tickets.RemoveAll(ticket => ticket.GasLimit > 0);
        if (tickets.Count == 0)
        {
            return;
        }

        var results = await context.Node.SimulateAsync(tickets.ConvertAll(ticket => ticket.Request), _stop.Token).ConfigureAwait(false);
        for (int i = 0; i < results.Length; i++)
        {
            if (results[i].Problem is { } problem)
            {
                Fail(tickets[i], Refusal(problem, tickets[i].Request));
            }
            else
            {
                tickets[i].GasLimit = results[i].GasLimit;
                Pass(new LaneCommand.Send(tickets[i]), tickets[i]);
            }
        }
    }

    public static EvmSendException KeyReused(string key) => new(EvmSendError.KeyReused, $"The key '{key}' names an earlier transaction that goes elsewhere, moves another value or carries other data. Use a new key for a new transaction.");

    private static EvmSendException Refusal(EvmRpcException problem, EvmTransactionRequest request)
    {
        switch (problem.Kind)
        {
            case EvmRpcError.Reverted:
                var reason = RevertReason.Decode(problem.Revert is { } revert ? revert.Data.Span : default, request.Errors);
                string words = reason.Data.IsEmpty ? problem.Message : reason.ToString();
                return new EvmSendException(EvmSendError.Reverted, $"The transaction would fail: {words}. Nothing was sent.", revert: reason, innerException: problem);
            case EvmRpcError.InsufficientFunds:
                return new EvmSendException(EvmSendError.InsufficientFunds, $"The account cannot pay the transaction. Nothing was sent: {problem.Message}", innerException: problem);
            case EvmRpcError.Other:
                return new EvmSendException(EvmSendError.Reverted, $"The node finds that the transaction would fail. Nothing was sent: {problem.Message}", innerException: problem);
            default:
                return new EvmSendException(EvmSendError.Unavailable, $"The transaction could not be tried out, so it was not sent: {problem.Message}", innerException: problem);
        }
    }

    private void Pass(LaneCommand command, SendTicket ticket)
    {
        if (!loop.Post(command))
        {
            Fail(ticket, new ObjectDisposedException(nameof(EvmSender), "The sender was closed before the transaction was sent."));
        }
    }

    private void Fail(SendTicket ticket, Exception problem)
    {
        loop.Completed(ticket);
        ticket.Fail(problem);
    }
}
