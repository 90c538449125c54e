namespace DePin.Sdk.Compute.Inference;

/// <summary>How much of the machine a model may use; may be changed at any time while it runs, from any thread.</summary>
/// <remarks>A change holds from the next pass on, which is one token of each answer or one piece of a prompt.</remarks>
public sealed class ComputeBudget
{
    private volatile int _threads = Math.Clamp(Environment.ProcessorCount, 1, 8);
    private volatile int _priority = (int)ThreadPriority.Normal;
    private volatile bool _isPaused;

    /// <summary>Raised after a change, on the thread that made it.</summary>
    internal event Action? Changed;

    /// <summary>Number of threads that compute, 1 to 64; results do not depend on it.</summary>
    /// <value>The default is the number of processors, at most 8.</value>
    public int Threads
    {
        get => _threads;
        set
        {
            if (value is < 1 or > 64)
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "Threads must be 1 to 64.");
            }

            _threads = value;
            Changed?.Invoke();
        }
    }

    /// <summary>Priority of the computing threads against others of the machine; a game keeps it below that of its frame loop.</summary>
    /// <value>The default is normal.</value>
    public ThreadPriority Priority
    {
        get => (ThreadPriority)_priority;
        set
        {
            _priority = (int)value;
            Changed?.Invoke();
        }
    }

    /// <summary>Whether the model stands still; requests wait, nothing is lost.</summary>
    /// <value>The default is false.</value>
    public bool IsPaused
    {
        get => _isPaused;
        set
        {
            _isPaused = value;
            Changed?.Invoke();
        }
    }
}
