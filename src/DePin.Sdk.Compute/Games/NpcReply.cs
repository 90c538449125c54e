using DePin.Sdk.Compute.Tokenizers;

namespace DePin.Sdk.Compute.Games;

/// <summary>The text of an answer as it comes in; allocates nothing once its buffers are large enough.</summary>
/// <param name="tokenizer">Turns tokens into text.</param>
/// <param name="stops">Strings that end the answer and do not belong to it.</param>
/// <param name="speechProperty">The property of a JSON answer that is spoken; null for the whole answer.</param>
/// <param name="capacity">Characters to make room for.</param>
internal sealed class NpcReply(Tokenizer tokenizer, string[] stops, string? speechProperty, int capacity)
{
    private StreamingDetokenizer _detokenizer = new(tokenizer);
    private char[] _text = new char[capacity];
    private char[] _speech = speechProperty is null ? [] : new char[capacity];
    private JsonSpeech _reader;
    private int _received;
    private int _shown;
    private int _spoken;

    /// <summary>Whether a stop string has been met; nothing comes after it.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>The answer so far, but for an end that may become a stop string.</summary>
    public ReadOnlySpan<char> Text => _text.AsSpan(0, _shown);

    /// <summary>What is spoken of it.</summary>
    public ReadOnlySpan<char> Speech => speechProperty is null ? Text : _speech.AsSpan(0, _spoken > 0 && char.IsHighSurrogate(_speech[_spoken - 1]) ? _spoken - 1 : _spoken);

    /// <summary>Begins the next answer.</summary>
    public void Clear()
    {
        _detokenizer = new StreamingDetokenizer(tokenizer);
        _reader = speechProperty is null ? default : new JsonSpeech(speechProperty);
        (_received, _shown, _spoken) = (0, 0, 0);
        IsStopped = false;
    }

    public void Append(int token)
    {
        var characters = _detokenizer.AppendCharacters(token);
        MakeRoom(ref _text, _received, characters.Length);
        characters.CopyTo(_text.AsSpan(_received));
        int searchFrom = _shown;
        _received += characters.Length;
        Show(FindStop(searchFrom));
    }

    /// <summary>Ends the answer: what was held back because of stop strings belongs to it.</summary>
    public void Finish()
    {
        if (!IsStopped)
        {
            Show(_received);
        }
    }

    private static void MakeRoom(ref char[] buffer, int used, int more)
    {
        if (buffer.Length - used < more)
        {
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, used + more));
        }
    }

    /// <summary>Up to where the text may be shown: to the first stop string, or to what may become one.</summary>
    private int FindStop(int from)
    {
        var text = _text.AsSpan(0, _received);
        int end = _received;
        foreach (string stop in stops)
        {
            int at = text[from..].IndexOf(stop, StringComparison.Ordinal);
            if (at >= 0)
            {
                IsStopped = true;
                end = Math.Min(end, from + at);
            }
        }

        return IsStopped ? end : Math.Max(from, _received - LongestBeginning(text[from..]));
    }

    private int LongestBeginning(ReadOnlySpan<char> text)
    {
        int longest = 0;
        foreach (string stop in stops)
        {
            for (int length = Math.Min(stop.Length - 1, text.Length); length > longest; length--)
            {
                if (text.EndsWith(stop.AsSpan(0, length), StringComparison.Ordinal))
                {
                    longest = length;
                }
            }
        }

        return longest;
    }

    private void Show(int end)
    {
        if (speechProperty is not null)
        {
            MakeRoom(ref _speech, _spoken, end - _shown);
            for (int i = _shown; i < end; i++)
            {
                if (_reader.TryRead(_text[i], out char spoken))
                {
                    _speech[_spoken++] = spoken;
                }
            }
        }

        _shown = end;
    }
}
