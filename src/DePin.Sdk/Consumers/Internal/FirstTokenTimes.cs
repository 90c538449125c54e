namespace DePin.Sdk.Consumers.Internal;

/// <summary>The recent times to first token of one model, over all its providers, for judging when a provider is late.</summary>
internal sealed class FirstTokenTimes
{
    private const int Kept = 64;
    private const int Needed = 8;

    private readonly Lock _gate = new();
    private readonly long[] _ticks = new long[Kept];
    private int _count;

    public void Record(TimeSpan time)
    {
        lock (_gate)
        {
            _ticks[_count++ % Kept] = time.Ticks;
        }
    }

    /// <summary>The 95th percentile; null before eight times are known.</summary>
    public TimeSpan? GetPercentile95()
    {
        Span<long> sorted = stackalloc long[Kept];
        int known;
        lock (_gate)
        {
            if (_count < Needed)
            {
                return null;
            }

            known = Math.Min(_count, Kept);
            _ticks.AsSpan(0, known).CopyTo(sorted);
        }

        sorted = sorted[..known];
        sorted.Sort();
        return TimeSpan.FromTicks(sorted[((known * 95) + 99) / 100 - 1]);
    }
}
