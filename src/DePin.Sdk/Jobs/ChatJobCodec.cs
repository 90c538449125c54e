using DePin.Sdk.Wire;
using Google.Protobuf;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Jobs;

/// <summary>The payload of a job of kind <see cref="JobKinds.Chat"/>.</summary>
internal static class ChatJobCodec
{
    /// <summary>Writes a conversation and its options.</summary>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.Unsupported"/>: something in it cannot travel.</exception>
    public static byte[] Encode(IEnumerable<ChatMessage> messages, ChatOptions? options, bool continueFinalMessage = false)
    {
        var job = new ChatJob { ContinueFinalMessage = continueFinalMessage };
        if (options is not null)
        {
            job.Options = ChatOptionsCodec.Encode(options);
        }

        foreach (var message in messages)
        {
            job.Messages.Add(Encode(message));
        }

        if (job.CalculateSize() is var size and > PayloadLimits.MaxPayloadBytes)
        {
            throw new DePinException(
                DePinErrorCode.MessageTooLarge, Fault.Consumer, $"The conversation has {size} bytes; at most {PayloadLimits.MaxPayloadBytes} can be sent. Drop old messages or pass data by URI.");
        }

        return job.ToByteArray();
    }

    /// <summary>Reads a payload.</summary>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.InvalidFrame"/> for bytes that are no chat job, <see cref="DePinErrorCode.InvalidRequest"/> for one that makes no sense.</exception>
    public static ChatRequest Decode(ReadOnlySpan<byte> payload)
    {
        var fault = PayloadFault.Request;
        var job = Parse(payload, fault);
        fault.CheckCount("messages", job.Messages.Count, PayloadLimits.MaxMessages);
        if (job.Messages.Count == 0)
        {
            throw fault.Invalid("messages", "has no entry; send at least one message");
        }

        int contents = 0;
        var messages = new List<ChatMessage>(job.Messages.Count);
        foreach (var message in job.Messages)
        {
            fault.CheckCount("contents", contents += message.Contents.Count, PayloadLimits.MaxContents);
            messages.Add(Decode(message, fault));
        }

        if (job.ContinueFinalMessage && messages[^1].Role != ChatRole.Assistant)
        {
            throw fault.Invalid("continue_final_message", $"asks to continue a message of role '{messages[^1].Role}'; the last message must be the assistant's");
        }

        var options = job.Options is null ? new ChatOptions() : ChatOptionsCodec.Decode(job.Options, fault);
        return new ChatRequest(messages, options, job.ContinueFinalMessage);
    }

    private static ChatJob Parse(ReadOnlySpan<byte> payload, PayloadFault fault)
    {
        if (payload.Length > PayloadLimits.MaxPayloadBytes)
        {
            throw fault.Invalid("its size", $"is {payload.Length} bytes; at most {PayloadLimits.MaxPayloadBytes} are allowed");
        }

        // A message has a role, a name and contents beside itself; the options have their lists.
        WireCount.Check(payload, depth: 1, (3 * PayloadLimits.MaxMessages) + PayloadLimits.MaxContents + PayloadLimits.MaxTools, fault);
        try
        {
            return WireParser.Parse(ChatJob.Parser, payload);
        }
        catch (InvalidDataException problem)
        {
            throw fault.Malformed(problem);
        }
    }

    private static ChatJobMessage Encode(ChatMessage message)
    {
        var wire = new ChatJobMessage { Role = message.Role.Value, AuthorName = message.AuthorName ?? string.Empty };
        foreach (var content in message.Contents)
        {
            // A bill for an earlier answer is no part of the conversation.
            if (content is UsageContent)
            {
                continue;
            }

            wire.Contents.Add(ChatContentCodec.TryEncode(content) ?? throw new DePinException(
                DePinErrorCode.Unsupported, Fault.Consumer, $"A message holds a {content.GetType().Name}, which cannot be sent to providers; send text, reasoning, function calls and results, data or URIs."));
        }

        return wire;
    }

    private static ChatMessage Decode(ChatJobMessage wire, PayloadFault fault)
    {
        var contents = new List<AIContent>(wire.Contents.Count);
        foreach (var content in wire.Contents)
        {
            contents.Add(ChatContentCodec.Decode(content, fault) ?? throw fault.Invalid("contents", "holds a kind that this version does not know"));
        }

        return new ChatMessage(new ChatRole(fault.CheckName("role", wire.Role)), contents)
        {
            AuthorName = wire.AuthorName.Length == 0 ? null : fault.CheckText("author_name", wire.AuthorName, PayloadLimits.MaxNameLength),
        };
    }
}
