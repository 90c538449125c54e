using System.Runtime.InteropServices;
using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Models;
using DePin.Sdk.Compute.TorchSharp.Internal;
using TorchSharp;

namespace DePin.Sdk.Compute.TorchSharp;

/// <summary>Runs a model on a GPU, or on the processor, by TorchSharp.</summary>
/// <remarks>
/// <para>
/// Unlike the CPU engine it does not give the same numbers bit for bit however tokens are cut into batches: the library chooses
/// its kernels, and with them the order of sums, by the shapes of a batch. What holds: the same calls on the same device with the same
/// libraries give results within rounding of each other (about 1e-4 of the logits' range in single precision, 1e-2 in 16 bits), and a restored state has exactly
/// the bits that were saved. A request with a seed may therefore get another answer beside other requests than alone.
/// </para>
/// <para>Weights are copied to the device; the model file is not needed afterwards. Used by one thread at a time.</para>
/// </remarks>
public sealed class TorchModelRunner : IModelRunner
{
    // More would be pages that no mix of running and remembered sequences comes to use, in a slab that is taken at once.
    private const int SlabPerSequence = 4;

    private readonly TorchDevice _device;
    private readonly TorchModel _model;
    private readonly KeyValueSlab _slab;
    private readonly TorchPass _pass;
    private readonly Dictionary<SequenceHandle, TorchSequence> _sequences = [];
    private long _lastId;
    private bool _disposed;

    private TorchModelRunner(ModelFile file, ModelRunnerOptions bounds, TorchRunnerOptions options)
    {
        Config = file.Config;
        MaxSequences = bounds.MaxSequences;
        MaxBatchTokens = bounds.MaxBatchTokens;
        ContextLength = Math.Min(bounds.ContextLength ?? int.MaxValue, Config.ContextLength);
        _device = TorchDevice.Open(options);
        if (!_device.IsCuda)
        {
            torch.set_num_threads(bounds.Threads);
        }

        try
        {
            long limit = MemoryLimit(_device, bounds, options);
            RefuseTooLarge(limit, file.Tensors.Values.Sum(t => (long)t.Rows * t.Columns) * _device.ElementBytes, bounds);
            _model = new TorchModel(file, ContextLength, _device, bounds.LoadProgress);
            _slab = new KeyValueSlab(Config, SlabPages(limit, bounds), _device);
            _pass = new TorchPass(Config, _model, _slab, _device);
        }
        catch (ExternalException e)
        {
            Free();
            throw _device.Explain(e, "loading the model");
        }
        catch
        {
            Free();
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

    /// <summary>The device that it runs on: <c>cpu</c> or <c>cuda:N</c>.</summary>
    public string Device => _device.Device.ToString();

    /// <summary>The number format of weights, keys and values; never <see cref="TorchDataType.Automatic"/>.</summary>
    public TorchDataType DType => _device.Type switch
    {
        torch.ScalarType.BFloat16 => TorchDataType.BFloat16,
        torch.ScalarType.Float16 => TorchDataType.Float16,
        _ => TorchDataType.Float32,
    };

    /// <summary>Bytes that weights, and the slab of keys and values, take on the device.</summary>
    public long AllocatedBytes => _model.Bytes + ((long)_slab.PageBytes * _slab.Pages);

    /// <summary>Copies a model to a device, a few rows of weights at a time; quantized weights are expanded to the number format.</summary>
    /// <param name="file">An open model; may be disposed afterwards.</param>
    /// <param name="bounds">
    /// Bounds; the defaults when null. Of them <see cref="ModelRunnerOptions.KeyValueType"/> is not used, and <see cref="ModelRunnerOptions.Threads"/>
    /// is, on the processor, for all of TorchSharp in this process. Keys and values are taken at once.
    /// </param>
    /// <param name="options">Where and how to compute; the defaults when null.</param>
    /// <returns>The runner; dispose it to free the device's memory.</returns>
    /// <exception cref="ModelFormatException">A hyper-parameter or a tensor is missing, of the wrong shape or of an unsupported type.</exception>
    /// <exception cref="InferenceException">The device or its libraries are missing, it does not compute with the format, or its memory is too small.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static TorchModelRunner Load(ModelFile file, ModelRunnerOptions? bounds = null, TorchRunnerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        bounds ??= new ModelRunnerOptions();
        options ??= new TorchRunnerOptions();
        bounds.Validate();
        options.Validate();
        return new TorchModelRunner(file, bounds, options);
    }

    /// <inheritdoc/>
    public SequenceHandle OpenSequence(int maxTokens, LoraAdapter? adapter = null) => Add(Open(maxTokens, adapter));

    /// <inheritdoc/>
    public SequenceHandle Fork(SequenceHandle source, int length, int maxTokens)
    {
        var from = Find(source);
        CheckLength(maxTokens);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Math.Min(from.Length, maxTokens));
        var sequence = new TorchSequence(_slab, from.Adapter);
        sequence.Open(maxTokens, length);
        try
        {
            sequence.TakeOver(from, length);
        }
        catch (ExternalException e)
        {
            sequence.Close();
            throw _device.Explain(e, "copying a sequence");
        }

        return Add(sequence);
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
        new TorchStateFormat(Config, _slab, _device).Write(Find(sequence), destination);
    }

