namespace DePin.Sdk.Chains.Evm.Logs.Internal;

/// <summary>How many blocks a query spans: half as many after a refusal, a quarter more after each answer.</summary>
internal sealed class RangeSize
{
    private readonly int _maximum;

    public RangeSize(int maximum) => Current = _maximum = maximum;

    public int Current { get; private set; }

    /// <summary>False when a single block is too much already.</summary>
    public bool TryShrink()
    {
        if (Current == 1)
        {
            return false;
        }

        Current /= 2;
        return true;
    }

    public void Grow() => Current = Math.Min(_maximum, Current + 1 + (Current / 4));
}
