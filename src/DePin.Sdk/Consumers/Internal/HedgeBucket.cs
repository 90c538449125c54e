namespace DePin.Sdk.Consumers.Internal;

/// <summary>A token bucket: each request puts a share of a hedge in, a hedge takes a whole one out.</summary>
internal sealed class HedgeBucket(double perRequest)
{
    private const double Capacity = 10;

    private readonly Lock _gate = new();
    private double _tokens = perRequest > 0 ? 1 : 0;

    /// <summary>False: never, so that nobody needs to watch the clock.</summary>
    public bool IsEnabled => perRequest > 0;

    public void RequestStarted()
    {
        lock (_gate)
        {
            _tokens = Math.Min(Capacity, _tokens + perRequest);
        }
    }

    public bool TryTake()
    {
        lock (_gate)
        {
            // A twentieth added twenty times falls short of one by rounding.
            if (_tokens < 1 - 1e-9)
            {
                return false;
            }

            _tokens--;
            return true;
        }
    }

    /// <summary>Puts back what was taken for a hedge that found no provider.</summary>
    public void Return()
    {
        lock (_gate)
        {
            _tokens = Math.Min(Capacity, _tokens + 1);
        }
    }
}
