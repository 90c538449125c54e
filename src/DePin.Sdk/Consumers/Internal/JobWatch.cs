namespace DePin.Sdk.Consumers.Internal;

/// <summary>
/// Ends the waiting for a provider: because the caller gave up, because it sends nothing, or because its help is not needed any more. Reading
/// itself is never cancelled, so that a receipt can still be read afterwards.
/// </summary>
internal sealed class JobWatch : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenRegistration _caller;
    private readonly ITimer _timer;
    private volatile bool _stalled;

    public JobWatch(TimeProvider time, CancellationToken caller)
    {
        _timer = time.CreateTimer(static state => ((JobWatch)state!).Stall(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _caller = caller.UnsafeRegister(static state => ((JobWatch)state!).Stop(), this);
    }

    /// <summary>Signalled when waiting is over.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>True when the provider sent nothing for too long.</summary>
    public bool Stalled => _stalled;

    /// <summary>Starts to measure the provider's silence.</summary>
    public void Expect(TimeSpan within) => _timer.Change(within, Timeout.InfiniteTimeSpan);

    /// <summary>The provider spoke.</summary>
    public void Heard() => _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Ends the waiting.</summary>
    public void Stop() => _stop.Cancel();

    // The source stays: a callback may still be on its way to it, and without a timer of its own it holds nothing to release.
    public void Dispose()
    {
        _caller.Dispose();
        _timer.Dispose();
    }

    private void Stall()
    {
        _stalled = true;
        _stop.Cancel();
    }
}
