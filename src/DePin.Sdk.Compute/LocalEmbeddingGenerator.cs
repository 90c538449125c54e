using DePin.Sdk.Compute.Generation;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute;

/// <summary>Makes vectors of texts with a model on this machine.</summary>
/// <remarks>
/// Texts share the passes of the model with each other and with its chats. Honoured options: Dimensions, which keeps the first elements
/// of a vector, and the additional properties <see cref="ComputePropertyNames.Priority"/> and <see cref="ComputePropertyNames.Adapter"/>.
/// Safe for concurrent use.
/// </remarks>
public sealed class LocalEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly LocalModel _model;
    private readonly bool _ownsModel;
    private readonly LocalEmbeddingOptions _options;
    private readonly EmbeddingPooling _pooling;
    private readonly EmbeddingGeneratorMetadata _metadata;

    /// <summary>Creates a generator of an open model; the model is not disposed with it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">The defaults when null.</param>
    public LocalEmbeddingGenerator(LocalModel model, LocalEmbeddingOptions? options = null) : this(model, options, ownsModel: false)
    {
    }

    private LocalEmbeddingGenerator(LocalModel model, LocalEmbeddingOptions? options, bool ownsModel)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _ownsModel = ownsModel;
        _options = options ?? new LocalEmbeddingOptions();
        _pooling = _options.Pooling ?? model.Pooling ?? EmbeddingPooling.Mean;
        _metadata = new EmbeddingGeneratorMetadata("depin.compute", null, model.ModelId, model.Config.EmbeddingLength);
    }

    /// <summary>Opens a model file and creates a generator that owns the model.</summary>
    /// <param name="path">Path of a model file.</param>
    /// <param name="modelOptions">How the model is opened; the defaults when null.</param>
    /// <param name="options">The defaults when null.</param>
    /// <returns>The generator; dispose it to free the model.</returns>
    /// <exception cref="ModelFormatException">The file is damaged or uses something unsupported.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static LocalEmbeddingGenerator Load(string path, LocalModelOptions? modelOptions = null, LocalEmbeddingOptions? options = null) =>
        new(LocalModel.Load(path, modelOptions), options, ownsModel: true);

    /// <inheritdoc/>
    /// <exception cref="InferenceException">A text does not fit the context, too many requests run, or the engine failed.</exception>
    /// <exception cref="ArgumentException">There are not so many dimensions.</exception>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        cancellationToken.ThrowIfCancellationRequested();
        int width = _model.Config.EmbeddingLength;
        int dimensions = options?.Dimensions ?? width;
        if (dimensions < 1 || dimensions > width)
        {
            throw new ArgumentException($"Dimensions must be 1 to {width}, not {dimensions}.", nameof(options));
        }

        var properties = RequestProperties.Read(options?.AdditionalProperties);
        GenerationSequence[] sequences = [.. values.Select(text => CreateSequence(Encode(text), properties))];
        await RunAsync(sequences, properties, cancellationToken).ConfigureAwait(false);
        long tokens = sequences.Sum(sequence => (long)sequence.Prompt.Length);
        return new GeneratedEmbeddings<Embedding<float>>(sequences.Select(sequence =>
            new Embedding<float>(sequence.Hidden!.Finish(dimensions, _options.IsNormalized)) { ModelId = _model.ModelId }))
        {
            Usage = new UsageDetails { InputTokenCount = tokens, TotalTokenCount = tokens },
        };
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
            : serviceType == typeof(LocalModel) ? _model
            : serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <summary>Frees the model if this generator opened it.</summary>
    public void Dispose()
    {
        if (_ownsModel)
        {
            _model.Dispose();
        }
    }

    private int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text, "values");
        int[] tokens = _model.Tokenizer.EncodeSequence(text);
        if (tokens.Length == 0)
        {
            throw new ArgumentException("A text is empty, and this model has no token that begins or ends one.", nameof(text));
        }

        if (tokens.Length > _model.ContextLength)
        {
            tokens = _options.TruncatesInput ? Truncate(tokens) : throw new InferenceException(
                InferenceErrorCode.ContextOverflow,
                $"A text has {tokens.Length} tokens; the context holds {_model.ContextLength}. Cut it, or set {nameof(LocalEmbeddingOptions.TruncatesInput)}.");
        }

        return tokens;
    }

    private GenerationSequence CreateSequence(int[] tokens, RequestProperties properties) => new(tokens, maxNewTokens: 0, sampler: null)
    {
        Priority = properties.Priority,
        Partition = _model.PartitionOf(properties),
        UsesCache = false,
        Hidden = new HiddenPool(_pooling, _model.Config.EmbeddingLength),
    };

    /// <summary>Leaves out the end of a text, but not the token that stands for it.</summary>
    private int[] Truncate(int[] tokens)
    {
        int[] kept = tokens[.._model.ContextLength];
        if (_model.Tokenizer.AddsEndOfSequence)
        {
            kept[^1] = tokens[^1];
        }

        return kept;
    }

    /// <summary>Runs as many sequences at a time as leaves places for others.</summary>
    private async Task RunAsync(GenerationSequence[] sequences, RequestProperties properties, CancellationToken cancellationToken)
    {
        int window = Math.Max(_model.MaxSequences / 2, 1);
        int submitted = 0;
        List<int> again = [];
        using var registration = cancellationToken.UnsafeRegister(_ => CancelAll(sequences), null);
        try
        {
            for (int done = 0; done < sequences.Length; done++)
            {
                while (submitted < sequences.Length && submitted < done + window && TrySubmit(sequences[submitted], isAlone: submitted == done))
                {
                    submitted++;
                }

                try
                {
                    await WaitAsync(sequences[done]).ConfigureAwait(false);
                }
                catch (InferenceException e) when (e.Code == InferenceErrorCode.OutOfKeyValueMemory && sequences.Length > 1)
                {
                    again.Add(done);
                }

                cancellationToken.ThrowIfCancellationRequested();
            }

            // Alone they have the memory that the others had.
            foreach (int i in again)
            {
                sequences[i] = CreateSequence(sequences[i].Prompt, properties);
                _model.Scheduler.Submit(sequences[i]);
                await WaitAsync(sequences[i]).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            // Those that are still running when another one failed.
            for (int i = 0; i < submitted; i++)
            {
                _model.Scheduler.Cancel(sequences[i]);
                await sequences[i].Released.ConfigureAwait(false);
            }
        }
    }

    private void CancelAll(GenerationSequence[] sequences)
    {
        foreach (var sequence in sequences)
        {
            _model.Scheduler.Cancel(sequence);
        }
    }

    private static async Task WaitAsync(GenerationSequence sequence)
    {
        await sequence.Tokens.WaitToReadAsync().ConfigureAwait(false);
        await sequence.Released.ConfigureAwait(false);
    }

    private bool TrySubmit(GenerationSequence sequence, bool isAlone)
    {
        try
        {
            _model.Scheduler.Submit(sequence);
            return true;
        }
        catch (InferenceException e) when (e.Code == InferenceErrorCode.TooManySequences && !isAlone)
        {
            // Its turn comes when one of those before it has ended.
            return false;
        }
    }
}
