using System.Collections.Frozen;
using DePin.Sdk.Compute.Generation;
using DePin.Sdk.Compute.Grammars;
using DePin.Sdk.Compute.Models;
using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Sampling;
using DePin.Sdk.Compute.Templates;
using DePin.Sdk.Compute.ToolCalls;
using DePin.Sdk.Compute.Tokenizers;

namespace DePin.Sdk.Compute;

/// <summary>An open model with its tokenizer, chat template and engine; any number of chat clients may share it.</summary>
/// <remarks>Safe for concurrent use. One thread runs all sequences together, and sleeps when there are none.</remarks>
public sealed partial class LocalModel : IDisposable
{
    // What a runner may write beside keys and values.
    private const int StateHeaderBytes = 64 << 10;

    private readonly ModelFile _file;
    private readonly Lazy<AnswerSyntax> _answerSyntax;
    private readonly FrozenDictionary<string, LoraAdapter> _adapters;
    private readonly Lazy<byte[]> _fingerprint;
    private readonly long _stateBytes;
    private int _disposed;

    private LocalModel(ModelFile file, string? fileName, LocalModelOptions options)
    {
        options.Validate();
        _file = file;
        options.Runner.LoadProgress?.Report(new ModelLoadProgress(ModelLoadStage.Tokenizer, 0, 0, null));
        Tokenizer = file.ReadTokenizer();
        Template = ReadTemplate(file, options.ChatTemplate);
        Grammars = new GrammarCache(Tokenizer);
        _answerSyntax = new Lazy<AnswerSyntax>(() => AnswerSyntax.Create(Tokenizer, Template));
        Sampling = options.Sampling;
        ModelId = options.ModelId ?? fileName ?? file.Name ?? "local";
        var runner = CreateRunner(options, file, options.Runner);
        if (runner.Config.VocabularySize != Tokenizer.VocabularySize)
        {
            int rows = runner.Config.VocabularySize;
            runner.Dispose();
            throw new ModelFormatException(
                $"The embedding has {rows} rows for {Tokenizer.VocabularySize} tokens.", -1, "token_embd.weight");
        }

        Config = runner.Config;
        ContextLength = runner.ContextLength;
        MaxSequences = runner.MaxSequences;
        _adapters = options.Adapters.ToFrozenDictionary(StringComparer.Ordinal);
        Lookahead = GenerationSequence.DefaultLookahead + (options.Speculation.Mode == SpeculationMode.None ? 0 : options.Speculation.MaxTokens);
        _stateBytes = options.Runner.KeyValueMemoryBytes + StateHeaderBytes;
        _fingerprint = new Lazy<byte[]>(() => StateFingerprint.Of(file, ContextLength));
        var drafter = CreateDrafter(options, runner);
        Scheduler = new GenerationScheduler(
            runner,
            Tokenizer.IsEndOfGeneration,
            new GenerationOptions(
                options.Runner.Budget,
                options.MaxQueuedRequests,
                options.PromptChunkTokens,
                CacheTokens(options, Config),
                drafter,
                options.Speculation.MaxTokens));
    }

    /// <summary>The name that the model answers under.</summary>
    public string ModelId { get; }

    /// <summary>The hyper-parameters.</summary>
    public ModelConfig Config { get; }

    /// <summary>The tokenizer.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>The chat template; null for a model that completes text.</summary>
    public ChatTemplate? Template { get; }

    /// <summary>The longest sequence, prompt and answer together, in tokens.</summary>
    public int ContextLength { get; }

    /// <summary>How many requests may run at once; more are refused, or wait where <see cref="LocalModelOptions.MaxQueuedRequests"/> allows it.</summary>
    public int MaxSequences { get; }

    /// <summary>How far an answer may run ahead of its reader, in tokens: with guesses, as far as they reach besides.</summary>
    internal int Lookahead { get; }

    /// <summary>The longest saved state there can be.</summary>
    internal long MaxStateBytes => _stateBytes;

    /// <summary>How the model's file says that states become vectors, if it does.</summary>
    internal EmbeddingPooling? Pooling => _file.Pooling;

