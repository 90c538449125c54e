using System.Diagnostics;
using System.Runtime.CompilerServices;
using DePin.Sdk.Compute.Diagnostics;
using DePin.Sdk.Compute.Generation;
using DePin.Sdk.Compute.Grammars;
using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Sampling;
using DePin.Sdk.Compute.Templates;
using DePin.Sdk.Compute.ToolCalls;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute;

/// <summary>A chat client over a model on this machine.</summary>
/// <remarks>
/// <para>
/// A conversation whose last message is the assistant's is continued inside that message, with nothing put between: a client that
/// sends the text received so far gets the rest, and with the same seed and model the text that an unbroken run would have given.
/// </para>
/// <para>
/// Honoured options: Instructions, Tools, ToolMode, AllowMultipleToolCalls, Reasoning.Effort, ResponseFormat, Temperature, TopP, TopK, MaxOutputTokens, StopSequences, Seed, FrequencyPenalty, PresencePenalty,
/// and the additional properties of <see cref="ComputePropertyNames"/>. An answer that fills the context ends with
/// <see cref="ChatFinishReason.Length"/>; a prompt that does is refused. Safe for concurrent use.
/// </para>
/// <para>
/// Functions in Tools are described to the model as its chat template does it, or in plain words where the template has none for them.
/// Its calls come as <see cref="FunctionCallContent"/>, each in one update, and are never run here; text that only looks like a call
/// stays text. With a required ToolMode the answer is one call whose arguments follow the function's schema, and ResponseFormat does not
/// apply. What a model thinks before it answers comes as <see cref="TextReasoningContent"/>.
/// </para>
/// </remarks>
public sealed class LocalChatClient : IChatClient
{
    private const string ProviderName = "depin.compute";

    private readonly LocalModel _model;
    private readonly bool _ownsModel;
    private readonly ChatClientMetadata _metadata;

    /// <summary>Creates a client of an open model; the model is not disposed with it.</summary>
    /// <param name="model">The model.</param>
    public LocalChatClient(LocalModel model) : this(model, ownsModel: false)
    {
    }

