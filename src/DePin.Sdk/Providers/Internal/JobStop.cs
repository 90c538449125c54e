namespace DePin.Sdk.Providers.Internal;

/// <summary>How a job is told to stop: first its handler, and after a while everything that still hangs.</summary>
internal sealed class JobStop : IDisposable
{
    private readonly Lock _lock = new();
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abandon;
    private readonly TaskCompletionSource _abandoned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _deadline;
    private bool _disposed;

    public JobStop(TimeSpan patience, TimeProvider time)
    {
        _patience = patience;
        _time = time;
        _abandon = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _abandon.Token.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), _abandoned);
        _deadline = time.CreateTimer(static state => ((JobStop)state!).Request(StopReason.Deadline), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The first reason that was given.</summary>
    public StopReason Reason { get; private set; }

    /// <summary>Asks the handler, and whoever waits for it, to stop.</summary>
    public CancellationToken Requested => _stop.Token;

    /// <summary>Signalled some time after <see cref="Requested"/>: the job is given up as it is.</summary>
    public CancellationToken Abandoned => _abandon.Token;

    /// <summary>Completes when <see cref="Abandoned"/> is signalled.</summary>
    public Task WhenAbandoned => _abandoned.Task;

    /// <summary>Stops the job at an instant, or after a time, whichever comes first.</summary>
    public void At(DateTimeOffset? instant, TimeSpan atMost)
    {
        var delay = instant is { } at && at - _time.GetUtcNow() < atMost ? at - _time.GetUtcNow() : atMost;
        lock (_lock)
        {
            if (!_disposed)
            {
                _deadline.Change(delay < TimeSpan.Zero ? TimeSpan.Zero : delay, Timeout.InfiniteTimeSpan);
            }
        }
    }

    public void Request(StopReason reason)
    {
        lock (_lock)
        {
            if (_disposed || Reason != StopReason.None)
            {
                return;
            }

            Reason = reason;
            _abandon.CancelAfter(_patience);
        }

        // Outside the lock: what runs now is other people's code. The source is disposed only after the job ended, and cancelling one that was is harmless.
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
        }

        _deadline.Dispose();
        _abandon.Dispose();
        _stop.Dispose();
    }
}
