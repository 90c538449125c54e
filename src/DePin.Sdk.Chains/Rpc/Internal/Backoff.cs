namespace DePin.Sdk.Chains.Rpc.Internal;

/// <summary>How long something that failed is left alone: twice as long after each failure, give or take a quarter so that many clients do not come at once. For one thread at a time.</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan longest, TimeProvider time)
{
    private long _failedAt;
    private TimeSpan _delay;

    /// <summary>How many failures there were in a row.</summary>
    public int Failures { get; private set; }

    /// <summary>How long it is still left alone; zero when it may be tried.</summary>
    public TimeSpan Remaining
    {
        get
        {
            var remaining = Failures == 0 ? TimeSpan.Zero : _delay - time.GetElapsedTime(_failedAt);
            return remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero;
        }
    }

    public void Fail()
    {
        Failures++;
        _failedAt = time.GetTimestamp();
        double factor = Math.Pow(2, Math.Min(Failures - 1, 30)) * (0.75 + (Random.Shared.NextDouble() / 2));
        _delay = TimeSpan.FromSeconds(Math.Min(first.TotalSeconds * factor, longest.TotalSeconds));
    }

    public void Reset() => Failures = 0;
}
