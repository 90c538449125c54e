namespace DePin.Sdk.Consumers.Internal;

/// <summary>What goes on after a caller has its answer: last vouchers, cancelled jobs. Every piece is bounded in time by itself.</summary>
internal sealed class BackgroundWork
{
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _running = [];

    /// <summary>Keeps a task until it ends. It must not fail.</summary>
    public void Track(Task task)
    {
        if (task.IsCompleted)
        {
            return;
        }

        lock (_gate)
        {
            _running.Add(task);
        }

        _ = task.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Completes when everything that is running now has ended.</summary>
    public Task WhenIdleAsync(CancellationToken cancellationToken)
    {
        Task[] running;
        lock (_gate)
        {
            running = [.. _running];
        }

        return running.Length == 0 ? Task.CompletedTask : Task.WhenAll(running).WaitAsync(cancellationToken);
    }

    private void Forget(Task task)
    {
        lock (_gate)
        {
            _running.Remove(task);
        }
    }
}
