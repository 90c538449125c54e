using DePin.Sdk.Compute.ToolCalls;
using DePin.Sdk.Compute.Tokenizers;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Templates;

/// <summary>The tokens that a model is to continue.</summary>
/// <param name="Tokens">The prompt.</param>
/// <param name="AnswerStart">Where in it the answer begins that is to be continued; its length when there is none.</param>
/// <param name="IsReasoning">Whether it ends within reasoning.</param>
internal sealed record ChatPrompt(int[] Tokens, int AnswerStart, bool IsReasoning = false)
{
    /// <summary>Renders and encodes a conversation.</summary>
    /// <remarks>
    /// When the last message is the assistant's and holds no call, the prompt is that of the conversation before it, followed by the
    /// message's text as it stands: just what the context of the run was that generated this text. So another machine continues where
    /// that run stopped. Without a template the texts of the messages follow each other with nothing between, for models that complete
    /// text.
    /// </remarks>
    public static ChatPrompt Create(Tokenizer tokenizer, ChatTemplate? template, IReadOnlyList<ChatMessage> messages, PromptExtras? extras = null)
    {
        if (messages.Count == 0)
        {
            throw new ArgumentException("The conversation has no messages.", nameof(messages));
        }

        extras ??= PromptExtras.None;
        var (adapted, functions) = PlainToolConversation.Adapt(template, messages, extras.Functions);
        extras = extras with { Functions = functions };
        bool continues = adapted[^1].Role == ChatRole.Assistant && messages[^1].Contents.All(static c => c is not FunctionCallContent);
        var rendered = template is null ? Join(adapted, continues) : Render(tokenizer, template, adapted, continues, extras);
        bool isReasoning = extras.Reasoning?.IsOpenAt(TrustedEnd(rendered)) == true;
        var answer = PromptAnswer.Create(continues ? messages[^1] : null, extras, isReasoning);
        List<int> tokens = [];
        bool hasBegin = tokenizer.BeginOfSequence is { } begin && StartsWith(rendered, tokenizer.GetName(begin));
        if (tokenizer.AddsBeginOfSequence && !hasBegin)
        {
            tokens.Add(tokenizer.BeginOfSequence!.Value);
        }

        if (rendered.Length > 0)
        {
            tokenizer.Encode(rendered.Value, Trust(rendered), allTrusted: false, tokens);
        }

        int answerStart = tokens.Count;
        if (rendered.Length == 0)
        {
            // A completion model's text begins here, so it is encoded as the beginning of a text.
            tokenizer.Encode(answer.Text.Value, Trust(answer.Text), allTrusted: false, tokens);
        }
        else
        {
            tokenizer.EncodeContinuation(answer.Text.Value, tokens, Trust(answer.Text));
        }

        return tokens.Count > 0
            ? new ChatPrompt([.. tokens], answerStart, answer.IsReasoning)
            : throw new ArgumentException("The conversation is empty.", nameof(messages));
    }

    private static bool StartsWith(TemplateText text, string marker) =>
        marker.Length > 0 && text.Value.StartsWith(marker, StringComparison.Ordinal) && text.OriginAt(0) == TextOrigin.Template;

    private static bool[] Trust(TemplateText text)
    {
        var trusted = new bool[text.Length];
        for (int i = 0; i < trusted.Length; i++)
        {
            trusted[i] = text.OriginAt(i) == TextOrigin.Template;
        }

        return trusted;
    }

    /// <summary>The last part of a text that the template wrote.</summary>
    private static string TrustedEnd(TemplateText text)
    {
        int start = text.Length;
        while (start > 0 && text.OriginAt(start - 1) == TextOrigin.Template)
        {
            start--;
        }

        return text.Value[start..];
    }

    private static TemplateText Join(IReadOnlyList<ChatMessage> messages, bool continues)
    {
        var texts = messages.Take(messages.Count - (continues ? 1 : 0));
        return TemplateText.Concat([.. texts.Select(static m => new TemplateText(ChatContent.GetText(m), TextOrigin.Message))]);
    }

    private static TemplateText Render(
        Tokenizer tokenizer, ChatTemplate template, IReadOnlyList<ChatMessage> messages, bool continues, PromptExtras extras)
    {
        var input = new TemplateInput(messages)
        {
            BeginOfSequence = tokenizer.BeginOfSequence is { } b ? tokenizer.GetName(b) : "",
            EndOfSequence = tokenizer.EndOfSequence is { } e ? tokenizer.GetName(e) : "",
            Tools = extras.Functions,
            Variables = extras.Variables,
        };
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

        throw refusal ?? new ChatTemplateException("The template leaves out the message to continue.");
    }
}
