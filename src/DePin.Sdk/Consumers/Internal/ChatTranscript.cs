using System.Text;
using DePin.Sdk.Jobs;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Consumers.Internal;

/// <summary>What of an answer has been delivered, and how to ask another provider for the rest of it.</summary>
internal sealed class ChatTranscript(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
{
    private const int BytesPerToken = 4;
    private const int DefaultExpectedOutput = 256;

    private readonly StringBuilder _text = new();

    /// <summary>Why the answer ended; null until a provider said so.</summary>
    public ChatFinishReason? FinishReason { get; set; }

    /// <summary>True when something else than text was delivered, which nobody can continue.</summary>
    public bool HasMoreThanText { get; private set; }

    /// <summary>Output tokens delivered by the jobs that have ended.</summary>
    public long DeliveredTokens { get; set; }

    /// <summary>How much output is still allowed; null without a limit.</summary>
    public int? RemainingTokens => options?.MaxOutputTokens is { } max ? (int)Math.Max(0, max - DeliveredTokens) : null;

    public void Add(in ChatDeltaContent delta)
    {
        _text.Append(delta.Text);
        FinishReason ??= delta.FinishReason;
        HasMoreThanText |= delta.Contents is not null || delta.Role is not null;
    }

    /// <summary>The work that is left: the conversation, with the text delivered so far as a message to be continued.</summary>
    public RequestWork GetWork()
    {
        byte[] payload;
        if (_text.Length == 0)
        {
            payload = ChatJobCodec.Encode(messages, options);
        }
        else
        {
            var rest = options?.Clone();
            if (rest is not null)
            {
                rest.MaxOutputTokens = RemainingTokens;
            }

            payload = ChatJobCodec.Encode(messages.Append(new ChatMessage(ChatRole.Assistant, _text.ToString())), rest, continueFinalMessage: true);
        }

        int output = Math.Min(RemainingTokens ?? DefaultExpectedOutput, DefaultExpectedOutput);
        return new RequestWork(payload, new JobUsage((payload.Length / BytesPerToken) + 1, output), RemainingTokens);
    }
}
