using System.Text;
using System.Text.Unicode;
using DePin.Sdk.Wire;
using Google.Protobuf;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Jobs;

/// <summary>The outputs of a job of kind <see cref="JobKinds.Chat"/>. Pure text, the common case, is written and read without a message object.</summary>
internal static class ChatDeltaCodec
{
    private const byte TextTag = (1 << 3) | 2; // ChatDelta.text

    /// <summary>What an update says, as an output; empty when it says nothing that travels (usage alone, or an empty text).</summary>
    public static ReadOnlyMemory<byte> Encode(ChatResponseUpdate update)
    {
        if (update.FinishReason is null && (update.Role is null || update.Role == ChatRole.Assistant))
        {
            switch (update.Contents.Count)
            {
                case 0:
                    return default;
                case 1 when update.Contents[0] is TextContent text:
                    return EncodeText(text.Text);
            }
        }

        return EncodeMessage(update);
    }

    /// <summary>A text alone; empty for an empty text.</summary>
    public static ReadOnlyMemory<byte> EncodeText(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return default;
        }

        int length = Encoding.UTF8.GetByteCount(text);
        int prefix = 1 + CodedOutputStream.ComputeLengthSize(length);
        var output = new byte[prefix + length];
        output[0] = TextTag;
        uint rest = (uint)length;
        for (int i = 1; i < prefix; i++, rest >>= 7)
        {
            output[i] = (byte)(rest > 0x7F ? rest | 0x80 : rest);
        }

        Encoding.UTF8.GetBytes(text, output.AsSpan(prefix));
        return output;
    }

    /// <summary>Reads an output.</summary>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.InvalidFrame"/>, the provider's fault.</exception>
    public static ChatDeltaContent Decode(ReadOnlySpan<byte> output)
    {
        if (output.IsEmpty)
        {
            return new ChatDeltaContent(string.Empty, null, null, null);
        }

        return TryReadText(output, out var text)
            ? new ChatDeltaContent(text, null, null, null)
            : DecodeMessage(output);
    }

    // One text field and nothing after it, in the shortest spelling of its length.
    private static bool TryReadText(ReadOnlySpan<byte> output, out string text)
    {
        text = string.Empty;
        if (output[0] != TextTag)
        {
            return false;
        }

        int length = 0;
        int at = 1;
        for (int shift = 0; ; shift += 7)
        {
            if (at == output.Length || shift > 21)
            {
                return false;
            }

            byte part = output[at++];
            length |= (part & 0x7F) << shift;
            if (part < 0x80)
            {
                break;
            }
        }

        if (length != output.Length - at)
        {
            return false;
        }

        var utf8 = output[at..];
        if (!Utf8.IsValid(utf8))
        {
            throw PayloadFault.Output.Invalid("text", "is not UTF-8");
        }

        text = Encoding.UTF8.GetString(utf8);
        return true;
    }

    private static ReadOnlyMemory<byte> EncodeMessage(ChatResponseUpdate update)
    {
        var delta = new ChatDelta
        {
            FinishReason = update.FinishReason?.Value ?? string.Empty,
            Role = update.Role is { } role && role != ChatRole.Assistant ? role.Value : string.Empty,
        };
        foreach (var content in update.Contents)
        {
            if (content is TextContent text && delta.Contents.Count == 0)
            {
                delta.Text += text.Text;
            }
            else if (ChatContentCodec.TryEncode(content) is { } encoded)
            {
                // What the wire does not know (a provider's own bookkeeping) stays behind; usage travels beside the outputs.
                delta.Contents.Add(encoded);
            }
        }

        return delta.ToByteArray();
    }

    private static ChatDeltaContent DecodeMessage(ReadOnlySpan<byte> output)
    {
        var fault = PayloadFault.Output;
        if (output.Length > PayloadLimits.MaxOutputBytes)
        {
            throw fault.Invalid("its size", $"is {output.Length} bytes; at most {PayloadLimits.MaxOutputBytes} are allowed");
        }

        WireCount.Check(output, depth: 0, PayloadLimits.MaxContents, fault);
        ChatDelta delta;
        try
        {
            delta = WireParser.Parse(ChatDelta.Parser, output);
        }
        catch (InvalidDataException problem)
        {
            throw fault.Malformed(problem);
        }

        List<AIContent>? contents = null;
        foreach (var wire in delta.Contents)
        {
            if (ChatContentCodec.Decode(wire, fault) is { } content)
            {
                (contents ??= []).Add(content);
            }
        }

        return new ChatDeltaContent(
            delta.Text,
            contents,
            delta.FinishReason.Length == 0 ? null : new ChatFinishReason(fault.CheckName("finish_reason", delta.FinishReason)),
            delta.Role.Length == 0 ? null : new ChatRole(fault.CheckName("role", delta.Role)));
    }
}
