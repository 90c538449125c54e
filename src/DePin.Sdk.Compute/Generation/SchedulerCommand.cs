namespace DePin.Sdk.Compute.Generation;

/// <summary>A function to run on the scheduler's thread, and its result.</summary>
internal sealed class SchedulerCommand<T>(Func<T> action) : ISchedulerCommand
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Done => _done.Task;

    public void Run()
    {
        try
        {
            _done.TrySetResult(action());
        }
#pragma warning disable CA1031 // Whoever waits for the result gets it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _done.TrySetException(e);
        }
    }

    public void Abandon() => _done.TrySetException(new ObjectDisposedException(nameof(LocalModel)));
}
