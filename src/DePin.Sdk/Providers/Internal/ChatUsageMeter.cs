using System.Text;
using DePin.Sdk.Jobs;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Providers.Internal;

/// <summary>Counts the tokens of one chat job, by the rules that <see cref="ChatJobHandler"/> states.</summary>
internal sealed class ChatUsageMeter
{
    private const int BytesPerToken = 4;
    private const int TemplateTokens = 32;

    private readonly long _mostInput;
    private readonly long _mostOutput;
    private long _input;
    private long _output;
    private long _reportedInput;
    private long _reportedOutput;

    public ChatUsageMeter(IEnumerable<ChatMessage> messages, ChatOptions options, int payloadBytes)
    {
        // No tokenizer makes more tokens than there are bytes.
        _mostInput = payloadBytes;
        _mostOutput = options.MaxOutputTokens ?? long.MaxValue;
        long bytes = Encoding.UTF8.GetByteCount(options.Instructions ?? string.Empty);
        foreach (var message in messages)
        {
            _mostInput += TemplateTokens;
            foreach (var content in message.Contents)
            {
                bytes += content switch
                {
                    TextContent text => Encoding.UTF8.GetByteCount(text.Text ?? string.Empty),
                    TextReasoningContent reasoning => Encoding.UTF8.GetByteCount(reasoning.Text ?? string.Empty),
                    _ => 0,
                };
            }
        }

        _input = Math.Min((bytes + BytesPerToken - 1) / BytesPerToken, _mostInput);
    }

    /// <summary>The usage so far; it never sinks.</summary>
    public JobUsage Usage => new(_input, _output);

    /// <summary>True once the client has counted its own tokens.</summary>
    public bool IsExact { get; private set; }

    /// <summary>Counts an update.</summary>
    /// <param name="update">What the client said.</param>
    /// <param name="hasOutput">Whether anything of it is delivered.</param>
    public void Count(ChatResponseUpdate update, bool hasOutput)
    {
        if (update.AdditionalProperties is { Count: > 0 } properties)
        {
            if (TryRead(properties, TokenCounts.Input, out int input))
            {
                // The client knows better than the estimate, downwards too; it says so before anything is charged.
                _input = _output == 0 ? input : Math.Max(_input, input);
                IsExact = true;
            }

            if (TryRead(properties, TokenCounts.Output, out int output))
            {
                _output += output;
                IsExact = true;
                hasOutput = false;
            }
        }

        if (hasOutput && !IsExact)
        {
            _output++;
        }

        foreach (var content in update.Contents)
        {
            if (content is UsageContent { Details: { } details } && !IsExact)
            {
                Correct(details);
            }
        }
    }

    private void Correct(UsageDetails reported)
    {
        _reportedInput += Math.Max(reported.InputTokenCount ?? 0, 0);
        _reportedOutput += Math.Max(reported.OutputTokenCount ?? 0, 0);
        _input = Math.Max(_input, Math.Min(_reportedInput, _mostInput));
        _output = Math.Max(_output, Math.Min(_reportedOutput, _mostOutput));
    }

    private static bool TryRead(AdditionalPropertiesDictionary properties, string name, out int count)
    {
        count = properties.TryGetValue(name, out var value) && value is int number ? number : -1;
        return count >= 0;
    }
}
