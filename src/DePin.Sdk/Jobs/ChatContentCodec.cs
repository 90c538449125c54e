using DePin.Sdk.Wire;
using Google.Protobuf;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Jobs;

/// <summary>One piece of a message, between Microsoft.Extensions.AI and the wire.</summary>
internal static class ChatContentCodec
{
    /// <summary>The piece as it travels; null for a kind that the wire does not know.</summary>
    public static ChatContent? TryEncode(AIContent content) => content switch
    {
        TextContent text => new ChatContent { Text = text.Text ?? string.Empty },
        TextReasoningContent reasoning => new ChatContent { Reasoning = reasoning.Text ?? string.Empty },
        Microsoft.Extensions.AI.FunctionCallContent call => new ChatContent
        {
            FunctionCall = new FunctionCall
            {
                CallId = call.CallId,
                Name = call.Name,
                ArgumentsJson = call.Arguments is { } arguments ? PayloadJson.WriteObject(arguments) : string.Empty,
            },
        },
        FunctionResultContent result => new ChatContent
        {
            FunctionResult = new FunctionResult { CallId = result.CallId, ResultJson = PayloadJson.WriteValue(ResultOf(result)) },
        },
        DataContent data => new ChatContent { Data = new BinaryContent { MediaType = data.MediaType, Data = ByteString.CopyFrom(data.Data.Span) } },
        Microsoft.Extensions.AI.UriContent uri => new ChatContent { Uri = new Wire.UriContent { Uri = uri.Uri.OriginalString, MediaType = uri.MediaType } },
        _ => null,
    };

    /// <summary>The piece that travelled; null for one that this version does not know.</summary>
    public static AIContent? Decode(ChatContent content, PayloadFault fault) => content.ContentCase switch
    {
        ChatContent.ContentOneofCase.Text => new TextContent(content.Text),
        ChatContent.ContentOneofCase.Reasoning => new TextReasoningContent(content.Reasoning),
        ChatContent.ContentOneofCase.FunctionCall => new FunctionCallContent(
            fault.CheckText("call_id", content.FunctionCall.CallId, PayloadLimits.MaxNameLength),
            fault.CheckText("function name", content.FunctionCall.Name, PayloadLimits.MaxNameLength),
            content.FunctionCall.ArgumentsJson.Length == 0 ? null : PayloadJson.ReadObject(content.FunctionCall.ArgumentsJson, "arguments_json", fault)),
        ChatContent.ContentOneofCase.FunctionResult => new FunctionResultContent(
            fault.CheckText("call_id", content.FunctionResult.CallId, PayloadLimits.MaxNameLength),
            content.FunctionResult.ResultJson.Length == 0 ? null : PayloadJson.ReadValue(content.FunctionResult.ResultJson, "result_json", fault)),
        ChatContent.ContentOneofCase.Data => DecodeData(content.Data, fault),
        ChatContent.ContentOneofCase.Uri => DecodeUri(content.Uri, fault),
        _ => null,
    };

    // A tool that failed says so in its exception; what the model is to read of it is the message alone.
    private static object? ResultOf(FunctionResultContent result) =>
        result.Result ?? (result.Exception is { } failure ? $"Error: {failure.Message}" : null);

    private static DataContent DecodeData(BinaryContent data, PayloadFault fault)
    {
        fault.CheckName("media_type", data.MediaType);
        try
        {
            return new DataContent(data.Data.ToByteArray(), data.MediaType);
        }
        catch (ArgumentException problem)
        {
            throw fault.Invalid("media_type", $"'{CaipText.Shorten(data.MediaType)}' is not a media type", problem);
        }
    }

    private static Microsoft.Extensions.AI.UriContent DecodeUri(Wire.UriContent uri, PayloadFault fault)
    {
        fault.CheckText("uri", uri.Uri, PayloadLimits.MaxUriLength);
        fault.CheckName("media_type", uri.MediaType);
        if (!Uri.TryCreate(uri.Uri, UriKind.Absolute, out var address))
        {
            throw fault.Invalid("uri", $"'{CaipText.Shorten(uri.Uri)}' is not an absolute URI");
        }

        try
        {
            return new Microsoft.Extensions.AI.UriContent(address, uri.MediaType);
        }
        catch (ArgumentException problem)
        {
            throw fault.Invalid("media_type", $"'{CaipText.Shorten(uri.MediaType)}' is not a media type", problem);
        }
    }
}
