using System.Text;

namespace DePin.Sdk.Compute.ToolCalls;

/// <summary>Parts what a model thinks from what it answers, while it comes in; the white space around the marks belongs to neither.</summary>
/// <param name="syntax">The marks, or null for a model that has none.</param>
/// <param name="startsInside">Whether the prompt has opened the reasoning already.</param>
/// <param name="hasBegun">Whether some of the answer is there already, reasoning or text.</param>
internal sealed class ReasoningSplitter(ReasoningSyntax? syntax, bool startsInside, bool hasBegun)
{
    private readonly StringBuilder _held = new();
    private State _state =
        syntax is null ? State.Answer
        : startsInside ? (hasBegun ? State.Inside : State.Opened)
        : hasBegun ? State.Answer : State.Start;

    private enum State
    {
        Start,
        Opened,
        Inside,
        Closed,
        Answer,
    }

    public void Append(string text, List<(string Text, bool IsReasoning)> pieces)
    {
        _held.Append(text);
        while (Advance(pieces))
        {
        }
    }

    /// <summary>Takes out what is left.</summary>
    public void Finish(List<(string Text, bool IsReasoning)> pieces)
    {
        if (_held.Length > 0 && _state != State.Closed)
        {
            pieces.Add((_held.ToString(), _state is State.Opened or State.Inside));
        }

        _held.Clear();
    }

    private bool Advance(List<(string Text, bool IsReasoning)> pieces)
    {
        string text = _held.ToString();
        string trimmed = text.TrimStart();
        switch (_state)
        {
            case State.Start when trimmed.StartsWith(syntax!.Opener, StringComparison.Ordinal):
                return Skip(text.Length - trimmed.Length + syntax.Opener.Length, State.Opened);
            case State.Start:
                return !syntax.Opener.StartsWith(trimmed, StringComparison.Ordinal) && Skip(0, State.Answer);
            case State.Opened:
                return trimmed.Length > 0 && Skip(text.Length - trimmed.Length, State.Inside);
            case State.Inside:
                int close = text.IndexOf(syntax!.Closer, StringComparison.Ordinal);
                if (close >= 0)
                {
                    Take(text[..close].TrimEnd(), true, pieces);
                    return Skip(close + syntax.Closer.Length, State.Closed);
                }

                int shown = text[..^PossibleCloser(text)].TrimEnd().Length;
                Take(text[..shown], true, pieces);
                return Skip(shown, State.Inside);
            case State.Closed:
                return trimmed.Length > 0 && Skip(text.Length - trimmed.Length, State.Answer);
            default:
                Take(text, false, pieces);
                return Skip(text.Length, State.Answer);
        }
    }

    private bool Skip(int length, State next)
    {
        bool changes = next != _state;
        _held.Remove(0, length);
        _state = next;
        return changes;
    }

    private static void Take(string text, bool isReasoning, List<(string Text, bool IsReasoning)> pieces)
    {
        if (text.Length > 0)
        {
            pieces.Add((text, isReasoning));
        }
    }

    private int PossibleCloser(string text)
    {
        for (int length = Math.Min(syntax!.Closer.Length - 1, text.Length); length > 0; length--)
        {
            if (text.EndsWith(syntax.Closer[..length], StringComparison.Ordinal))
            {
                return length;
            }
        }

        return 0;
    }
}
