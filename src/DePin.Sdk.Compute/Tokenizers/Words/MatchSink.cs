namespace DePin.Sdk.Compute.Tokenizers.Words;

/// <summary>Makes parts of the matches of a pattern and of what lies between them.</summary>
internal struct MatchSink(MatchBehavior behavior, bool inverts, int offset, List<(int Start, int Length)> parts)
{
    private int _start;
    private int _length;
    private bool _isMatch;

    /// <summary>Adds the next match or gap; empty ones do not count.</summary>
    public void Add(int start, int length, bool isMatch)
    {
        if (length == 0)
        {
            return;
        }

        isMatch ^= inverts;
        bool joins = _length > 0 && behavior switch
        {
            MatchBehavior.MergedWithPrevious => isMatch && !_isMatch,
            MatchBehavior.MergedWithNext => _isMatch && !isMatch,
            MatchBehavior.Contiguous => isMatch == _isMatch,
            _ => false,
        };
        if (joins)
        {
            _length += length;
        }
        else
        {
            Finish();
            (_start, _length) = behavior == MatchBehavior.Removed && isMatch ? (0, 0) : (start, length);
        }

        _isMatch = isMatch;
    }

    /// <summary>Adds the part that is still open.</summary>
    public void Finish()
    {
        if (_length > 0)
        {
            parts.Add((offset + _start, _length));
            _length = 0;
        }
    }
}
