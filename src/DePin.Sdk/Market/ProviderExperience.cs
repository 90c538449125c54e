using DePin.Sdk.Identity;

namespace DePin.Sdk.Market;

/// <summary>What has been seen of one provider.</summary>
/// <remarks>
/// Time to first token is a peak-EWMA as in Finagle's <c>Balancers.p2cPeakEwma</c>: a slower answer counts in full at once, a faster one by how much
/// time has passed. Idle, the peak sinks to the provider's own mean rather than to zero, so that the figure stays a usable estimate;
/// after <see cref="ForgetAfter"/> without an answer there is none, and the provider is a newcomer again.
/// </remarks>
internal sealed class ProviderExperience(PublicKey provider, TimeProvider time)
{
    /// <summary>By a factor of e the peak sinks in this time.</summary>
    internal static readonly TimeSpan PeakDecay = TimeSpan.FromSeconds(30);

    /// <summary>By a factor of e failures fade in this time.</summary>
    internal static readonly TimeSpan FailureDecay = TimeSpan.FromSeconds(60);

    /// <summary>After this time without an answer the provider is unknown again.</summary>
    internal static readonly TimeSpan ForgetAfter = TimeSpan.FromMinutes(10);

    private const double MeanWeight = 0.2;
    private const double FailureWeight = 0.3;

    private readonly Lock _gate = new();
    private double _peakSeconds;
    private double _meanSeconds;
    private long _answeredAt;
    private bool _answered;
    private double _failure;
    private long _endedAt;
    private int _inFlight;
    private double _fastestSeconds = double.PositiveInfinity;
    private long _usedAt = time.GetTimestamp();

    public PublicKey Provider { get; } = provider;

    /// <summary>When it was last used, for eviction.</summary>
    public long UsedAt => Volatile.Read(ref _usedAt);

    public bool IsBusy => Volatile.Read(ref _inFlight) > 0;

    /// <summary>At most the time to first token that <see cref="Read"/> gives, read without the lock; infinite before the first answer.</summary>
    public double FastestSeconds => Volatile.Read(ref _fastestSeconds);

    public void Start()
    {
        lock (_gate)
        {
            _inFlight++;
            _usedAt = time.GetTimestamp();
        }
    }

    public void FirstToken(TimeSpan timeToFirstToken)
    {
        double seconds = Math.Max(0, timeToFirstToken.TotalSeconds);
        lock (_gate)
        {
            long now = time.GetTimestamp();
            if (!_answered || time.GetElapsedTime(_answeredAt, now) >= ForgetAfter)
            {
                (_peakSeconds, _meanSeconds, _answered) = (seconds, seconds, true);
            }
            else
            {
                double kept = Kept(_answeredAt, now, PeakDecay);
                _peakSeconds = seconds >= _peakSeconds ? seconds : (_peakSeconds * kept) + (seconds * (1 - kept));
                _meanSeconds = Math.Min((_meanSeconds * (1 - MeanWeight)) + (seconds * MeanWeight), _peakSeconds);
            }

            (_answeredAt, _usedAt) = (now, now);
            Volatile.Write(ref _fastestSeconds, Math.Min(_meanSeconds, _peakSeconds));
        }
    }

    public void End(bool succeeded)
    {
        lock (_gate)
        {
            long now = time.GetTimestamp();
            _inFlight = Math.Max(0, _inFlight - 1);
            _failure = (_failure * Kept(_endedAt, now, FailureDecay) * (1 - FailureWeight)) + (succeeded ? 0 : FailureWeight);
            (_endedAt, _usedAt) = (now, now);
        }
    }

    public ProviderSnapshot Read()
    {
        lock (_gate)
        {
            long now = time.GetTimestamp();
            TimeSpan? timeToFirstToken = null;
            if (_answered && time.GetElapsedTime(_answeredAt, now) < ForgetAfter)
            {
                timeToFirstToken = TimeSpan.FromSeconds(_meanSeconds + ((_peakSeconds - _meanSeconds) * Kept(_answeredAt, now, PeakDecay)));
            }

            return new ProviderSnapshot(timeToFirstToken, _failure == 0 ? 1 : 1 - (_failure * Kept(_endedAt, now, FailureDecay)), _inFlight);
        }
    }

    private double Kept(long since, long now, TimeSpan decay) => Math.Exp(-Math.Max(0, time.GetElapsedTime(since, now) / decay));
}
