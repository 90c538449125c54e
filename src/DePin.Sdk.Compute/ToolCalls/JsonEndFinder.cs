namespace DePin.Sdk.Compute.ToolCalls;

/// <summary>Finds where a JSON object or array ends in a text that grows; looks at each character once.</summary>
internal sealed class JsonEndFinder(int start)
{
    private int _at = start;
    private int _depth;
    private int _end = -1;
    private bool _inText;
    private bool _isEscaped;

    public int Start { get; } = start;

    /// <summary>Behind the last character of the value, or -1 when it goes on.</summary>
    public int Find(ReadOnlySpan<char> text)
    {
        while (_end < 0 && _at < text.Length)
        {
            char c = text[_at++];
            if (_inText)
            {
                _inText = c != '"' || _isEscaped;
                _isEscaped = c == '\\' && !_isEscaped;
                continue;
            }

            _inText = c == '"';
            _depth += c is '{' or '[' ? 1 : c is '}' or ']' ? -1 : 0;
            if (_depth <= 0)
            {
                _end = _at;
            }
        }

        return _end;
    }
}
