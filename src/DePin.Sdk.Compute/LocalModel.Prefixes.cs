using DePin.Sdk.Compute.Generation;
using DePin.Sdk.Compute.Templates;
using DePin.Sdk.Compute.ToolCalls;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute;

public sealed partial class LocalModel
{
    /// <summary>Reads the beginning of conversations ahead and keeps it, so that requests which begin so answer at once.</summary>
    /// <remarks>
    /// A persona for example: its system message, and examples of what it says. It is given up by nothing but <see cref="PinnedPrefix.Dispose"/>,
    /// and counts towards the limits of memory and of <see cref="LocalModelOptions.PrefixCacheTokens"/>.
    /// </remarks>
    /// <param name="messages">The messages that conversations begin with.</param>
    /// <param name="options">
    /// What else goes into their prompts, as with a request; of the additional properties, <see cref="ComputePropertyNames.CacheKey"/>,
    /// <see cref="ComputePropertyNames.Adapter"/> and <see cref="ComputePropertyNames.Priority"/> count.
    /// </param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>What is kept; dispose it when no conversation needs it any more.</returns>
    /// <exception cref="InferenceException">It does not fit, too many requests run, or the engine failed.</exception>
    /// <exception cref="ChatTemplateException">The model's chat template refuses the messages.</exception>
    public async Task<PinnedPrefix> PreloadAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        cancellationToken.ThrowIfCancellationRequested();
        var extras = CreateExtras(ToolRequest.Read(options), options);
        int[] tokens = PromptPrefix.Create(m => CreatePrompt(m, extras), LocalChatClient.ReadMessages(messages, options));
        return await PreloadTokensAsync(tokens, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes what the model remembers of a conversation, so that it goes on later without reading it again.</summary>
    /// <remarks>
    /// Computes nothing, so it works while the model is paused, and takes as long as copying the state does. Covers the longest beginning
    /// of the conversation that is at hand, which after an answer is all but its last token; what is missing is read when the conversation
    /// goes on. The state is not encrypted, and shows the conversation to whoever has the model.
    /// </remarks>
    /// <param name="messages">The conversation so far.</param>
    /// <param name="destination">Where to write.</param>
    /// <param name="options">The options that the conversation runs with.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <returns>How many tokens of the conversation were saved; 0 when it is not at hand.</returns>
    /// <exception cref="ChatTemplateException">The model's chat template refuses the conversation.</exception>
    /// <exception cref="InferenceException">The memory for a copy is taken by running requests.</exception>
    public async Task<int> SaveStateAsync(
        IEnumerable<ChatMessage> messages, Stream destination, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ArgumentNullException.ThrowIfNull(destination);
        cancellationToken.ThrowIfCancellationRequested();
        var extras = CreateExtras(ToolRequest.Read(options), options);
        int[] tokens = PromptPrefix.Create(m => CreatePrompt(m, extras), LocalChatClient.ReadMessages(messages, options));
        return await SaveTokensAsync(tokens, destination, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes over what <see cref="SaveStateAsync"/> wrote: a request that continues that conversation need not read it again.</summary>
    /// <remarks>Reads exactly what was written, and computes nothing. Files may come from anybody; a forged one can make the model say anything, but no more.</remarks>
    /// <param name="source">Where to read.</param>
    /// <param name="options">The options that the conversation runs with: <see cref="ComputePropertyNames.Adapter"/> and <see cref="ComputePropertyNames.CacheKey"/> count.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>What is kept; dispose it when the conversation has gone on, or is not wanted any more.</returns>
    /// <exception cref="ModelFormatException">The state is damaged, or of another model or adapter.</exception>
    /// <exception cref="InferenceException">The memory is taken by running requests.</exception>
    public async Task<PinnedPrefix> RestoreStateAsync(Stream source, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        var partition = PartitionOf(RequestProperties.Read(options?.AdditionalProperties));
        var limits = new StateLimits(ContextLength, _stateBytes, Tokenizer.VocabularySize);
        using var state = new SegmentedBuffer();
        int[] tokens = await StateFile.ReadAsync(
            source, _fingerprint.Value, StateFingerprint.Of(partition.Adapter), limits, state, cancellationToken).ConfigureAwait(false);
        return tokens.Length == 0
            ? new PinnedPrefix(Scheduler, null)
            : new PinnedPrefix(Scheduler, await Scheduler.RestoreAsync(partition, tokens, state).ConfigureAwait(false));
    }

    internal async Task<PinnedPrefix> PreloadTokensAsync(int[] tokens, ChatOptions? options, CancellationToken cancellationToken)
    {
        var properties = RequestProperties.Read(options?.AdditionalProperties);
        var entry = await ReadAheadAsync(tokens, properties, cancellationToken).ConfigureAwait(false);
        return new PinnedPrefix(Scheduler, entry);
    }

    internal async Task<int> SaveTokensAsync(int[] tokens, Stream destination, ChatOptions? options, CancellationToken cancellationToken)
    {
        var partition = PartitionOf(RequestProperties.Read(options?.AdditionalProperties));
        using var state = new SegmentedBuffer();
        int count = await Scheduler.SaveAsync(partition, tokens, state).ConfigureAwait(false);
        await StateFile.WriteAsync(
            destination, _fingerprint.Value, StateFingerprint.Of(partition.Adapter), tokens.AsMemory(0, count), state, cancellationToken).ConfigureAwait(false);
        return count;
    }

    /// <summary>Whose cached beginnings a request shares.</summary>
    /// <exception cref="ArgumentException">There is no adapter of that name.</exception>
    internal PrefixPartition PartitionOf(RequestProperties properties)
    {
        if (properties.Adapter is not { } name)
        {
            return new PrefixPartition(null, properties.CacheKey);
        }

        return _adapters.TryGetValue(name, out var adapter)
            ? new PrefixPartition(adapter, properties.CacheKey)
            : throw new ArgumentException($"This model has no adapter '{name}'; it has {(_adapters.Count == 0 ? "none" : string.Join(", ", _adapters.Keys))}.");
    }

    internal PromptExtras CreateExtras(ToolRequest tools, ChatOptions? options) =>
        new(tools.Functions, TemplateVariables.Read(options)) { Reasoning = AnswerSyntax.Reasoning };

    internal ChatPrompt CreatePrompt(IReadOnlyList<ChatMessage> messages, PromptExtras? extras = null) => ChatPrompt.Create(Tokenizer, Template, messages, extras);

    private async Task<CachedPrefix> ReadAheadAsync(int[] tokens, RequestProperties properties, CancellationToken cancellationToken)
    {
        if (tokens.Length == 0)
        {
            throw new ArgumentException("Conversations that begin with these messages have no token in common.", nameof(tokens));
        }

        if (tokens.Length > ContextLength)
        {
            throw new InferenceException(
                InferenceErrorCode.ContextOverflow, $"The messages have {tokens.Length} tokens; the context holds {ContextLength}.");
        }

        var sequence = new GenerationSequence(tokens, maxNewTokens: 0, sampler: null)
        {
            Priority = properties.Priority,
            Partition = PartitionOf(properties),
            IsPinning = true,
        };
        Scheduler.Submit(sequence);
        using (cancellationToken.UnsafeRegister(_ => Scheduler.Cancel(sequence), null))
        {
            await sequence.Released.ConfigureAwait(false);
        }

        await sequence.Tokens.WaitToReadAsync().ConfigureAwait(false);
        if (sequence.Pinned is { } entry)
        {
            return entry;
        }

        cancellationToken.ThrowIfCancellationRequested();
        throw new InferenceException("The engine gave up what it had read.");
    }
}
