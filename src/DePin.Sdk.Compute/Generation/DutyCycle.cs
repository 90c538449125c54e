namespace DePin.Sdk.Compute.Generation;

/// <summary>Makes a thread rest between pieces of work, so that it works for no more than a share of the time.</summary>
/// <param name="clock">The time.</param>
/// <param name="wake">Called on another thread when a rest is over.</param>
internal sealed class DutyCycle(TimeProvider clock, Action wake) : IDisposable
{
    // Timers are no finer than this; what is owed is saved up until then.
    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(2);

    // A rest that took too long makes up for work to come, but not for a burst of it.
    private static readonly TimeSpan MostCredit = TimeSpan.FromMilliseconds(20);

    private ITimer? _timer;
    private TimeSpan _owed;
    private long _restStart;
    private bool _wasResting;
    private volatile bool _isResting;

    public bool IsResting => _isResting;

    public long Begin()
    {
        long now = clock.GetTimestamp();
        if (_wasResting)
        {
            _wasResting = false;
            _owed -= clock.GetElapsedTime(_restStart, now);
            _owed = _owed < -MostCredit ? -MostCredit : _owed;
        }

        return now;
    }

    /// <summary>Counts work that has been done; <see cref="IsResting"/> then says whether a rest is due.</summary>
    /// <param name="start">What <see cref="Begin"/> returned.</param>
    /// <param name="share">The share of the time that may be worked, above 0 and at most 1.</param>
    public void End(long start, double share)
    {
        if (share >= 1)
        {
            _owed = TimeSpan.Zero;
            return;
        }

        long now = clock.GetTimestamp();
        _owed += clock.GetElapsedTime(start, now) * ((1 / share) - 1);
        if (_owed >= ShortestRest)
        {
            _restStart = now;
            _wasResting = true;
            _isResting = true;
            _timer ??= clock.CreateTimer(static s => ((DutyCycle)s!).Finish(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(_owed, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _timer?.Dispose();

    private void Finish()
    {
        _isResting = false;
        wake();
    }
}
