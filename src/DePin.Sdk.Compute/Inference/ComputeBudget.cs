namespace DePin.Sdk.Compute.Inference;

/// <summary>How much of the machine a model may use; may be changed at any time while it runs, from any thread.</summary>
/// <remarks>A change holds from the next pass on, which is one token of each answer or one piece of a prompt.</remarks>
public sealed class ComputeBudget
{
    private volatile int _threads = Math.Clamp(Environment.ProcessorCount, 1, 8);
    private volatile int _priority = (int)ThreadPriority.Normal;
    private volatile bool _isPaused;
    private double _maxShare = 1;

    /// <summary>What <see cref="MaxShare"/> is measured by.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

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
    /// <remarks>
    /// On Linux it becomes the nice value of these threads alone: 15, 5, 0, -5 and -10 from the lowest to the highest. Lowering it always
    /// works; to raise it, also to where it was, a program needs a right there, and without it the request is silently ignored. macOS ignores all of it.
    /// </remarks>
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

    /// <summary>The most of the time that the model may compute, above 0 and at most 1; it rests between passes for the remainder.</summary>
    /// <remarks>For weak machines, and for background work of less haste than heat. A pass itself is never cut short.</remarks>
    /// <value>The default is 1: it never rests while there is work.</value>
    public double MaxShare
    {
        get => Volatile.Read(ref _maxShare);
        set
        {
            if (!(value is > 0 and <= 1))
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "MaxShare must be above 0 and at most 1.");
            }

            Volatile.Write(ref _maxShare, value);
            Changed?.Invoke();
        }
    }
}
