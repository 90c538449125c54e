namespace DePin.Sdk.Consumers.Internal;

/// <summary>What one request has cost so far over all its jobs, and what it may still cost. Thread-safe: a hedge runs beside the first job.</summary>
internal sealed class RequestBudget(Amount? limit)
{
    private readonly Lock _gate = new();
    private UInt128 _spent;
    private Asset? _asset = limit?.Asset;

    /// <summary>The most that the next job may cost. Once a job has started, later ones are paid in its asset. Null: anything.</summary>
    public Amount? Remaining
    {
        get
        {
            lock (_gate)
            {
                return _asset is { } asset ? new Amount((limit?.BaseUnits ?? UInt128.MaxValue) - _spent, asset) : null;
            }
        }
    }

    public Amount? Spent
    {
        get
        {
            lock (_gate)
            {
                return _asset is { } asset ? new Amount(_spent, asset) : null;
            }
        }
    }

    /// <summary>Says in which asset the request pays.</summary>
    public void Fix(Asset asset)
    {
        lock (_gate)
        {
            _asset ??= asset;
        }
    }

    /// <summary>Counts the growth of one job's cost; false, and nothing counted, when the request may not cost so much.</summary>
    public bool TrySpend(UInt128 growth)
    {
        lock (_gate)
        {
            if (growth > (limit?.BaseUnits ?? UInt128.MaxValue) - _spent)
            {
                return false;
            }

            _spent += growth;
            return true;
        }
    }
}