    /// <inheritdoc/>
    public SequenceHandle Restore(Stream source, int maxTokens, LoraAdapter? adapter = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        var sequence = Open(maxTokens, adapter);
        try
        {
            new TorchStateFormat(Config, _slab, _device).Read(sequence, source);
        }
        catch
        {
            sequence.Close();
            throw;
        }

        return Add(sequence);
    }

    /// <inheritdoc/>
    /// <exception cref="InferenceException">The device ran out of memory or failed; the sequences are as they were.</exception>
    public void Forward(ReadOnlySpan<TokenInput> batch, Span<float> logits, Span<float> hidden = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (batch.IsEmpty || batch.Length > MaxBatchTokens)
        {
            throw new ArgumentException($"A batch has 1 to {MaxBatchTokens} tokens.", nameof(batch));
        }

        long[] tokens = new long[batch.Length];
        List<BatchSegment> segments = [];
        List<int> logitTokens = [];
        List<int> hiddenTokens = [];
        int added = 0;
        try
        {
            for (; added < batch.Length; added++)
            {
                ref readonly var input = ref batch[added];
                var sequence = Find(input.Sequence);
                Check(input, sequence);
                sequence.Append();
                tokens[added] = input.Token;
                if (segments.Count > 0 && segments[^1].Sequence == sequence)
                {
                    segments[^1] = segments[^1] with { Count = segments[^1].Count + 1 };
                }
                else
                {
                    segments.Add(new BatchSegment(sequence, added, 1, input.Position));
                }

                Note(input.WantsLogits, added, logitTokens);
                Note(input.WantsHidden, added, hiddenTokens);
            }

            CheckRoom(logits.Length, logitTokens.Count, Config.VocabularySize, nameof(logits));
            CheckRoom(hidden.Length, hiddenTokens.Count, Config.EmbeddingLength, nameof(hidden));
            _pass.Run(tokens, segments, logitTokens, hiddenTokens, logits, hidden);
        }
        catch (Exception e)
        {
            while (--added >= 0)
            {
                var sequence = Find(batch[added].Sequence);
                sequence.Truncate(sequence.Length - 1);
            }

            if (e is ExternalException)
            {
                throw _device.Explain(e, $"running {batch.Length} tokens");
            }

            throw;
        }
    }

