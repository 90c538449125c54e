using System.Threading.Channels;
using DePin.Sdk.Chains.Diagnostics;
using DePin.Sdk.Chains.Evm.Rpc;

namespace DePin.Sdk.Chains.Evm.Sending.Internal;

/// <summary>
/// The one place where nonces are given, signed, sent and followed: a loop that takes commands and asks the chain in between, one thing at a time, so that
/// nothing in it needs a lock. What is signed is in the journal before a node sees it.
/// </summary>
internal sealed partial class SenderLoop(SenderContext context) : IAsyncDisposable
{
    /// <summary>How much more rarely the chain is asked when nothing is open and only reorganisations are watched for.</summary>
    private const int WatchingFactor = 10;

    private readonly Channel<LaneCommand> _commands = Channel.CreateUnbounded<LaneCommand>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly List<SendTicket> _waiting = [];
    private readonly NonceLane _lane = new();
    private readonly Dictionary<string, LaneSlot> _byKey = new(StringComparer.Ordinal);
    private Task _running = Task.CompletedTask;
    private DateTimeOffset _nextPoll;
    private ChainView _view = null!;

    /// <summary>Told when a request is over, before those who wait for it are.</summary>
    public Action<SendTicket> Completed { get; init; } = static _ => { };

    /// <summary>Takes a request back whose nonce ended while it was passed on, so that it is looked up again; false when nobody does any more.</summary>
    public Func<SendTicket, bool> Returned { get; init; } = static _ => false;

    /// <summary>Told once when the loop has failed for good.</summary>
    public Action<Exception> Failed { get; init; } = static _ => { };

    private CancellationToken Stopping => _stop.Token;

    /// <summary>Takes up what an earlier run left.</summary>
    /// <returns>Tickets for the requests with a key that are still open.</returns>
    public async Task<IReadOnlyList<SendTicket>> LoadAsync(CancellationToken cancellationToken)
    {
        _view = await context.Node.ReadAsync(cancellationToken).ConfigureAwait(false);
        ulong watchFrom = _view.Head.Number - Math.Min(_view.Head.Number, (ulong)context.Options.WatchDepth);
        var (open, mined, next) = await context.Journal.ReadAsync(store => (store.LoadOpen(), store.ListMinedFrom(watchFrom), store.NextNonce())).ConfigureAwait(false);
        var tickets = new List<SendTicket>();
        foreach (var slot in open)
        {
            Restore(slot);
            if (slot.Key is { } key)
            {
                var ticket = new SendTicket(new EvmTransactionRequest { To = null, Key = key }, slot.Digest) { Transaction = slot.Latest.Hash };
                ticket.TryCommit();
                slot.Ticket = ticket;
                _byKey[key] = slot;
                tickets.Add(ticket);
            }
        }

        foreach (var (nonce, block) in mined)
        {
            _lane.Watch(nonce, block);
        }

        // What is pending counts as taken: with an empty journal it is somebody's, and replacing it would be an accident.
        _lane.SkipTo(Math.Max(next ?? 0, _view.PendingNonce));
        SenderLog.Opened(context.Logger, context.Address, context.ChainId, _lane.NextNonce, open.Count);
        _nextPoll = context.Now;
        return tickets;
    }

    public void Start() => _running = Task.Run(RunAsync, CancellationToken.None);

    /// <summary>False when the loop has ended.</summary>
    public bool Post(LaneCommand command) => _commands.Writer.TryWrite(command);

    /// <summary>Ends the loop where it stands; nothing more is sent. What is open stays in the journal.</summary>
    public async ValueTask DisposeAsync()
    {
        _commands.Writer.TryComplete();
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }

    private void Restore(LaneSlot slot)
    {
        // Opened again after a reorganisation: the bytes that the chain held are those to send again.
        if (slot.Mined is { } mined)
        {
            slot.Attempts.Remove(mined);
            slot.Attempts.Add(mined);
            slot.Mined = null;
            slot.WasReported = true;
        }

        slot.WantsCancellation = slot.Refusal is not null;
        slot.AttemptedAt = context.Now;
        slot.AttemptedAtHead = _view.Head.Number;
        _lane.Add(slot);
    }

