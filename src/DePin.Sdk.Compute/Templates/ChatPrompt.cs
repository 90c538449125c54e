using DePin.Sdk.Compute.Tokenizers;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Templates;

/// <summary>The tokens that a model is to continue.</summary>
/// <param name="Tokens">The prompt.</param>
/// <param name="AnswerStart">Where in it the answer begins that is to be continued; its length when there is none.</param>
internal sealed record ChatPrompt(int[] Tokens, int AnswerStart)
{
    /// <summary>Renders and encodes a conversation.</summary>
    /// <remarks>
    /// When the last message is the assistant's, the prompt is that of the conversation before it, followed by the message's text as
    /// it stands: just what the context of the run was that generated this text. So another machine continues where that run stopped.
    /// Without a template the texts of the messages follow each other with nothing between, for models that complete text.
    /// </remarks>
    public static ChatPrompt Create(Tokenizer tokenizer, ChatTemplate? template, IReadOnlyList<ChatMessage> messages)
    {
        if (messages.Count == 0)
        {
            throw new ArgumentException("The conversation has no messages.", nameof(messages));
        }

        string answer = messages[^1].Role == ChatRole.Assistant ? ChatContent.GetText(messages[^1]) : "";
        var rendered = template is null ? Join(messages, answer) : Render(tokenizer, template, messages, answer);
        List<int> tokens = [];
        bool hasBegin = tokenizer.BeginOfSequence is { } begin && StartsWith(rendered, tokenizer.GetName(begin));
        if (tokenizer.AddsBeginOfSequence && !hasBegin)
        {
            tokens.Add(tokenizer.BeginOfSequence!.Value);
        }

        if (rendered.Length > 0)
        {
            var trusted = new bool[rendered.Length];
            for (int i = 0; i < trusted.Length; i++)
            {
                trusted[i] = rendered.OriginAt(i) == TextOrigin.Template;
            }

            tokenizer.Encode(rendered.Value, trusted, allTrusted: false, tokens);
        }

        int answerStart = tokens.Count;
        if (rendered.Length == 0)
        {
            // A completion model's text begins here, so it is encoded as the beginning of a text.
            tokenizer.Encode(answer, [], allTrusted: false, tokens);
        }
        else
        {
            tokenizer.EncodeContinuation(answer, tokens);
        }

        return tokens.Count > 0 ? new ChatPrompt([.. tokens], answerStart) : throw new ArgumentException("The conversation is empty.", nameof(messages));
    }

    private static bool StartsWith(TemplateText text, string marker) =>
        marker.Length > 0 && text.Value.StartsWith(marker, StringComparison.Ordinal) && text.OriginAt(0) == TextOrigin.Template;

    private static TemplateText Join(IReadOnlyList<ChatMessage> messages, string answer)
    {
        var texts = messages.Take(messages.Count - (answer.Length > 0 ? 1 : 0));
        return TemplateText.Concat([.. texts.Select(static m => new TemplateText(ChatContent.GetText(m), TextOrigin.Message))]);
    }

    private static TemplateText Render(Tokenizer tokenizer, ChatTemplate template, IReadOnlyList<ChatMessage> messages, string answer)
    {
        string begin = tokenizer.BeginOfSequence is { } b ? tokenizer.GetName(b) : "";
        string end = tokenizer.EndOfSequence is { } e ? tokenizer.GetName(e) : "";
        var input = new TemplateInput(messages) { BeginOfSequence = begin, EndOfSequence = end };
        bool continues = messages[^1].Role == ChatRole.Assistant;
        if (!continues)
        {
            return template.Render(input);
        }

        ChatTemplateException? refusal = null;
        if (messages.Count > 1)
        {
            try
            {
                return template.Render(input with { Messages = [.. messages.Take(messages.Count - 1)] });
            }
            catch (ChatTemplateException e2)
            {
                refusal = e2;
            }
        }

        // The template refuses the conversation without its last message; so it is rendered whole and cut where that message begins.
        var whole = template.Render(input with { AddGenerationPrompt = false, MarksFinal = true });
        for (int i = 0; i < whole.Length; i++)
        {
            if (whole.OriginAt(i) == TextOrigin.FinalMessage)
            {
                return whole.Slice(0, i);
            }
        }

        throw refusal ?? new ChatTemplateException($"The template leaves out the message to continue ({answer.Length} characters).");
    }
}
