using DePin.Sdk.Compute.Generation;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute;

/// <summary>Makes the updates of one answer, with their token counts and, where they are wanted, probabilities.</summary>
internal sealed class UpdateFactory(LocalModel model, int inputTokens, GenerationSequence sequence)
{
    private readonly string _id = $"chat-{Guid.NewGuid():N}";
    private bool _isFirst = true;

    /// <summary>The tokens of all updates so far.</summary>
    public int OutputTokens { get; private set; }

    public ChatResponseUpdate Content(AIContent content, int tokens)
    {
        var update = Create([content]);
        var properties = update.AdditionalProperties ??= [];
        properties[ComputePropertyNames.OutputTokens] = tokens;
        if (sequence.LogProbs is not null)
        {
            properties[ComputePropertyNames.TokenLogProbs] = LogProbsOf(OutputTokens, tokens);
        }

        OutputTokens += tokens;
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

    private TokenLogProbability[] LogProbsOf(int first, int count)
    {
        var list = new TokenLogProbability[count];
        for (int i = 0; i < count; i++)
        {
            list[i] = LogProbabilities.ToPublic(sequence.ChoiceOf(first + i), model.Tokenizer);
        }

        return list;
    }

    private ChatResponseUpdate Create(IList<AIContent> contents)
    {
        var update = new ChatResponseUpdate(ChatRole.Assistant, contents) { ResponseId = _id, MessageId = _id, ModelId = model.ModelId };
        if (_isFirst)
        {
            _isFirst = false;
            update.AdditionalProperties = new AdditionalPropertiesDictionary { [ComputePropertyNames.InputTokens] = inputTokens };
        }

        return update;
    }
}