    private LocalChatClient(LocalModel model, bool ownsModel)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _ownsModel = ownsModel;
        _metadata = new ChatClientMetadata(ProviderName, null, model.ModelId);
    }

    /// <summary>Opens a model and creates a client that owns the model.</summary>
    /// <param name="path">Path of a GGUF file, or of a folder in the Hugging Face layout; see <see cref="Models.ModelFile.Open"/>.</param>
    /// <param name="options">The defaults when null.</param>
    /// <returns>The client; dispose it to free the model.</returns>
    /// <exception cref="ModelFormatException">The file is damaged or uses something unsupported.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static LocalChatClient Load(string path, LocalModelOptions? options = null) => new(LocalModel.Load(path, options), ownsModel: true);

    /// <inheritdoc/>
    /// <exception cref="InferenceException">The prompt does not fit, too many requests run, or the engine failed.</exception>
    /// <exception cref="ChatTemplateException">The model's chat template refuses the conversation.</exception>
    /// <exception cref="GrammarException">The grammar or the JSON schema that the answer is to follow is malformed or not supported.</exception>
    /// <exception cref="NotSupportedException">Tools other than functions are offered, or a message holds content other than text, calls and results.</exception>
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        List<AIContent> contents = [];
        var response = new ChatResponse { AdditionalProperties = [] };
        List<TokenLogProbability> logProbs = [];
        int outputTokens = 0;
        await foreach (var update in GetStreamingResponseAsync(messages, options, cancellationToken).ConfigureAwait(false))
        {
            AnswerContents.Add(contents, update.Contents);
            response.ResponseId = update.ResponseId;
            response.ModelId = update.ModelId;
            response.FinishReason = update.FinishReason;
            response.Usage = update.Contents.OfType<UsageContent>().FirstOrDefault()?.Details;
            if (update.AdditionalProperties is { } properties)
            {
                outputTokens += properties.TryGetValue(ComputePropertyNames.OutputTokens, out int tokens) ? tokens : 0;
                if (properties.TryGetValue(ComputePropertyNames.TokenLogProbs, out IReadOnlyList<TokenLogProbability>? some))
                {
                    logProbs.AddRange(some);
                    response.AdditionalProperties[ComputePropertyNames.TokenLogProbs] = logProbs;
                }

                if (properties.TryGetValue(ComputePropertyNames.InputTokens, out int inputTokens))
                {
                    response.AdditionalProperties[ComputePropertyNames.InputTokens] = inputTokens;
                }
            }
        }

        response.AdditionalProperties[ComputePropertyNames.OutputTokens] = outputTokens;
        response.Messages.Add(new ChatMessage(ChatRole.Assistant, AnswerContents.Join(contents)) { MessageId = response.ResponseId });
        return response;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Each update carries the text, the reasoning or the call that a token completed, and how many tokens it stands for
    /// (<see cref="ComputePropertyNames"/>); the last one carries the usage and the finish reason. Generation runs at most a few tokens ahead of the reader.
    /// </remarks>
    /// <exception cref="InferenceException">The prompt does not fit, too many requests run, or the engine failed.</exception>
    /// <exception cref="ChatTemplateException">The model's chat template refuses the conversation.</exception>
    /// <exception cref="GrammarException">The grammar or the JSON schema that the answer is to follow is malformed or not supported.</exception>
    /// <exception cref="NotSupportedException">Tools other than functions are offered, or a message holds content other than text, calls and results.</exception>
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return StreamAsync(messages, options, cancellationToken);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType == typeof(LocalModel) ? _model
            : serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <summary>Frees the model if this client opened it.</summary>
    public void Dispose()
    {
        if (_ownsModel)
        {
            _model.Dispose();
        }
    }

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var activity = ComputeDiagnostics.StartChat(_model.ModelId, ProviderName);
        long startedAt = Stopwatch.GetTimestamp();
        var request = ChatRequest.Read(options, _model.Sampling);
        var conversation = ReadMessages(messages, options);
        var required = request.Tools.IsRequired ? RequiredCall.Create(_model.AnswerSyntax.Calls, request.Tools.Functions) : null;
        var prompt = _model.CreatePrompt(conversation, _model.CreateExtras(request.Tools, options) with { Opening = required?.Opening ?? TemplateText.Empty });
        var sequence = CreateSequence(_model, request, prompt, _model.Lookahead, required);
        var updates = new UpdateFactory(_model, prompt.Tokens.Length, sequence);
        var answer = CreateReader(request, required, prompt, conversation, updates);
        var scheduler = _model.Scheduler;
        scheduler.Submit(sequence);
        using var registration = cancellationToken.UnsafeRegister(_ => scheduler.Cancel(sequence), null);
        try
        {
            while (!answer.IsStopped && await sequence.Tokens.WaitToReadAsync().ConfigureAwait(false))
            {
                while (!answer.IsStopped && sequence.Tokens.TryRead(out int token))
                {
                    scheduler.Wake();
                    bool isFirst = updates.OutputTokens == 0;
                    foreach (var update in answer.Append(token))
                    {
                        if (isFirst)
                        {
                            isFirst = false;
                            ComputeDiagnostics.RecordFirstToken(_model.ModelId, Stopwatch.GetElapsedTime(startedAt));
                        }

                        yield return update;
                    }
                }
            }

            cancellationToken.ThrowIfCancellationRequested();
            foreach (var update in answer.Finish())
            {
                yield return update;
            }

            bool stopped = answer.IsStopped || sequence.EndedByModel;
            var reason = !stopped ? ChatFinishReason.Length : answer.HasCalls ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop;
            yield return updates.Final(reason, sequence.CachedTokens);
        }
        finally
        {
            // The next request must find the place free, so the end waits until the engine has let go; that is one pass at most.
            scheduler.Cancel(sequence);
            await sequence.Released.ConfigureAwait(false);
            activity?.SetTag(ComputeDiagnostics.InputTokens, prompt.Tokens.Length);
            activity?.SetTag(ComputeDiagnostics.CachedTokens, sequence.CachedTokens);
            activity?.SetTag(ComputeDiagnostics.OutputTokens, updates.OutputTokens);
            ComputeDiagnostics.RecordEnd(_model.ModelId, Stopwatch.GetElapsedTime(startedAt), prompt.Tokens.Length, updates.OutputTokens);
        }
    }

    internal static List<ChatMessage> ReadMessages(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        List<ChatMessage> list = [.. messages];
        if (!string.IsNullOrEmpty(options?.Instructions))
        {
            list.Insert(0, new ChatMessage(ChatRole.System, options.Instructions));
        }

        return list;
    }

    private AnswerReader CreateReader(ChatRequest request, RequiredCall? required, ChatPrompt prompt, List<ChatMessage> conversation, UpdateFactory updates)
    {
        var syntax = _model.AnswerSyntax;
        bool hasBegun = prompt.AnswerStart < prompt.Tokens.Length;
        var reasoning = new ReasoningSplitter(syntax.Reasoning, prompt.IsReasoning, hasBegun);
        ToolCallParser? calls = null;
        if (request.Tools.Functions.Count > 0)
        {
            calls = new ToolCallParser(required?.Syntax ?? syntax.Calls, request.Tools.Functions);
            calls.Append(required?.Opening.Value ?? "", []);
        }

        return new AnswerReader(
            new AnswerText(_model.Tokenizer, request.Stops, calls is null ? syntax.ReasoningMarkers : syntax.CallMarkers),
            new AnswerParser(reasoning, calls),
            updates,
            new CallIds(conversation),
            request.Tools.AllowsSeveral);
    }

    internal static GenerationSequence CreateSequence(
        LocalModel model, ChatRequest request, ChatPrompt prompt, int lookahead = GenerationSequence.DefaultLookahead, RequiredCall? required = null)
    {
        int room = model.ContextLength - prompt.Tokens.Length;
        if (room < 1)
        {
            throw new InferenceException(
                InferenceErrorCode.ContextOverflow,
                $"The prompt has {prompt.Tokens.Length} tokens; with a context of {model.ContextLength} tokens it may have {model.ContextLength - 1}.");
        }

        // What the answer is made to begin with is no part of what the grammar of a call describes.
        var begun = required is null ? prompt.Tokens.AsSpan(prompt.AnswerStart) : [];
        var constraint = (required?.Grammar ?? request.Grammar) is { } source ? GrammarConstraint.Create(model.Grammars.Find(source), begun) : null;
        var sampler = new Sampler(request.Sampling, constraint);
        foreach (int token in prompt.Tokens.AsSpan(prompt.AnswerStart))
        {
            sampler.Accept(token);
        }

        return new GenerationSequence(prompt.Tokens, Math.Min(request.MaxOutputTokens ?? room, room), sampler)
        {
            Lookahead = lookahead,
            Priority = request.Properties.Priority,
            Partition = model.PartitionOf(request.Properties),
            LogProbs = request.Properties.LogProbs,
        };
    }
}
