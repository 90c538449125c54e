using System.Text;

namespace DePin.Sdk.Compute.Templates;

/// <summary>Cuts a template into tokens, with the whitespace rules of chat templates (trim_blocks and lstrip_blocks are on).</summary>
internal sealed class TemplateLexer
{
    private static readonly string[] TwoCharacterSymbols = ["==", "!=", "<=", ">=", "//", "**"];

    private readonly string _source;
    private readonly List<TemplateToken> _tokens = [];
    private int _at;
    private int _line = 1;

    private TemplateLexer(string source) => _source = source;

    public static List<TemplateToken> Read(string source)
    {
        // One newline at the very end of a template is not part of it.
        string text = source.EndsWith('\n') ? source[..^(source.EndsWith("\r\n", StringComparison.Ordinal) ? 2 : 1)] : source;
        var lexer = new TemplateLexer(text);
        lexer.Run();
        lexer._tokens.Add(new TemplateToken(TemplateTokenKind.End, "", lexer._line));
        return lexer._tokens;
    }

    private void Run()
    {
        while (_at < _source.Length)
        {
            int open = FindOpen(_at);
            string data = _source[_at..open];
            if (open == _source.Length)
            {
                Emit(TemplateTokenKind.Data, data);
                return;
            }

            char kind = _source[open + 1];
            char control = open + 2 < _source.Length ? _source[open + 2] : '\0';
            string kept = control == '-' ? data.TrimEnd() : kind != '{' && control != '+' ? StripLineStart(data, _at == 0 || _source[_at - 1] == '\n') : data;
            if (kept.Length > 0)
            {
                Emit(TemplateTokenKind.Data, kept);
            }

            Advance(open - _at);
            Advance(control is '-' or '+' ? 3 : 2);
            if (kind == '#')
            {
                SkipComment();
            }
            else
            {
                ReadTag(kind == '{');
            }
        }
    }

    private int FindOpen(int from)
    {
        for (int i = from; (i = _source.IndexOf('{', i)) >= 0; i++)
        {
            if (i + 1 < _source.Length && _source[i + 1] is '{' or '%' or '#')
            {
                return i;
            }
        }

        return _source.Length;
    }

    private static string StripLineStart(string data, bool startsLine)
    {
        int end = data.Length;
        while (end > 0 && data[end - 1] is ' ' or '\t')
        {
            end--;
        }

        return (end == 0 && startsLine) || (end > 0 && data[end - 1] == '\n') ? data[..end] : data;
    }

    private void SkipComment()
    {
        int close = _source.IndexOf("#}", _at, StringComparison.Ordinal);
        if (close < 0)
        {
            throw new ChatTemplateException("A comment is not closed.", _line);
        }

        char before = close > _at ? _source[close - 1] : '\0';
        Advance(close + 2 - _at);
        TrimAfter(before, isBlock: true);
    }

    private void ReadTag(bool isOutput)
    {
        char closer = isOutput ? '}' : '%';
        int openedAt = _line;
        Emit(isOutput ? TemplateTokenKind.OpenOutput : TemplateTokenKind.OpenBlock, "");
        int depth = 0;
        while (_at < _source.Length)
        {
            char c = _source[_at];
            char next = _at + 1 < _source.Length ? _source[_at + 1] : '\0';
            char third = _at + 2 < _source.Length ? _source[_at + 2] : '\0';
            bool signed = c is '-' or '+' && next == closer && third == '}';
            if (depth == 0 && (signed || (c == closer && next == '}')))
            {
                Advance(signed ? 3 : 2);
                Emit(isOutput ? TemplateTokenKind.CloseOutput : TemplateTokenKind.CloseBlock, "");
                TrimAfter(signed ? c : '\0', !isOutput);
                return;
            }

            if (char.IsWhiteSpace(c))
            {
                Advance(1);
                continue;
            }

            depth += c is '{' or '[' or '(' ? 1 : c is '}' or ']' or ')' ? -1 : 0;
            ReadToken(c, next);
        }

        throw new ChatTemplateException("A tag is not closed.", openedAt);
    }

    private void TrimAfter(char sign, bool isBlock)
    {
        if (sign == '-')
        {
            while (_at < _source.Length && char.IsWhiteSpace(_source[_at]))
            {
                Advance(1);
            }
        }
        else if (isBlock && sign != '+' && _at < _source.Length)
        {
            int length = _source[_at] == '\n' ? 1 : _source[_at] == '\r' && _at + 1 < _source.Length && _source[_at + 1] == '\n' ? 2 : 0;
            Advance(length);
        }
    }

    private void ReadToken(char c, char next)
    {
        if (char.IsAsciiLetter(c) || c == '_')
        {
            int end = _at;
            while (end < _source.Length && (char.IsAsciiLetterOrDigit(_source[end]) || _source[end] == '_'))
            {
                end++;
            }

            EmitAndAdvance(TemplateTokenKind.Name, end - _at);
        }
        else if (char.IsAsciiDigit(c))
        {
            ReadNumber();
        }
        else if (c is '\'' or '"')
        {
            ReadText(c);
        }
        else if (Array.IndexOf(TwoCharacterSymbols, $"{c}{next}") >= 0)
        {
            EmitAndAdvance(TemplateTokenKind.Symbol, 2);
        }
        else if ("+-*/%~<>=!.,:|()[]{}".Contains(c))
        {
            EmitAndAdvance(TemplateTokenKind.Symbol, 1);
        }
        else
        {
            throw new ChatTemplateException($"The character '{c}' is not understood here.", _line);
        }
    }

    private void ReadNumber()
    {
        int end = _at;
        bool fraction = false;
        while (end < _source.Length && (char.IsAsciiDigit(_source[end]) || (!fraction && _source[end] == '.' && end + 1 < _source.Length && char.IsAsciiDigit(_source[end + 1]))))
        {
            fraction |= _source[end] == '.';
            end++;
        }

        EmitAndAdvance(fraction ? TemplateTokenKind.Number : TemplateTokenKind.Integer, end - _at);
    }

    private void ReadText(char quote)
    {
        int startedAt = _line;
        var text = new StringBuilder();
        Advance(1);
        while (_at < _source.Length && _source[_at] != quote)
        {
            char c = _source[_at];
            if (c == '\\' && _at + 1 < _source.Length)
            {
                Advance(1);
                c = _source[_at];
                text.Append(c switch
                {
                    'n' => "\n",
                    'r' => "\r",
                    't' => "\t",
                    '\\' => "\\",
                    '\'' => "'",
                    '"' => "\"",
                    _ => $"\\{c}",
                });
            }
            else
            {
                text.Append(c);
            }

            Advance(1);
        }

        if (_at >= _source.Length)
        {
            throw new ChatTemplateException("A string is not closed.", startedAt);
        }

        Advance(1);
        _tokens.Add(new TemplateToken(TemplateTokenKind.Text, text.ToString(), startedAt));
    }

    private void Emit(TemplateTokenKind kind, string text) => _tokens.Add(new TemplateToken(kind, text, _line));

    private void EmitAndAdvance(TemplateTokenKind kind, int length)
    {
        Emit(kind, _source.Substring(_at, length));
        Advance(length);
    }

    private void Advance(int count)
    {
        for (int end = _at + count; _at < end; _at++)
        {
            _line += _source[_at] == '\n' ? 1 : 0;
        }
    }
}
