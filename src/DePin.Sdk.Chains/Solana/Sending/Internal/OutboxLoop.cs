using System.Threading.Channels;
using DePin.Sdk.Chains.Diagnostics;
using DePin.Sdk.Chains.Rpc;

namespace DePin.Sdk.Chains.Solana.Sending.Internal;

/// <summary>
/// The one place where transactions are journaled, sent and followed: a loop that takes commands and asks the chain in between, one thing at a time, so that
/// nothing in it needs a lock. What is signed is in the journal before a node sees it, and nothing is signed anew before what was signed is certainly dead.
/// </summary>
internal sealed partial class OutboxLoop(SenderContext context) : IAsyncDisposable
{
    /// <summary>How much more rarely the chain is asked when nobody waits and only forks are watched for.</summary>
    private const int WatchingFactor = 10;

    private readonly Channel<OutboxCommand> _commands = Channel.CreateUnbounded<OutboxCommand>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly List<OutboxCommand.Admit> _inHand = [];
    private readonly List<OutboxEntry> _entries = [];
    private Task _running = Task.CompletedTask;
    private DateTimeOffset _nextPoll;
    private bool _isJournaling;

    /// <summary>Told when a request is over, before those who wait for it are.</summary>
    public Action<SendTicket> Completed { get; init; } = static _ => { };

    /// <summary>Takes what is to be signed; false when nobody does any more.</summary>
    public Func<PreparationJob, bool> Prepare { get; init; } = static _ => false;

    /// <summary>Told once when the loop has failed for good.</summary>
    public Action<Exception> Failed { get; init; } = static _ => { };

    private CancellationToken Stopping => _stop.Token;

    /// <summary>Takes up what an earlier run left.</summary>
    /// <returns>Tickets for the requests with a key that are still open.</returns>
    public async Task<IReadOnlyList<SendTicket>> LoadAsync()
    {
        _entries.AddRange(await context.Journal.ReadAsync(store => store.LoadOpen()).ConfigureAwait(false));
        var tickets = new List<SendTicket>();
        foreach (var entry in _entries.Where(entry => entry is { Outcome: OutboxOutcome.Open, Key: not null }))
        {
            var ticket = new SendTicket(entry.Body, entry.Key, []) { Transaction = entry.Latest.Id };
            ticket.TryCommit();
            entry.Ticket = ticket;
            tickets.Add(ticket);
        }

        SolanaSenderLog.Opened(context.Logger, context.FeePayer, _entries.Count);
        _nextPoll = context.Now;
        return tickets;
    }

    public void Start()
    {
        _entries.ForEach(Watch);
        _running = Task.Run(RunAsync, CancellationToken.None);
    }

    /// <summary>False when the loop has ended.</summary>
    public bool Post(OutboxCommand command) => _commands.Writer.TryWrite(command);

