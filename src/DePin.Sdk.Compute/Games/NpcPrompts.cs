using System.Runtime.InteropServices;
using DePin.Sdk.Compute.Generation;
using DePin.Sdk.Compute.Templates;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Games;

/// <summary>Makes prompts of what an NPC knows that fit into the context. Safe for concurrent use.</summary>
/// <param name="model">The model.</param>
/// <param name="extras">What else its template is told.</param>
internal sealed class NpcPrompts(LocalModel model, PromptExtras extras)
{
    private readonly Lazy<bool> _takesSystem = new(() => TakesSystem(model, extras));

    /// <summary>Makes a prompt; when it does not fit, the oldest lines are left out until what is left fills half of the room.</summary>
    /// <remarks>Half, not all of it: otherwise something would be forgotten, and all the rest read again, at every line from then on.</remarks>
    /// <param name="head">What is always there.</param>
    /// <param name="lines">What was said; the last message is the player's.</param>
    /// <param name="answerTokens">Room to leave for the answer.</param>
    /// <param name="forgotten">How many lines were left out.</param>
    public ChatPrompt Fit(ChatMessage[] head, NpcLine[] lines, int answerTokens, out int forgotten)
    {
        forgotten = 0;
        int room = model.ContextLength - Math.Min(answerTokens, model.ContextLength / 2);
        var prompt = Create(head, lines);
        if (prompt.Tokens.Length <= room)
        {
            return prompt;
        }

        int[] starts = [.. Enumerable.Range(1, lines.Length - 1).Where(i => lines[i].Message.Role == ChatRole.User)];
        if (starts.Length == 0)
        {
            return prompt;
        }

        forgotten = starts[^1];
        prompt = Create(head, lines.AsSpan(forgotten));
        int wanted = prompt.Tokens.Length + Math.Max(0, (room - prompt.Tokens.Length) / 2);
        for (int low = 0, high = starts.Length - 2; low <= high;)
        {
            int middle = (low + high) / 2;
            var candidate = Create(head, lines.AsSpan(starts[middle]));
            if (candidate.Tokens.Length <= wanted)
            {
                (prompt, forgotten) = (candidate, starts[middle]);
                high = middle - 1;
            }
            else
            {
                low = middle + 1;
            }
        }

        return prompt;
    }

    /// <summary>The tokens that every prompt begins with which goes on from these lines.</summary>
    public int[] CreatePrefix(ChatMessage[] head, NpcLine[] lines)
    {
        var messages = Arrange(head, lines);
        return messages.Length == 0 ? [] : PromptPrefix.Create(m => WithTokensOf(lines, model.CreatePrompt(m, extras)), messages);
    }

    /// <summary>The messages in a form that the model's template takes.</summary>
    private ChatMessage[] Arrange(ChatMessage[] head, ReadOnlySpan<NpcLine> lines)
    {
        var all = new ChatMessage[head.Length + lines.Length];
        head.CopyTo(all, 0);
        for (int i = 0; i < lines.Length; i++)
        {
            all[head.Length + i] = lines[i].Message;
        }

        if (all.Length < 2 || all[0].Role != ChatRole.System || all[1].Role != ChatRole.User || _takesSystem.Value)
        {
            return all;
        }

        all[1] = new ChatMessage(ChatRole.User, all[0].Text + "\n\n" + all[1].Text);
        return all[1..];
    }

    /// <summary>Some templates refuse system messages.</summary>
    private static bool TakesSystem(LocalModel model, PromptExtras extras)
    {
        try
        {
            model.CreatePrompt([new ChatMessage(ChatRole.System, "a"), new ChatMessage(ChatRole.User, "b")], extras);
            return true;
        }
        catch (ChatTemplateException)
        {
            return false;
        }
    }

    private ChatPrompt Create(ChatMessage[] head, ReadOnlySpan<NpcLine> lines) => WithTokensOf(lines, model.CreatePrompt(Arrange(head, lines), extras));

    /// <summary>Puts the tokens that the NPC used in the place of those that its text is encoded as.</summary>
    private ChatPrompt WithTokensOf(ReadOnlySpan<NpcLine> lines, ChatPrompt prompt)
    {
        List<int> result = [];
        List<int> encoded = [];
        var rest = prompt.Tokens.AsSpan();
        foreach (var line in lines)
        {
            encoded.Clear();
            if (line.Tokens is { } said)
            {
                model.Tokenizer.EncodeContinuation(line.Message.Text, encoded);
                int at = rest.IndexOf(CollectionsMarshal.AsSpan(encoded));
                if (at >= 0)
                {
                    result.AddRange(rest[..at]);
                    result.AddRange(said);
                    rest = rest[(at + encoded.Count)..];
                }
            }
        }

        result.AddRange(rest);
        return prompt with { Tokens = [.. result], AnswerStart = result.Count };
    }
}
