using System.Text.Json;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Templates;

/// <summary>The text of messages and of results.</summary>
internal static class ChatContent
{
    /// <summary>Joins the text of a message; reasoning, calls, results and usage are not part of it, other content is refused.</summary>
    public static string GetText(ChatMessage message)
    {
        foreach (var content in message.Contents)
        {
            if (content is not (TextContent or TextReasoningContent or UsageContent or FunctionCallContent or FunctionResultContent))
            {
                throw new NotSupportedException($"This model takes text and calls of functions only; the message holds a {content.GetType().Name}.");
            }
        }

        return message.Text;
    }

    /// <summary>What the model reads of the result of a function: text as it stands, anything else as JSON.</summary>
    public static string GetText(FunctionResultContent result) => result.Result switch
    {
        null => result.Exception is { } failure ? $"Error: {failure.Message}" : "null",
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } json => json.GetString()!,
        TextContent text => text.Text,
        var value => TemplateJson.Write(TemplateJsonReader.Read(value, TextOrigin.Message), TemplateJsonFormat.Default).Value,
    };
}
