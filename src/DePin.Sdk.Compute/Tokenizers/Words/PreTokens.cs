namespace DePin.Sdk.Compute.Tokenizers.Words;

/// <summary>A text and its words so far; reused from text to text.</summary>
internal sealed class PreTokens
{
    private char[] _text = new char[256];
    private int _length;
    private List<(int Start, int Length)> _words = [];
    private List<(int Start, int Length)> _spare = [];

    /// <summary>The text; a stage may replace it.</summary>
    public ReadOnlySpan<char> Text => _text.AsSpan(0, _length);

    /// <summary>The words, in order.</summary>
    public List<(int Start, int Length)> Words => _words;

    /// <summary>Where the text stands.</summary>
    public TextPlace Place { get; private set; }

    /// <summary>Begins with a text as the only word.</summary>
    public void Reset(ReadOnlySpan<char> text, TextPlace place)
    {
        Place = place;
        if (_text.Length < text.Length)
        {
            _text = new char[text.Length];
        }

        text.CopyTo(_text);
        _length = text.Length;
        _words.Clear();
        if (!text.IsEmpty)
        {
            _words.Add((0, text.Length));
        }
    }

    /// <summary>The list that the next stage fills; <see cref="Commit"/> makes it the words.</summary>
    public List<(int Start, int Length)> Begin()
    {
        _spare.Clear();
        return _spare;
    }

    /// <summary>Takes the list of <see cref="Begin"/> as the words.</summary>
    public void Commit() => (_words, _spare) = (_spare, _words);

    /// <summary>Takes another text and its words.</summary>
    public void Replace(char[] text, int length)
    {
        _text = text;
        _length = length;
        Commit();
    }
}
