namespace DePin.Sdk.Compute.Games;

/// <summary>Takes the text of one property out of a JSON object while the object is still being written, character by character.</summary>
/// <remarks>Expects valid JSON so far; of anything else it takes something or nothing, and never fails.</remarks>
internal struct JsonSpeech(string property)
{
    private int _depth;
    private bool _isInString;
    private bool _expectsKey;
    private bool _isKey;
    private bool _isWanted;
    private bool _speaks;

    // How many characters of the property's name the present key agrees with; -1 when it is another.
    private int _matched;

    // 0: none, 1: after the backslash, 2 to 5: so many minus two hexadecimal digits of \u are there.
    private int _escape;
    private int _code;

    /// <summary>Reads the next character of the object; true when it completes one of the property's text.</summary>
    public bool TryRead(char next, out char spoken)
    {
        spoken = next;
        if (!_isInString)
        {
            ReadStructure(next);
            return false;
        }

        if (_escape > 1)
        {
            _code = (_code << 4) | (char.IsAsciiHexDigit(next) ? HexValue(next) : 0);
            _escape = (_escape + 1) % 6;
            spoken = (char)_code;
            return _escape == 0 && Take(spoken);
        }

        if (_escape == 1)
        {
            _code = 0;
            _escape = next == 'u' ? 2 : 0;
            spoken = Unescape(next);
            return _escape == 0 && Take(spoken);
        }

        if (next == '\\')
        {
            _escape = 1;
            return false;
        }

        if (next == '"')
        {
            _isInString = false;
            _isWanted = _isKey && _matched == property.Length;
            return false;
        }

        return Take(next);
    }

    private static int HexValue(char digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private static char Unescape(char letter) => letter switch
    {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\b',
        'f' => '\f',
        _ => letter,
    };

    private void ReadStructure(char next)
    {
        switch (next)
        {
            case '{':
                _expectsKey = ++_depth == 1;
                break;
            case '[':
                _depth++;
                break;
            case '}' or ']':
                _depth--;
                break;
            case ',' when _depth == 1:
                _expectsKey = true;
                break;
            case ':' when _depth == 1:
                _expectsKey = false;
                break;
            case '"':
                _isInString = true;
                _isKey = _depth == 1 && _expectsKey;
                _speaks = _depth == 1 && !_isKey && _isWanted;
                _matched = 0;
                break;
        }
    }

    private bool Take(char character)
    {
        if (_isKey)
        {
            _matched = _matched >= 0 && _matched < property.Length && property[_matched] == character ? _matched + 1 : -1;
        }

        return _speaks;
    }
}
