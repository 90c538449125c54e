using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute;

/// <summary>Makes the updates of one answer, with their token counts.</summary>
internal sealed class UpdateFactory(string modelId, int inputTokens)
{
    private readonly string _id = $"chat-{Guid.NewGuid():N}";
    private bool _isFirst = true;

    /// <summary>The tokens of all updates so far.</summary>
    public int OutputTokens { get; private set; }

    public ChatResponseUpdate Content(AIContent content, int tokens)
    {
        OutputTokens += tokens;
        var update = Create([content]);
        (update.AdditionalProperties ??= [])[ComputePropertyNames.OutputTokens] = tokens;
        return update;
    }

    public ChatResponseUpdate Final(ChatFinishReason reason, int cachedTokens)
    {
        var usage = new UsageDetails
        {
            InputTokenCount = inputTokens,
            CachedInputTokenCount = cachedTokens,
            OutputTokenCount = OutputTokens,
            TotalTokenCount = (long)inputTokens + OutputTokens,
        };
        var update = Create([new UsageContent(usage)]);
        update.FinishReason = reason;
        return update;
    }

    private ChatResponseUpdate Create(IList<AIContent> contents)
    {
        var update = new ChatResponseUpdate(ChatRole.Assistant, contents) { ResponseId = _id, MessageId = _id, ModelId = modelId };
        if (_isFirst)
        {
            _isFirst = false;
            update.AdditionalProperties = new AdditionalPropertiesDictionary { [ComputePropertyNames.InputTokens] = inputTokens };
        }

        return update;
    }
}
