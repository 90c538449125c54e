namespace DePin.Sdk.Compute.Inference;

/// <summary>Bounds of a model runner.</summary>
public sealed class ModelRunnerOptions
{
    /// <summary>Threads, priority and pausing; the object may be changed while the runner works, and shared by several.</summary>
    /// <value>The default is a <see cref="ComputeBudget"/> with its defaults.</value>
    public ComputeBudget Budget { get; set; } = new();

    /// <summary>Number of threads that compute, 1 to 64: that of <see cref="Budget"/>.</summary>
    /// <value>The default is the number of processors, at most 8.</value>
    public int Threads
    {
        get => Budget.Threads;
        set => Budget.Threads = value;
    }

    /// <summary>How many requests may run at once, 1 to 4096.</summary>
    /// <value>The default is 16.</value>
    public int MaxSequences { get; set; } = 16;

    /// <summary>The longest sequence in tokens; null for the model's own limit.</summary>
    /// <value>The default is null.</value>
    public int? ContextLength { get; set; }

    /// <summary>The most memory that keys and values of all sequences together may take, in bytes.</summary>
    /// <value>The default is 1 GiB.</value>
    public long KeyValueMemoryBytes { get; set; } = 1L << 30;

    /// <summary>How keys and values are kept.</summary>
    /// <value>The default is <see cref="KeyValueType.F32"/>.</value>
    public KeyValueType KeyValueType { get; set; }

    /// <summary>
    /// The most memory that weights, keys and values, and working buffers together may take, in bytes; what the weights leave bounds the
    /// keys and values. Null for no such limit.
    /// </summary>
    /// <value>The default is null.</value>
    public long? MemoryLimitBytes { get; set; }

    /// <summary>The largest batch in tokens, 1 to 4096; prompts are processed in pieces of this size.</summary>
    /// <value>The default is 128.</value>
    public int MaxBatchTokens { get; set; } = 128;

    /// <summary>Told how far the opening of a model has come: about once for each 4 MiB of weights, one report at a time, on any thread.</summary>
    /// <value>The default is null.</value>
    public IProgress<ModelLoadProgress>? LoadProgress { get; set; }

    /// <summary>Checks all options; engines call it before they open a model.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public void Validate()
    {
        Check(Budget is not null, nameof(Budget), "must not be null");
        Check(MaxSequences is >= 1 and <= 4096, nameof(MaxSequences), "must be 1 to 4096");
        Check(ContextLength is null or >= 1, nameof(ContextLength), "must be at least 1, or null for the model's own limit");
        Check(KeyValueMemoryBytes >= 1, nameof(KeyValueMemoryBytes), "must be a positive number of bytes");
        Check(Enum.IsDefined(KeyValueType), nameof(KeyValueType), "must be one of the defined types");
        Check(MemoryLimitBytes is null or >= 1, nameof(MemoryLimitBytes), "must be a positive number of bytes, or null for no limit");
        Check(MaxBatchTokens is >= 1 and <= 4096, nameof(MaxBatchTokens), "must be 1 to 4096");
    }

    private static void Check(bool holds, string name, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException($"{nameof(ModelRunnerOptions)}.{name} {rule}.");
        }
    }
}
