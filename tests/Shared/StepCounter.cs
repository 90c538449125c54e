namespace DePin.Sdk.TestParts;

/// <summary>Counts what one task does, and lets another wait until it was done so often.</summary>
internal sealed class StepCounter : IDisposable
{
    private readonly SemaphoreSlim _steps = new(0);
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public void Add()
    {
        Interlocked.Increment(ref _count);
        _steps.Release();
    }

    public async Task WaitAsync(int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            await _steps.WaitAsync();
        }
    }

    public void Dispose() => _steps.Dispose();
}
