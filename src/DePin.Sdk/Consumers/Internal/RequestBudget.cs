using System.Numerics;

namespace DePin.Sdk.Consumers.Internal;

/// <summary>
/// What one request has cost so far over all its jobs, and what it may still cost. Limits in several assets are one limit: what share of it was spent in one asset
/// is gone in the others too. Thread-safe: a hedge runs beside the first job.
/// </summary>
/// <param name="limits">The limit, in one or more assets; empty for none.</param>
/// <param name="keepsAsset">Whether, without limits, later jobs are paid in the asset of the first.</param>
internal sealed class RequestBudget(Amount[] limits, bool keepsAsset = true)
{
    private readonly Lock _gate = new();

    // In the order in which assets were first used; nearly always one.
    private readonly List<Amount> _spent = [];

    /// <summary>What the next job may cost, in each asset that it may be paid in, the preferred one first; null stands for any asset and amount.</summary>
    public IReadOnlyList<Amount?> Remaining
    {
        get
        {
            lock (_gate)
            {
                return limits.Length > 0 ? [.. limits.Select(limit => (Amount?)RemainingIn(limit.Asset))]
                    : keepsAsset && _spent.Count > 0 ? [RemainingIn(_spent[0].Asset)]
                    : [null];
            }
        }
    }

    /// <summary>What was spent, an amount for each asset that was paid in; one of zero when nothing cost anything, none when no job was begun.</summary>
    public IReadOnlyList<Amount> Spent
    {
        get
        {
            lock (_gate)
            {
                return _spent.Count <= 1 || _spent.TrueForAll(spent => spent.IsZero) ? [.. _spent.Take(1)] : [.. _spent.Where(spent => !spent.IsZero)];
            }
        }
    }

    /// <summary>Begins to pay in an asset. Returns what a job may cost in it.</summary>
    public Amount Use(Asset asset)
    {
        lock (_gate)
        {
            var remaining = RemainingIn(asset);
            if (IndexOf(asset) < 0)
            {
                _spent.Add(Amount.Zero(asset));
            }

            return remaining;
        }
    }

    /// <summary>Counts the growth of one job's cost, in an asset in use; false, and nothing counted, when the request may not cost so much.</summary>
    public bool TrySpend(Amount growth)
    {
        lock (_gate)
        {
            if (growth.BaseUnits > RemainingIn(growth.Asset).BaseUnits)
            {
                return false;
            }

            _spent[IndexOf(growth.Asset)] += growth;
            return true;
        }
    }

    private int IndexOf(Asset asset)
    {
        for (int i = 0; i < _spent.Count; i++)
        {
            if (_spent[i].Asset == asset)
            {
                return i;
            }
        }

        return -1;
    }

    private Amount RemainingIn(Asset asset)
    {
        var limit = LimitIn(asset);
        var remaining = limit;
        foreach (var spent in _spent)
        {
            var gone = spent.Asset == asset ? spent.BaseUnits : SameShare(spent, limit);
            remaining = gone < remaining ? remaining - gone : UInt128.Zero;
        }

        return new Amount(remaining, asset);
    }

    private UInt128 LimitIn(Asset asset)
    {
        foreach (var limit in limits)
        {
            if (limit.Asset == asset)
            {
                return limit.BaseUnits;
            }
        }

        return limits.Length == 0 ? UInt128.MaxValue : UInt128.Zero;
    }

    // Rounded up: a request costs less than its limit rather than more.
    private UInt128 SameShare(Amount spent, UInt128 ofLimit)
    {
        if (spent.IsZero || ofLimit == UInt128.Zero)
        {
            return UInt128.Zero;
        }

        BigInteger whole = LimitIn(spent.Asset);
        return (UInt128)BigInteger.Min((((BigInteger)spent.BaseUnits * ofLimit) + whole - 1) / whole, ofLimit);
    }
}
