namespace DePin.Sdk.Providers.Internal;

/// <summary>One job's place at a <see cref="JobGate"/>: running, or in the queue.</summary>
internal sealed class JobTicket : IDisposable
{
    private readonly JobGate _gate;
    private readonly TaskCompletionSource? _turn;
    private int _disposed;

    public JobTicket(JobGate gate, int queuePosition)
    {
        _gate = gate;
        QueuePosition = queuePosition;
        _turn = queuePosition > 0 ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : null;
    }

    /// <summary>How many were before this one, itself included, when it came; 0 when it runs at once.</summary>
    public int QueuePosition { get; }

    /// <summary>Its place in the queue; guarded by the gate's lock.</summary>
    public LinkedListNode<JobTicket>? Node { get; set; }

    /// <summary>Completes when it is this job's turn.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _turn is null ? Task.CompletedTask : _turn.Task.WaitAsync(cancellationToken);

    public void Grant() => _turn!.TrySetResult();

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _gate.Leave(this);
        }
    }
}
