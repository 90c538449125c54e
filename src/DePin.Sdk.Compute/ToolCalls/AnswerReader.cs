using DePin.Sdk.Compute.Inference;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.ToolCalls;

/// <summary>Turns the tokens of an answer into updates. A token is counted with the first update that comes out once it is there.</summary>
/// <param name="text">Turns tokens into text.</param>
/// <param name="parser">Takes the text apart.</param>
/// <param name="updates">Makes the updates.</param>
/// <param name="ids">Names the calls.</param>
/// <param name="allowsSeveral">Whether the answer goes on after a call.</param>
internal sealed class AnswerReader(AnswerText text, AnswerParser parser, UpdateFactory updates, CallIds ids, bool allowsSeveral)
{
    private int _pendingTokens;

    /// <summary>Whether nothing more of the answer is wanted.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>Whether the answer holds a call.</summary>
    public bool HasCalls { get; private set; }

    public IEnumerable<ChatResponseUpdate> Append(int token)
    {
        var (added, tokens) = text.Append(token);
        _pendingTokens += tokens;
        IsStopped |= text.IsStopped;
        return added.Length == 0 ? [] : Write(parser.Append(added));
    }

    public IEnumerable<ChatResponseUpdate> Finish()
    {
        var (added, tokens) = text.Finish();
        _pendingTokens += tokens;
        List<AnswerPart> parts = added.Length > 0 ? parser.Append(added) : [];
        parts.AddRange(parser.Finish());
        return Write(parts);
    }

    private List<ChatResponseUpdate> Write(List<AnswerPart> parts)
    {
        List<ChatResponseUpdate> written = [];
        foreach (var part in parts)
        {
            if (HasCalls && !allowsSeveral)
            {
                // The first call is the answer; whatever came with it is left out.
                break;
            }

            AIContent content = part switch
            {
                { Call: { } call } => new FunctionCallContent(ids.Next(), call.Name, call.Arguments),
                { IsReasoning: true } => new TextReasoningContent(part.Text),
                _ => new TextContent(part.Text),
            };
            HasCalls |= part.Call is not null;
            IsStopped |= HasCalls && !allowsSeveral;
            written.Add(updates.Content(content, _pendingTokens));
            _pendingTokens = 0;
        }

        return written;
    }
}
