using DePin.Sdk.Compute.Generation;
using DePin.Sdk.Compute.Templates;
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
    /// What else goes into their prompts, as with a request; of the additional properties, <see cref="ComputePropertyNames.CacheKey"/> and
    /// <see cref="ComputePropertyNames.Priority"/> count.
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
        int[] tokens = PromptPrefix.Create(CreatePrompt, LocalChatClient.ReadMessages(messages, options));
        var properties = RequestProperties.Read(options?.AdditionalProperties);
        var entry = await ReadAheadAsync(tokens, properties, cancellationToken).ConfigureAwait(false);
        return new PinnedPrefix(Scheduler, entry);
    }

    internal ChatPrompt CreatePrompt(IReadOnlyList<ChatMessage> messages) => ChatPrompt.Create(Tokenizer, Template, messages);

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
            Partition = new PrefixPartition(null, properties.CacheKey),
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