    private async Task RunAsync()
    {
        try
        {
            var available = _commands.Reader.WaitToReadAsync(Stopping).AsTask();
            while (true)
            {
                await WaitAsync(available).ConfigureAwait(false);
                if (available.IsCompleted)
                {
                    Drain();
                    available = _commands.Reader.WaitToReadAsync(Stopping).AsTask();
                }

                await StepAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (Stopping.IsCancellationRequested)
        {
            End(null);
        }
        catch (Exception problem)
        {
            // The journal no longer says what was sent: giving another nonce could send something twice.
            SenderLog.Halted(context.Logger, problem, context.Address);
            _commands.Writer.TryComplete();
            End(problem);
            Failed(problem);
        }
    }

    /// <summary>Waits for a command, or until the chain is to be asked.</summary>
    private async Task WaitAsync(Task<bool> available)
    {
        bool isActive = _lane.Open.Count > 0 || _waiting.Count > 0;
        if (!isActive && !_lane.IsWatching)
        {
            await available.ConfigureAwait(false);
            _nextPoll = Later(_nextPoll, context.Now + context.Options.PollInterval);
            return;
        }

        var delay = _nextPoll - context.Now;
        if (available.IsCompleted || delay <= TimeSpan.Zero)
        {
            Stopping.ThrowIfCancellationRequested();
            return;
        }

        using var timer = CancellationTokenSource.CreateLinkedTokenSource(Stopping);
        await Task.WhenAny(available, Task.Delay(delay, context.Time, timer.Token)).ConfigureAwait(false);
        await timer.CancelAsync().ConfigureAwait(false);
        Stopping.ThrowIfCancellationRequested();
    }

    private void Drain()
    {
        while (_commands.Reader.TryRead(out var command))
        {
            switch (command)
            {
                case LaneCommand.Send send:
                    _waiting.Add(send.Ticket);
                    PollWithin(context.Options.PollInterval);
                    break;
                case LaneCommand.Attach attach:
                    Attach(attach.Ticket, attach.Nonce);
                    break;
                case LaneCommand.Cancel cancel:
                    RequestCancellation(cancel);
                    break;
                default:
                    PollWithin(TimeSpan.Zero);
                    break;
            }
        }
    }

    private async Task StepAsync()
    {
        if (context.Now >= _nextPoll)
        {
            _nextPoll = context.Now + context.Options.PollInterval;
            try
            {
                await PollAsync().ConfigureAwait(false);
            }
            catch (EvmRpcException problem)
            {
                SenderLog.PollFailed(context.Logger, problem, context.Address);
            }

            if (_lane.Open.Count == 0 && _waiting.Count == 0)
            {
                _nextPoll = context.Now + (WatchingFactor * context.Options.PollInterval);
            }
        }

        await DispatchAsync().ConfigureAwait(false);
    }

    private void Attach(SendTicket ticket, ulong nonce)
    {
        if (_lane.Find(nonce) is { } slot)
        {
            ticket.TryCommit();
            ticket.Transaction = slot.Latest.Hash;
            slot.Ticket = ticket;
            _byKey[ticket.Key!] = slot;
            PollWithin(TimeSpan.Zero);
        }
        else if (!Returned(ticket))
        {
            Fail(ticket, NotFollowed);
        }
    }

    private void Fail(SendTicket ticket, Exception problem)
    {
        Completed(ticket);
        ticket.Fail(problem);
    }

    private void PollWithin(TimeSpan time)
    {
        var at = context.Now + time;
        _nextPoll = at < _nextPoll ? at : _nextPoll;
    }

    private void End(Exception? problem)
    {
        foreach (var slot in _lane.Open)
        {
            var end = new EvmSendException(
                problem is null ? EvmSendError.Pending : EvmSendError.JournalFailed,
                "The sender was closed while the transaction was on its way. A sender that is opened on the same journal goes on with it, and the same key joins it.",
                mayHaveBeenBroadcast: true,
                slot.Latest.Hash,
                innerException: problem);
            slot.CancelWaiters.ForEach(waiter => waiter.TrySetException(end));
            if (slot.Ticket is { } ticket)
            {
                Fail(ticket, end);
            }
        }

        while (_commands.Reader.TryRead(out var command))
        {
            switch (command)
            {
                case LaneCommand.Send send:
                    _waiting.Add(send.Ticket);
                    break;
                case LaneCommand.Attach attach:
                    Fail(attach.Ticket, NotFollowed);
                    break;
                case LaneCommand.Cancel cancel:
                    cancel.Done.TrySetException(new ObjectDisposedException(nameof(EvmSender)));
                    break;
            }
        }

        _waiting.ForEach(ticket => Fail(ticket, NotSent(problem)));
        _inHand.ForEach(ticket => Fail(ticket, _isJournaling
            ? new EvmSendException(EvmSendError.JournalFailed, "The journal failed while the transaction was written to it. A sender that is opened on the same journal finds out what became of it.", mayHaveBeenBroadcast: true, ticket.Transaction, innerException: problem)
            : NotSent(problem)));
    }

    private static EvmSendException NotFollowed => new(EvmSendError.Pending, "The sender was closed while the transaction was on its way.", mayHaveBeenBroadcast: true);

    private static Exception NotSent(Exception? problem) => problem is null
        ? new ObjectDisposedException(nameof(EvmSender), "The sender was closed before the transaction was sent.")
        : new EvmSendException(EvmSendError.JournalFailed, "The sender failed before the transaction was sent.", innerException: problem);

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
