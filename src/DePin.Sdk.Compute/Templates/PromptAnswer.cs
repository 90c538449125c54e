using DePin.Sdk.Compute.ToolCalls;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Templates;

/// <summary>The beginning of the answer that stands in a prompt already.</summary>
/// <param name="Text">Its text.</param>
/// <param name="IsReasoning">Whether it ends within reasoning.</param>
internal sealed record PromptAnswer(TemplateText Text, bool IsReasoning)
{
    /// <summary>Puts reasoning, text and opening together as the model writes them.</summary>
    /// <param name="message">The message to continue, or null.</param>
    /// <param name="extras">What the model marks reasoning with, and what the answer is made to begin with.</param>
    /// <param name="isOpen">Whether the prompt has opened the reasoning.</param>
    public static PromptAnswer Create(ChatMessage? message, PromptExtras extras, bool isOpen)
    {
        string text = message is null ? "" : ChatContent.GetText(message);
        List<TemplateText> parts = [];
        if (extras.Reasoning is { } syntax)
        {
            string reasoning = message is null ? "" : string.Concat(message.Contents.OfType<TextReasoningContent>().Select(static r => r.Text));
            if (reasoning.Length > 0)
            {
                parts.Add(new TemplateText(isOpen ? "" : syntax.Opener + ReasoningSyntax.Margin));
                parts.Add(new TemplateText(reasoning, TextOrigin.Message));
                isOpen = true;
            }

            if (isOpen && text.Length + extras.Opening.Length > 0)
            {
                parts.Add(new TemplateText(ReasoningSyntax.Margin + syntax.Closer + ReasoningSyntax.Gap));
                isOpen = false;
            }
        }

        parts.Add(new TemplateText(text, TextOrigin.Message));
        parts.Add(extras.Opening);
        return new PromptAnswer(TemplateText.Concat([.. parts]), isOpen);
    }
}
