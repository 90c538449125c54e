using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Templates;

/// <summary>The text of a message, and nothing else.</summary>
internal static class ChatContent
{
    /// <summary>Joins the text of a message; reasoning and usage are not part of it, other content is refused.</summary>
    public static string GetText(ChatMessage message)
    {
        foreach (var content in message.Contents)
        {
            if (content is not (TextContent or TextReasoningContent or UsageContent))
            {
                throw new NotSupportedException($"This model takes text only; the message holds a {content.GetType().Name}.");
            }
        }

        return message.Text;
    }
}
