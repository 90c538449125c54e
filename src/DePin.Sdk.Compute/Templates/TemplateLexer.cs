using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace DePin.Sdk.Compute.Templates;

/// <summary>Cuts a template into tokens, with the whitespace rules of chat templates (trim_blocks and lstrip_blocks are on).</summary>
internal sealed partial class TemplateLexer
{
    private static readonly string[] TwoCharacterSymbols = ["==", "!=", "<=", ">=", "//", "**"];

    private readonly string _source;
    private readonly List<TemplateToken> _tokens = [];
    private int _at;
    private int _line = 1;
    private int _lineStart;

    private TemplateLexer(string source) => _source = source;

    public static List<TemplateToken> Read(string source)
    {
        // One newline at the very end of a template is not part of it, and all newlines are alike.
        string text = source.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        var lexer = new TemplateLexer(text.EndsWith('\n') ? text[..^1] : text);
        lexer.Run();
        lexer.Emit(TemplateTokenKind.End, "");
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
            else if (kind == '%' && RawOpening() is { } raw)
            {
                ReadRaw(raw);
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

    private TemplatePosition Here => new(_line, _at - _lineStart + 1);

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
            throw new ChatTemplateException("A comment is not closed.", Here);
        }

        char before = close > _at ? _source[close - 1] : '\0';
        Advance(close + 2 - _at);
        TrimAfter(before, isBlock: true);
    }

    /// <summary>The rest of a tag that begins raw text, or null.</summary>
    private Match? RawOpening() => RawTag().Match(_source, _at) is { Success: true } match && match.Groups["word"].Value == "raw" ? match : null;

    private void ReadRaw(Match opening)
    {
        var openedAt = Here;
        Advance(opening.Length);
        TrimAfter(Sign(opening), isBlock: true);
        for (int open = _at; (open = _source.IndexOf("{%", open, StringComparison.Ordinal)) >= 0; open++)
        {
            char control = open + 2 < _source.Length ? _source[open + 2] : '\0';
            var closing = RawTag().Match(_source, open + (control is '-' or '+' ? 3 : 2));
            if (closing.Success && closing.Groups["word"].Value == "endraw")
            {
                string data = _source[_at..open];
                Emit(TemplateTokenKind.Data, control == '-' ? data.TrimEnd() : control == '+' ? data : StripLineStart(data, _source[_at - 1] == '\n'));
                Advance(closing.Index + closing.Length - _at);
                TrimAfter(Sign(closing), isBlock: true);
                return;
            }
        }

        throw new ChatTemplateException("Raw text is not closed.", openedAt);
    }

    private static char Sign(Match tag) => tag.Groups["sign"] is { Length: 1 } sign ? sign.Value[0] : '\0';

    [GeneratedRegex(@"\G\s*(?<word>raw|endraw)\s*(?<sign>[-+]?)%\}")]
    private static partial Regex RawTag();

    private void ReadTag(bool isOutput)
    {
        char closer = isOutput ? '}' : '%';
        var openedAt = Here;
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
            Advance(_source[_at] == '\n' ? 1 : 0);
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
            throw new ChatTemplateException($"The character '{c}' is not understood here.", Here);
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

        int exponent = end < _source.Length && _source[end] is 'e' or 'E' ? end + 1 : end;
        exponent += exponent > end && exponent < _source.Length && _source[exponent] is '-' or '+' ? 1 : 0;
        if (exponent > end && exponent < _source.Length && char.IsAsciiDigit(_source[exponent]))
        {
            fraction = true;
            for (end = exponent; end < _source.Length && char.IsAsciiDigit(_source[end]);)
            {
                end++;
            }
        }

        EmitAndAdvance(fraction ? TemplateTokenKind.Number : TemplateTokenKind.Integer, end - _at);
    }

    private void ReadText(char quote)
    {
        var startedAt = Here;
        var text = new StringBuilder();
        Advance(1);
        while (_at < _source.Length && _source[_at] != quote)
        {
            if (_source[_at] == '\\' && _at + 1 < _source.Length)
            {
                Advance(1);
                ReadEscape(text);
            }
            else
            {
                text.Append(_source[_at]);
                Advance(1);
            }
        }

        if (_at >= _source.Length)
        {
            throw new ChatTemplateException("A string is not closed.", startedAt);
        }

        Advance(1);
        _tokens.Add(new TemplateToken(TemplateTokenKind.Text, text.ToString(), startedAt));
    }

    private void ReadEscape(StringBuilder text)
    {
        char c = _source[_at];
        int digits = c switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits > 0)
        {
            if (_at + digits >= _source.Length ||
                !int.TryParse(_source.AsSpan(_at + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code) ||
                code is < 0 or > 0x10FFFF)
            {
                throw new ChatTemplateException($"The escape '\\{c}' needs {digits} hexadecimal digits.", Here);
            }

            text.Append(code < 0x10000 ? ((char)code).ToString() : char.ConvertFromUtf32(code));
            Advance(1 + digits);
            return;
        }

        text.Append(c switch
        {
            'n' => "\n",
            'r' => "\r",
            't' => "\t",
            'a' => "\a",
            'b' => "\b",
            'f' => "\f",
            'v' => "\v",
            '0' => "\0",
            '\\' => "\\",
            '\'' => "'",
            '"' => "\"",
            '\n' => "",
            _ => $"\\{c}",
        });
        Advance(1);
    }

    private void Emit(TemplateTokenKind kind, string text) => _tokens.Add(new TemplateToken(kind, text, Here));

    private void EmitAndAdvance(TemplateTokenKind kind, int length)
    {
        Emit(kind, _source.Substring(_at, length));
        Advance(length);
    }

    private void Advance(int count)
    {
        for (int end = _at + count; _at < end; _at++)
        {
            if (_source[_at] == '\n')
            {
                _line++;
                _lineStart = _at + 1;
            }
        }
    }
}
