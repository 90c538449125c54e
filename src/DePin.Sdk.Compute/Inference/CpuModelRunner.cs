using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.Inference;

/// <summary>Runs a model on the processor, with eight-bit integer arithmetic for quantized weights.</summary>
/// <remarks>
/// <para>
/// Weights are laid out anew when the runner is created: panels of rows side by side, in the order in which the vector instructions
/// read them. Results are bit for bit the same for any number of threads, any batch and any instruction set.
/// </para>
/// <para>Keeps the model file open until it is disposed. Used by one thread at a time.</para>
/// </remarks>
public sealed class CpuModelRunner : IModelRunner
{
    private readonly ModelFile _file;
    private readonly PackedModel _model;
    private readonly KeyValuePool _pool;
    private readonly ThreadTeam _team = new();
    private readonly TransformerPass _pass;
    private readonly ComputeBudget _budget;
    private readonly Dictionary<SequenceHandle, SequenceState> _sequences = [];
    private readonly Dictionary<LoraAdapter, BoundAdapter> _adapters = [];
    private long _lastId;
    private bool _disposed;

    /// <summary>Lays out the weights of a model.</summary>
    /// <param name="file">An open model.</param>
    /// <param name="options">Bounds; the defaults when null.</param>
    /// <exception cref="ModelFormatException">A hyper-parameter or a tensor is missing, of the wrong shape or of an unsupported type.</exception>
    /// <exception cref="InferenceException">The model does not fit into the memory limit.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public CpuModelRunner(ModelFile file, ModelRunnerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        options ??= new ModelRunnerOptions();
        options.Validate();
        Config = file.Config;
        MaxSequences = options.MaxSequences;
        MaxBatchTokens = options.MaxBatchTokens;
        ContextLength = Math.Min(options.ContextLength ?? int.MaxValue, Config.ContextLength);
        _budget = options.Budget;
        _file = file;
        file.AddReference();
        try
        {
            // Asked before the work of packing by what the file says, and after it by what the packed weights really take.
            KeyValueLimit(file, options, file.Tensors.Values.Sum(static t => t.ByteLength));
            _model = new PackedModel(file, _budget.Threads, options.LoadProgress);
            _pool = new KeyValuePool(Config, options.KeyValueType, KeyValueLimit(file, options, _model.Bytes));
            _pass = new TransformerPass(Config, _model, _team, _pool, ContextLength, MaxBatchTokens);
        }
        catch
        {
            _model?.Dispose();
            file.Release();
            throw;
        }
    }

    /// <inheritdoc/>
    public ModelConfig Config { get; }

    /// <inheritdoc/>
    public int ContextLength { get; }

    /// <inheritdoc/>
    public int MaxSequences { get; }

    /// <inheritdoc/>
    public int MaxBatchTokens { get; }

    /// <summary>Bytes of weights, and of keys and values that are in use or kept for use.</summary>
    internal long AllocatedBytes => _model.Bytes + _pool.AllocatedBytes;

    /// <inheritdoc/>
    public SequenceHandle OpenSequence(int maxTokens, LoraAdapter? adapter = null)
    {
        CheckLength(maxTokens);
        var state = new SequenceState(_pool, adapter is null ? null : Bind(adapter));
        state.Open(maxTokens, sharedTokens: 0);
        return Add(state);
    }

    /// <inheritdoc/>
    public SequenceHandle Fork(SequenceHandle source, int length, int maxTokens)
    {
        var from = Find(source);
        CheckLength(maxTokens);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Math.Min(from.Length, maxTokens));
        var state = new SequenceState(_pool, from.Adapter);
        state.Open(maxTokens, length);
        state.TakeOver(from, length);
        return Add(state);
    }

    /// <inheritdoc/>
    public void Resize(SequenceHandle sequence, int maxTokens)
    {
        var state = Find(sequence);
        CheckLength(maxTokens);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, state.Length);
        state.Resize(maxTokens);
    }

    /// <inheritdoc/>
    public int GetLength(SequenceHandle sequence) => Find(sequence).Length;

    /// <inheritdoc/>
    public void Truncate(SequenceHandle sequence, int length)
    {
        var state = Find(sequence);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, state.Length);
        state.Truncate(length);
    }

    /// <inheritdoc/>
    public void CloseSequence(SequenceHandle sequence)
    {
        if (_sequences.Remove(sequence, out var state))
        {
            state.Close();
        }
    }

    /// <inheritdoc/>
    public void Save(SequenceHandle sequence, Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        new SequenceStateFormat(Config, _pool).Write(Find(sequence), destination);
    }

    /// <inheritdoc/>
    public SequenceHandle Restore(Stream source, int maxTokens, LoraAdapter? adapter = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        CheckLength(maxTokens);
        var state = new SequenceState(_pool, adapter is null ? null : Bind(adapter));
        state.Open(maxTokens, sharedTokens: 0);
        try
        {
            new SequenceStateFormat(Config, _pool).Read(state, source);
        }
        catch
        {
            state.Close();
            throw;
        }

        return Add(state);
    }

    /// <inheritdoc/>
    public void Forward(ReadOnlySpan<TokenInput> batch, Span<float> logits, Span<float> hidden = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (batch.IsEmpty || batch.Length > MaxBatchTokens)
        {
            throw new ArgumentException($"A batch has 1 to {MaxBatchTokens} tokens.", nameof(batch));
        }

        int added = 0;
        try
        {
            long logitRows = 0;
            long hiddenRows = 0;
            for (; added < batch.Length; added++)
            {
                var input = batch[added];
                var state = Find(input.Sequence);
                Check(input, state);
                state.Append();
                _pass.SetToken(added, new PassToken(input.Token, input.Position, state, state.Adapter, input.WantsLogits, input.WantsHidden));
                logitRows += input.WantsLogits ? 1 : 0;
                hiddenRows += input.WantsHidden ? 1 : 0;
            }

            if (logits.Length < logitRows * Config.VocabularySize)
            {
                throw new ArgumentException($"There must be room for {logitRows * Config.VocabularySize} logits.", nameof(logits));
            }

            if (hidden.Length < hiddenRows * Config.EmbeddingLength)
            {
                throw new ArgumentException($"There must be room for {hiddenRows * Config.EmbeddingLength} numbers of hidden states.", nameof(hidden));
            }

            _team.SetPriority(_budget.Priority);
            _pass.Run(batch.Length, _budget.Threads, logits, hidden);
        }
        catch
        {
            while (--added >= 0)
            {
                var state = Find(batch[added].Sequence);
                state.Truncate(state.Length - 1);
            }

            throw;
        }
    }

    /// <summary>Stops the threads and frees all sequences and weights.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        foreach (var state in _sequences.Values)
        {
            state.Close();
        }

        _sequences.Clear();
        _team.Dispose();
        _pass.Dispose();
        _pool.Dispose();
        _model.Dispose();
        _file.Release();
    }

    /// <summary>What a memory limit leaves for keys and values.</summary>
    private static long KeyValueLimit(ModelFile file, ModelRunnerOptions options, long weights)
    {
        if (options.MemoryLimitBytes is not { } limit)
        {
            return options.KeyValueMemoryBytes;
        }

        using var buffers = new PassBuffers(file.Config);
        long rows = buffers.BytesFor(options.MaxBatchTokens) + (options.MaxBatchTokens * (long)(buffers.WidestInput + (2 * file.Config.EmbeddingLength)) * sizeof(float));
        long logits = (long)Math.Min(options.MaxSequences, options.MaxBatchTokens) * file.Config.VocabularySize * sizeof(float);
        long working = rows + logits;
        long left = limit - weights - working;
        if (left <= 0)
        {
            throw new InferenceException(
                InferenceErrorCode.MemoryLimit,
                $"The limit of {limit} bytes leaves no room for a context: the weights take {weights} bytes and the buffers of a batch of {options.MaxBatchTokens} tokens {working}. Raise the limit, or use a smaller or more strongly quantized model.");
        }

        return Math.Min(left, options.KeyValueMemoryBytes);
    }

    private BoundAdapter Bind(LoraAdapter adapter)
    {
        if (!_adapters.TryGetValue(adapter, out var bound))
        {
            bound = new BoundAdapter(adapter, _model);
            _adapters.Add(adapter, bound);
        }

        return bound;
    }

    private SequenceHandle Add(SequenceState state)
    {
        var handle = new SequenceHandle(++_lastId);
        _sequences.Add(handle, state);
        return handle;
    }

    private void CheckLength(int maxTokens)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxTokens, ContextLength);
    }

    private void Check(in TokenInput input, SequenceState state)
    {
        if ((uint)input.Token >= (uint)Config.VocabularySize)
        {
            throw new ArgumentException($"The token {input.Token} is not in the vocabulary of {Config.VocabularySize}.");
        }

        if (input.Position != state.Length)
        {
            throw new ArgumentException($"The position {input.Position} is not the next of a sequence of {state.Length} tokens.");
        }

        if (state.Length >= state.MaxTokens)
        {
            throw new ArgumentException($"The sequence was opened for {state.MaxTokens} tokens and holds them all.");
        }
    }

    private SequenceState Find(SequenceHandle sequence) =>
        _sequences.TryGetValue(sequence, out var state) ? state : throw new ArgumentException("The sequence is not open.", nameof(sequence));
}
