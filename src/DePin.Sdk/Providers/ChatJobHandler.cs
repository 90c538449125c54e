using System.Globalization;
using System.Runtime.CompilerServices;
using DePin.Sdk.Diagnostics;
using DePin.Sdk.Jobs;
using DePin.Sdk.Providers.Internal;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DePin.Sdk.Providers;

/// <summary>Sells an <see cref="IChatClient"/>: runs jobs of kind <see cref="JobKinds.Chat"/> on it.</summary>
/// <remarks>
/// <para>
/// Usage. A client that counts its tokens (<see cref="TokenCounts"/>) is believed. Otherwise an update with content counts as one output
/// token, and the prompt as one input token for every four bytes of its text in UTF-8, begun ones included. A <see cref="UsageContent"/>
/// corrects both upwards, never downwards: the output at most to the job's <c>max_output_tokens</c>, the input at most to one token for
/// each byte of the job's payload and 32 for the template around each message.
/// </para>
/// <para>
/// Continuation. When the job continues an unfinished answer, the client gets that answer as the last message, and vLLM's
/// <c>continue_final_message</c> (true) and <c>add_generation_prompt</c> (false) in <see cref="ChatOptions.AdditionalProperties"/>. When a
/// client that does not count its tokens begins again all the same, the exact repetition of what was delivered is taken out.
/// </para>
/// <para>
/// Caches. A local model (<c>DePin.Sdk.Compute</c>) is told by <c>cache_key</c> that only jobs which the same channel pays for share what
/// it has read, so that no consumer learns by the time an answer takes what others have asked; free jobs share nothing, unless they name
/// a <c>cache_key</c> of their own. A consumer's <c>priority</c> is not passed on.
/// </para>
/// </remarks>
public sealed class ChatJobHandler : IJobHandler
{
    private const string LocalProviderName = "depin.compute";
    private const string CacheKey = "cache_key";

    private readonly IChatClient _client;
    private readonly string? _modelId;
    private readonly int _maxOutputTokens;
    private readonly ILogger _logger;

    /// <summary>Sells a chat client.</summary>
    /// <param name="client">What answers. It stays the caller's to dispose.</param>
    /// <param name="modelId">What the client calls the model; null for the client's own default.</param>
    /// <param name="maxOutputTokens">The longest answer that is given, whatever a job asks for; 0 for no limit.</param>
    /// <param name="logger">Gets prompts and answers at Trace, and nothing else.</param>
    public ChatJobHandler(IChatClient client, string? modelId = null, int maxOutputTokens = 0, ILogger<ChatJobHandler>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentOutOfRangeException.ThrowIfNegative(maxOutputTokens);
        _client = client;
        _modelId = modelId;
        _maxOutputTokens = maxOutputTokens;
        _logger = logger ?? NullLogger<ChatJobHandler>.Instance;
    }

    /// <inheritdoc/>
    public string Kind => JobKinds.Chat;

    /// <inheritdoc/>
    public async IAsyncEnumerable<JobUpdate> RunAsync(JobRequest job, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        var request = ChatJobCodec.Decode(job.Payload.Span);
        var options = Prepare(request, job);
        var meter = new ChatUsageMeter(request.Messages, options, job.Payload.Length);
        var repeated = request.ContinueFinalMessage ? new RepeatedPrefix(request.Messages[^1].Text) : null;
        LogPrompt(job.Id, request);
        var told = default(JobUsage);
        await foreach (var update in _client.GetStreamingResponseAsync(request.Messages, options, cancellationToken).ConfigureAwait(false))
        {
            var output = Encode(update, repeated, meter);
            meter.Count(update, !output.IsEmpty);
            if (!output.IsEmpty || meter.Usage != told)
            {
                LogOutput(job.Id, update);
                told = meter.Usage;
                yield return new JobUpdate(output, told);
            }
        }

        if (repeated?.Release() is { Length: > 0 } held)
        {
            meter.Count(new ChatResponseUpdate(), hasOutput: true);
            yield return new JobUpdate(ChatDeltaCodec.EncodeText(held), meter.Usage);
        }
    }

    private ChatOptions Prepare(ChatRequest request, JobRequest job)
    {
        var options = request.Options;
        options.ModelId = _modelId;
        if (_maxOutputTokens > 0 && !(options.MaxOutputTokens <= _maxOutputTokens))
        {
            options.MaxOutputTokens = _maxOutputTokens;
        }

        if (request.ContinueFinalMessage)
        {
            var properties = options.AdditionalProperties ??= [];
            properties["continue_final_message"] = true;
            properties["add_generation_prompt"] = false;
        }

        if (_client.GetService<ChatClientMetadata>()?.ProviderName is null or LocalProviderName)
        {
            Isolate(options.AdditionalProperties ??= [], job);
        }

        return options;
    }

    private static void Isolate(AdditionalPropertiesDictionary properties, JobRequest job)
    {
        var own = properties.TryGetValue(CacheKey, out var value) ? Convert.ToString(value, CultureInfo.InvariantCulture) : null;
        properties[CacheKey] = job.Channel is { } channel ? $"channel {channel} {own}" : string.IsNullOrEmpty(own) ? $"job {job.Id}" : $"free {own}";
        properties.Remove("priority");
    }

    private static ReadOnlyMemory<byte> Encode(ChatResponseUpdate update, RepeatedPrefix? repeated, ChatUsageMeter meter)
    {
        if (repeated is null || repeated.IsDone)
        {
            return ChatDeltaCodec.Encode(update);
        }

        bool counts = meter.IsExact || update.AdditionalProperties?.ContainsKey(TokenCounts.Output) == true;
        bool textOnly = update.FinishReason is null && update.Contents.Count > 0 && update.Contents.All(content => content is TextContent);
        var text = textOnly && !counts ? repeated.Filter(update.Text) : null;
        if (text is not null)
        {
            return ChatDeltaCodec.EncodeText(text);
        }

        if (update.FinishReason is null && update.Contents.Count == 0)
        {
            return ChatDeltaCodec.Encode(update);
        }

        var held = repeated.Release();
        return held.Length == 0
            ? ChatDeltaCodec.Encode(update)
            : ChatDeltaCodec.Encode(new ChatResponseUpdate(update.Role, [new TextContent(held), .. update.Contents]) { FinishReason = update.FinishReason });
    }

    private void LogPrompt(JobId id, ChatRequest request)
    {
        if (_logger.IsEnabled(LogLevel.Trace))
        {
            ProviderLog.Prompt(_logger, id, string.Join('\n', request.Messages.Select(message => $"{message.Role}: {message.Text}")));
        }
    }

    private void LogOutput(JobId id, ChatResponseUpdate update)
    {
        if (_logger.IsEnabled(LogLevel.Trace))
        {
            ProviderLog.Output(_logger, id, update.Text);
        }
    }
}
