using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.Inference;

/// <summary>Runs Llama-family models on the processor: weights stay in the file's format, activations are float32.</summary>
/// <remarks>Keeps the file's mapping alive until it is disposed. Used by one thread at a time.</remarks>
public sealed unsafe class CpuModelRunner : IModelRunner
{
    private readonly ModelFile _file;
    private readonly KeyValuePool _pool;
    private readonly ThreadTeam _team;
    private readonly TransformerPass _pass;
    private readonly Dictionary<SequenceHandle, SequenceState> _sequences = [];
    private long _lastId;
    private bool _disposed;

    /// <summary>Binds the weights of a file; nothing is copied but small vectors.</summary>
    /// <param name="file">An open model file.</param>
    /// <param name="options">Bounds; the defaults when null.</param>
    /// <exception cref="ModelFormatException">A hyper-parameter or a tensor is missing or of the wrong shape.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public CpuModelRunner(ModelFile file, ModelRunnerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        options ??= new ModelRunnerOptions();
        options.Validate();
        Config = file.Config;
        var weights = new ModelWeights(file, Config);
        MaxSequences = options.MaxSequences;
        MaxBatchTokens = options.MaxBatchTokens;
        ContextLength = Math.Min(options.ContextLength ?? int.MaxValue, Config.ContextLength);
        _file = file;
        file.AddReference();
        _pool = new KeyValuePool(Config, options.KeyValueMemoryBytes);
        _team = new ThreadTeam(options.Budget.Threads);
        _pass = new TransformerPass(Config, weights, _team, MaxBatchTokens);
    }

    /// <inheritdoc/>
    public ModelConfig Config { get; }

    /// <inheritdoc/>
    public int ContextLength { get; }

    /// <inheritdoc/>
    public int MaxSequences { get; }

    /// <inheritdoc/>
    public int MaxBatchTokens { get; }

    /// <inheritdoc/>
    public SequenceHandle OpenSequence(int maxTokens, LoraAdapter? adapter = null)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxTokens, ContextLength);
        int pages = KeyValuePool.PagesFor(maxTokens);
        if (!_pool.TryReserve(pages))
        {
            throw new InferenceException(
                InferenceErrorCode.OutOfKeyValueMemory,
                $"A sequence of {maxTokens} tokens needs {pages} pages of keys and values; {_pool.MaxPages} exist, and too many of them are in use.");
        }

        var handle = new SequenceHandle(++_lastId);
        _sequences.Add(handle, new SequenceState(maxTokens));
        return handle;
    }

    /// <inheritdoc/>
    public SequenceHandle Fork(SequenceHandle source, int length, int maxTokens)
    {
        var from = Find(source);
        var handle = OpenSequence(maxTokens);
        var state = Find(handle);
        for (int i = 0; i < KeyValuePool.PagesFor(length); i++)
        {
            var page = _pool.Take();
            new Span<float>(from.Pages[i].Pointer, (int)page.Length).CopyTo(new Span<float>(page.Pointer, (int)page.Length));
            state.Pages.Add(page);
        }

        state.Length = length;
        return handle;
    }

    /// <inheritdoc/>
    public void Resize(SequenceHandle sequence, int maxTokens)
    {
        var state = Find(sequence);
        _pool.Unreserve(state.ReservedPages);
        if (!_pool.TryReserve(KeyValuePool.PagesFor(maxTokens)))
        {
            _pool.TryReserve(state.ReservedPages);
            throw new InferenceException(InferenceErrorCode.OutOfKeyValueMemory, "No memory.");
        }

        state.MaxTokens = maxTokens;
    }

    /// <inheritdoc/>
    public void Save(SequenceHandle sequence, Stream destination)
    {
        var state = Find(sequence);
        destination.Write(BitConverter.GetBytes(state.Length));
        foreach (var page in state.Pages)
        {
            destination.Write(new ReadOnlySpan<byte>(page.Pointer, (int)page.Length * 4));
        }
    }

    /// <inheritdoc/>
    public SequenceHandle Restore(Stream source, int maxTokens, LoraAdapter? adapter = null)
    {
        var handle = OpenSequence(maxTokens, adapter);
        var state = Find(handle);
        var bytes = new byte[4];
        source.ReadExactly(bytes);
        state.Length = BitConverter.ToInt32(bytes);
        for (int i = 0; i < KeyValuePool.PagesFor(state.Length); i++)
        {
            var page = _pool.Take();
            source.ReadExactly(new Span<byte>(page.Pointer, (int)page.Length * 4));
            state.Pages.Add(page);
        }

        return handle;
    }

    /// <inheritdoc/>
    public int GetLength(SequenceHandle sequence) => Find(sequence).Length;

    /// <inheritdoc/>
    public void Truncate(SequenceHandle sequence, int length)
    {
        var state = Find(sequence);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, state.Length);
        state.Length = length;
    }

    /// <inheritdoc/>
    public void CloseSequence(SequenceHandle sequence)
    {
        if (_sequences.Remove(sequence, out var state))
        {
            foreach (var page in state.Pages)
            {
                _pool.Return(page);
            }

            _pool.Unreserve(state.ReservedPages);
        }
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
            long wanted = 0;
            for (; added < batch.Length; added++)
            {
                var input = batch[added];
                var state = Find(input.Sequence);
                Check(input, state);
                if (state.Length == state.Pages.Count * KeyValuePool.PageTokens)
                {
                    state.Pages.Add(_pool.Take());
                }

                _pass.SetToken(added, input.Token, input.Position, state);
                state.Length++;
                wanted += input.WantsLogits ? Config.VocabularySize : 0;
            }

            if (logits.Length < wanted)
            {
                throw new ArgumentException($"There must be room for {wanted} logits.", nameof(logits));
            }

            _pass.Run(batch, logits, hidden);
        }
        catch
        {
            while (--added >= 0)
            {
                Find(batch[added].Sequence).Length--;
            }

            throw;
        }
    }

    /// <summary>Stops the threads and frees all sequences.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        foreach (var sequence in _sequences.Keys.ToArray())
        {
            CloseSequence(sequence);
        }

        _team.Dispose();
        _pass.Dispose();
        _pool.Dispose();
        _file.Release();
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
