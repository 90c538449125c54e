using System.Text;
using DePin.Sdk.Compute.Tokenizers;

namespace DePin.Sdk.Compute.Inference;

/// <summary>
/// Turns the tokens of an answer into text that may be shown: whole characters, and nothing of a stop string. Counts each token with
/// the text that it first contributes to; tokens that contribute to none are not counted.
/// </summary>
/// <param name="tokenizer">The tokenizer of the model.</param>
/// <param name="stops">Texts that end the answer and are not part of it.</param>
/// <param name="markers">Tokens that count as text although they are markers, such as those that begin a call.</param>
internal sealed class AnswerText(Tokenizer tokenizer, IReadOnlyList<string> stops, IReadOnlyDictionary<int, string>? markers = null)
{
    private readonly StreamingDetokenizer _detokenizer = new(tokenizer);
    private readonly StringBuilder _held = new();

    // Where the text of each token that is not yet counted begins, in the held text.
    private readonly Queue<int> _starts = new();

    /// <summary>Whether a stop string has been met; nothing comes after it.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>Adds a token and takes out the text that may be shown now.</summary>
    public (string Text, int Tokens) Append(int token)
    {
        int before = _held.Length;
        _starts.Enqueue(before);
        _held.Append(markers?.TryGetValue(token, out string? marker) == true ? marker : _detokenizer.Append(token));
        if (stops.Count == 0 || _held.Length == 0)
        {
            return Take(_held.Length);
        }

        string held = _held.ToString();
        int stopAt = -1;
        foreach (string stop in stops)
        {
            int at = held.IndexOf(stop, StringComparison.Ordinal);
            stopAt = at >= 0 && (stopAt < 0 || at < stopAt) ? at : stopAt;
        }

        if (stopAt >= 0)
        {
            IsStopped = true;
            return Take(stopAt);
        }

        return Take(held.Length - PossibleStop(held));
    }

    /// <summary>Takes out what is held when the answer ends; bytes of an unfinished character are left out.</summary>
    public (string Text, int Tokens) Finish() => IsStopped ? ("", 0) : Take(_held.Length);

    /// <summary>Length of the longest end of the text that is the beginning of a stop string.</summary>
    private int PossibleStop(string text)
    {
        int longest = 0;
        foreach (string stop in stops)
        {
            for (int length = Math.Min(stop.Length - 1, text.Length); length > longest; length--)
            {
                if (text.EndsWith(stop[..length], StringComparison.Ordinal))
                {
                    longest = length;
                }
            }
        }

        return longest;
    }

    private (string Text, int Tokens) Take(int length)
    {
        if (length == 0)
        {
            return ("", 0);
        }

        string text = _held.ToString(0, length);
        _held.Remove(0, length);
        int tokens = 0;
        for (int pending = _starts.Count; pending > 0; pending--)
        {
            int start = _starts.Dequeue();
            if (start < length)
            {
                tokens++;
            }
            else
            {
                _starts.Enqueue(start - length);
            }
        }

        return (text, tokens);
    }
}
