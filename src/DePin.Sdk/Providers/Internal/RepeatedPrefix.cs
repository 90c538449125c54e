namespace DePin.Sdk.Providers.Internal;

/// <summary>
/// Takes out of a streamed answer an exact repetition of what was already delivered, for engines that begin again instead of
/// continuing. Text is held back only while it may still turn out to be the repetition.
/// </summary>
internal sealed class RepeatedPrefix
{
    // A shorter beginning says too little: "1" may well continue with "1".
    private const int MinLength = 4;

    private readonly string _delivered;
    private int _matched;
    private bool _done;

    public RepeatedPrefix(string delivered)
    {
        _delivered = delivered;
        _done = delivered.Length < MinLength;
    }

    /// <summary>True when no more text can be held back or taken out.</summary>
    public bool IsDone => _done;

    /// <summary>The part of the new text that is to be delivered, with what was held back before it.</summary>
    public string Filter(string text)
    {
        if (_done)
        {
            return text;
        }

        int length = Math.Min(text.Length, _delivered.Length - _matched);
        if (!text.AsSpan(0, length).SequenceEqual(_delivered.AsSpan(_matched, length)))
        {
            return Release() + text;
        }

        _matched += length;
        if (_matched < _delivered.Length)
        {
            return string.Empty;
        }

        _done = true;
        return text[length..];
    }

    /// <summary>Ends the search and returns what was held back: the answer ended, or turned to something else, before it had repeated everything.</summary>
    public string Release()
    {
        var held = _done ? string.Empty : _delivered[.._matched];
        _done = true;
        return held;
    }
}