    /// <summary>Ends the loop where it stands; nothing more is sent. What is open stays in the journal.</summary>
    public async ValueTask DisposeAsync()
    {
        _commands.Writer.TryComplete();
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
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

                await AdmitAsync().ConfigureAwait(false);
                if (context.Now >= _nextPoll)
                {
                    await StepAsync().ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (Stopping.IsCancellationRequested)
        {
            End(null);
        }
        catch (Exception problem)
        {
            // The journal no longer says what was sent: signing anything could do something twice.
            SolanaSenderLog.Halted(context.Logger, problem, context.FeePayer);
            _commands.Writer.TryComplete();
            End(problem);
            Failed(problem);
        }
    }

    /// <summary>Waits for a command, or until the chain is to be asked.</summary>
    private async Task WaitAsync(Task<bool> available)
    {
        if (_entries.Count == 0)
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
                case OutboxCommand.Admit admit:
                    _inHand.Add(admit);
                    break;
                case OutboxCommand.Attach attach:
                    Attach(attach.Ticket, attach.Id);
                    break;
                case OutboxCommand.NotRenewed refused:
                    _notRenewed.Add(refused);
                    PollWithin(TimeSpan.Zero);
                    break;
                default:
                    PollWithin(TimeSpan.Zero);
                    break;
            }
        }
    }

    private async Task StepAsync()
    {
        _nextPoll = context.Now + context.Options.PollInterval;
        try
        {
            await PollAsync().ConfigureAwait(false);
        }
        catch (RpcException problem)
        {
            SolanaSenderLog.PollFailed(context.Logger, problem, context.FeePayer);
        }

        if (_entries.TrueForAll(entry => entry.WasReported || entry.IsForgotten))
        {
            _nextPoll = context.Now + (WatchingFactor * context.Options.PollInterval);
        }
    }

    private void Attach(SendTicket ticket, long id)
    {
        if (_entries.Find(entry => entry.Id == id && entry.Outcome == OutboxOutcome.Open) is { } entry)
        {
            ticket.TryCommit();
            ticket.Transaction = entry.Latest.Id;
            entry.Ticket = ticket;
            PollWithin(TimeSpan.Zero);
        }
        else if (!Prepare(new PreparationJob(ticket.Body, ticket) { IsNew = true }))
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

    /// <summary>Lets a node's own word that a transaction is confirmed hasten the next look. Such words get lost; nothing depends on them.</summary>
    private void Watch(OutboxEntry entry)
    {
        if (entry.WasReported || entry.Watch is not null)
        {
            return;
        }

        var watch = CancellationTokenSource.CreateLinkedTokenSource(Stopping);
        if (context.Node.WatchAsync(entry.Latest.Id, watch.Token) is not { } word)
        {
            watch.Dispose();
            return;
        }

        entry.Watch = watch;
        word.ContinueWith(
            heard =>
            {
                _ = heard.Exception; // it is only a hint
                if (heard.IsCompletedSuccessfully)
                {
                    Post(new OutboxCommand.Poll());
                }
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private static void Unwatch(OutboxEntry entry)
    {
        entry.Watch?.Cancel();
        entry.Watch?.Dispose();
        entry.Watch = null;
    }

    private void End(Exception? problem)
    {
        foreach (var entry in _entries)
        {
            Unwatch(entry);
            if (entry.Ticket is { } ticket)
            {
                Fail(ticket, new SolanaSendException(
                    problem is null ? SolanaSendError.Pending : SolanaSendError.JournalFailed,
                    "The sender was closed while the transaction was on its way. A sender that is opened on the same journal goes on with it, and the same key joins it.",
                    mayHaveBeenBroadcast: true,
                    entry.Latest.Id,
                    innerException: problem));
            }
        }

        while (_commands.Reader.TryRead(out var command))
        {
            switch (command)
            {
                case OutboxCommand.Admit { Job.Renewal: null } admit:
                    Fail(admit.Job.Ticket!, NotSent(problem));
                    break;
                case OutboxCommand.Attach attach:
                    Fail(attach.Ticket, NotFollowed);
                    break;
            }
        }

        foreach (var admit in _inHand.Where(admit => admit.Job.Renewal is null))
        {
            Fail(admit.Job.Ticket!, _isJournaling
                ? new SolanaSendException(SolanaSendError.JournalFailed, "The journal failed while the transaction was written to it. A sender that is opened on the same journal finds out what became of it.", mayHaveBeenBroadcast: true, admit.Attempt.Id, innerException: problem)
                : NotSent(problem));
        }
    }

    private static SolanaSendException NotFollowed => new(SolanaSendError.Pending, "The sender was closed while the transaction was on its way.", mayHaveBeenBroadcast: true);

    private static Exception NotSent(Exception? problem) => problem is null
        ? new ObjectDisposedException(nameof(SolanaSender), "The sender was closed before the transaction was sent.")
        : new SolanaSendException(SolanaSendError.JournalFailed, "The sender failed before the transaction was sent.", innerException: problem);

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