    internal SamplingOptions Sampling { get; }

    internal GrammarCache Grammars { get; }

    internal AnswerSyntax AnswerSyntax => _answerSyntax.Value;

    internal GenerationScheduler Scheduler { get; }

    /// <summary>Opens a model.</summary>
    /// <param name="path">Path of a GGUF file, or of a folder in the Hugging Face layout; see <see cref="Models.ModelFile.Open"/>.</param>
    /// <param name="options">The defaults when null.</param>
    /// <returns>The model; dispose it to free its memory.</returns>
    /// <exception cref="ModelFormatException">The file is damaged or uses something unsupported.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static LocalModel Load(string path, LocalModelOptions? options = null) =>
        Create(ModelFile.Open(path), ModelPath.NameOf(path), options);

    /// <summary>Opens a model from a file that is open already.</summary>
    /// <param name="file">The file; from now on it belongs to the model, even when this method throws.</param>
    /// <param name="options">The defaults when null.</param>
    /// <returns>The model; dispose it to free its memory.</returns>
    /// <exception cref="ModelFormatException">The file is damaged or uses something unsupported.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static LocalModel Create(ModelFile file, LocalModelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        return Create(file, null, options);
    }

    /// <summary>Ends all running requests with <see cref="ObjectDisposedException"/> and frees the model.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Scheduler.Dispose();
            _file.Dispose();
        }
    }

    private static LocalModel Create(ModelFile file, string? fileName, LocalModelOptions? options)
    {
        try
        {
            return new LocalModel(file, string.IsNullOrEmpty(fileName) ? null : fileName, options ?? new LocalModelOptions());
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static IModelRunner CreateRunner(LocalModelOptions options, ModelFile file, ModelRunnerOptions bounds) =>
        options.RunnerFactory is { } create ? create(file, bounds) : new CpuModelRunner(file, bounds);

    private static long CacheTokens(LocalModelOptions options, ModelConfig config) =>
        options.PrefixCacheTokens ?? TokensOf(options.Runner.KeyValueMemoryBytes / 2, config, options.Runner.KeyValueType);

    private static long TokensOf(long bytes, ModelConfig config, KeyValueType type)
    {
        // Eight bits have a scale of four bytes for each 32 elements.
        double elementBytes = type == KeyValueType.Q8 ? 1.125 : sizeof(float);
        return (long)(bytes / (2 * elementBytes * config.BlockCount * config.KeyValueHeadCount * config.HeadLength));
    }

    private IDrafter? CreateDrafter(LocalModelOptions options, IModelRunner runner)
    {
        var speculation = options.Speculation;
        if (speculation.Mode != SpeculationMode.DraftModel)
        {
            return speculation.Mode == SpeculationMode.PromptLookup ? new PromptLookup() : null;
        }

        try
        {
            using var file = ModelFile.Open(speculation.DraftModelPath!);
            var draft = CreateRunner(options, file, speculation.DraftRunner(options.Runner));
            if (draft.Config.VocabularySize != runner.Config.VocabularySize || !Tokenizer.HasSameTokens(file.ReadTokenizer()))
            {
                draft.Dispose();
                throw new ArgumentException($"The draft model '{speculation.DraftModelPath}' has another vocabulary than the model.");
            }

            long cached = options.PrefixCacheTokens == 0 ? 0 : TokensOf(speculation.DraftKeyValueMemoryBytes / 2, draft.Config, KeyValueType.F32);
            return new DraftModel(draft, Tokenizer.IsEndOfGeneration, options.PromptChunkTokens, cached);
        }
        catch
        {
            runner.Dispose();
            throw;
        }
    }

    private static ChatTemplate? ReadTemplate(ModelFile file, string? chosen)
    {
        if ((chosen ?? file.ChatTemplate) is not { } source)
        {
            return null;
        }

        try
        {
            return ChatTemplate.Parse(source);
        }
        catch (ChatTemplateException e) when (chosen is null)
        {
            throw new ModelFormatException(e.Message, -1, "tokenizer.chat_template", e);
        }
    }
}