    /// <summary>Frees all sequences and weights.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _sequences.Clear();
            Free();
        }
    }

    private static void Note(bool isWanted, int token, List<int> wanted)
    {
        if (isWanted)
        {
            wanted.Add(token);
        }
    }

    private static void CheckRoom(int room, int rows, int width, string name)
    {
        if (room < (long)rows * width)
        {
            throw new ArgumentException($"There must be room for {(long)rows * width} numbers.", name);
        }
    }

    /// <summary>Bytes that the runner may take on the device.</summary>
    private static long MemoryLimit(TorchDevice device, ModelRunnerOptions bounds, TorchRunnerOptions options)
    {
        long limit = bounds.MemoryLimitBytes ?? long.MaxValue;
        return device.ReadMemory() is { } memory ? Math.Min(limit, Math.Min((long)(memory.Total * options.MemoryFraction), memory.Free)) : limit;
    }

    private void RefuseTooLarge(long limit, long weights, ModelRunnerOptions bounds)
    {
        long working = Working(bounds);
        if (limit - weights - working < KeyValueSlab.BytesOfPage(Config, _device))
        {
            throw new InferenceException(
                InferenceErrorCode.MemoryLimit,
                $"{Device} has {limit} bytes for the model, which leaves no room for a context: the weights take {weights} bytes in {DType} and a batch of {bounds.MaxBatchTokens} tokens about {working}. Raise MemoryFraction or MemoryLimitBytes, choose a 16-bit DType or a smaller model, or free the memory that other processes hold.");
        }
    }

    /// <summary>An upper estimate of what a step needs besides.</summary>
    private long Working(ModelRunnerOptions bounds) => sizeof(float) * (
        (bounds.MaxBatchTokens * 8L * (Config.EmbeddingLength + Config.FeedForwardLength + (Config.HeadCount * Config.HeadLength)))
        + (2L * Math.Min(bounds.MaxSequences, bounds.MaxBatchTokens) * Config.VocabularySize));

    private int SlabPages(long limit, ModelRunnerOptions bounds)
    {
        long page = KeyValueSlab.BytesOfPage(Config, _device);
        long bytes = Math.Min(bounds.KeyValueMemoryBytes, limit - _model.Bytes - Working(bounds));
        long useful = (long)SlabPerSequence * MaxSequences * KeyValueSlab.PagesFor(ContextLength);
        if (bytes < page)
        {
            throw new InferenceException(
                InferenceErrorCode.MemoryLimit,
                $"{Device} has {bytes} bytes left for keys and values, less than one page of {page}. Raise KeyValueMemoryBytes, MemoryFraction or MemoryLimitBytes, or choose a smaller model.");
        }

        return (int)Math.Min(Math.Min(bytes / page, useful), int.MaxValue / KeyValueSlab.PageTokens);
    }

    private TorchSequence Open(int maxTokens, LoraAdapter? adapter)
    {
        CheckLength(maxTokens);
        if (adapter is not null)
        {
            _pass.Bind(adapter);
        }

        var sequence = new TorchSequence(_slab, adapter);
        sequence.Open(maxTokens, sharedTokens: 0);
        return sequence;
    }

    private SequenceHandle Add(TorchSequence sequence)
    {
        var handle = new SequenceHandle(++_lastId);
        _sequences.Add(handle, sequence);
        return handle;
    }

    private void CheckLength(int maxTokens)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxTokens, ContextLength);
    }

    private void Check(in TokenInput input, TorchSequence sequence)
    {
        if ((uint)input.Token >= (uint)Config.VocabularySize)
        {
            throw new ArgumentException($"The token {input.Token} is not in the vocabulary of {Config.VocabularySize}.");
        }

        if (input.Position != sequence.Length)
        {
            throw new ArgumentException($"The position {input.Position} is not the next of a sequence of {sequence.Length} tokens.");
        }

        if (sequence.Length >= sequence.MaxTokens)
        {
            throw new ArgumentException($"The sequence was opened for {sequence.MaxTokens} tokens and holds them all.");
        }
    }

    private TorchSequence Find(SequenceHandle sequence) =>
        _sequences.TryGetValue(sequence, out var state) ? state : throw new ArgumentException("The sequence is not open.", nameof(sequence));

    private void Free()
    {
        _pass?.Dispose();
        _slab?.Dispose();
        _model?.Dispose();
    }
}
