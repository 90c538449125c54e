using System.Globalization;
using System.Text;

namespace DePin.Sdk.Compute.Grammars.Syntax;

/// <summary>Reads the text of a GBNF grammar.</summary>
internal sealed class GbnfParser
{
    private readonly string _source;
    private readonly List<string> _names = [];
    private readonly List<GrammarNode?> _bodies = [];
    private readonly List<int> _firstUses = [];
    private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);
    private int _at;
    private int _nesting;

    private GbnfParser(string source) => _source = source;

    /// <summary>Reads all rules; each one that is used is defined.</summary>
    public static List<GrammarRule> Parse(string source)
    {
        if (source.Length > GrammarLimits.SourceLength)
        {
            throw new GrammarException($"The grammar has {source.Length} characters; at most {GrammarLimits.SourceLength} are allowed.");
        }

        return new GbnfParser(source).ReadRules();
    }

    private List<GrammarRule> ReadRules()
    {
        SkipSpace(acrossLines: true);
        while (_at < _source.Length)
        {
            ReadRule();
            SkipSpace(acrossLines: true);
        }

        for (int i = 0; i < _names.Count; i++)
        {
            if (_bodies[i] is null)
            {
                throw Error($"The rule '{_names[i]}' is used but not defined; add a line '{_names[i]} ::= ...'.", _firstUses[i]);
            }
        }

        return [.. _names.Select((name, i) => new GrammarRule(name, _bodies[i]!))];
    }

    private void ReadRule()
    {
        int start = _at;
        string name = ReadName() ?? throw Error($"Expected the name of a rule here, not {Describe()}.");
        SkipSpace(acrossLines: false);
        if (!_source.AsSpan(_at).StartsWith("::="))
        {
            throw Error($"Expected '::=' after '{name}', not {Describe()}.");
        }

        _at += 3;
        int index = IndexOf(name, start);
        if (_bodies[index] is not null)
        {
            throw Error($"The rule '{name}' is defined twice; join its definitions with '|'.", start);
        }

        _bodies[index] = ReadChoice(inGroup: false);
        if (_at < _source.Length && Current is not ('\n' or '\r'))
        {
            throw Error(Current == ')' ? "There is no '(' for this ')'." : $"Expected the end of the line after rule '{name}', not {Describe()}.");
        }
    }

    private GrammarNode ReadChoice(bool inGroup)
    {
        if (++_nesting > GrammarLimits.Nesting)
        {
            throw Error($"Groups are nested deeper than {GrammarLimits.Nesting}; move the inner ones to rules of their own.");
        }

        var options = new List<GrammarNode>();
        do
        {
            // The line may end after '::=' and after '|'.
            SkipSpace(acrossLines: true);
            options.Add(ReadSequence(inGroup));
        }
        while (TryTake('|'));
        _nesting--;
        return GrammarNode.Choice([.. options]);
    }

    private GrammarNode ReadSequence(bool inGroup)
    {
        var parts = new List<GrammarNode>();
        while (_at < _source.Length)
        {
            // A name with '::=' behind it begins the next rule, where a line may end.
            if (ReadItem() is not { } item)
            {
                break;
            }

            parts.Add(ReadRepetitions(item));
            SkipSpace(acrossLines: inGroup);
        }

        return GrammarNode.Sequence([.. parts]);
    }

    private GrammarNode? ReadItem()
    {
        int start = _at;
        switch (Current)
        {
            case '"':
                return ReadLiteral();
            case '[':
                return ReadSet();
            case '.':
                _at++;
                return GrammarNode.Set(CharacterSet.All);
            case '(':
                _at++;
                var group = ReadChoice(inGroup: true);
                return TryTake(')') ? group : throw Error($"Expected ')' for the '(' at {Place(start)}, not {Describe()}.");
            case '<' or '!':
                throw Error("Terminals that name a token are not supported; write the token's text as a literal.");
            case '*' or '+' or '?' or '{':
                throw Error($"There is nothing before '{Current}' that it could repeat.");
        }

        if (ReadName() is not { } name)
        {
            return null;
        }

        int afterName = _at;
        SkipSpace(acrossLines: false);
        if (_source.AsSpan(_at).StartsWith("::="))
        {
            _at = start;
            return start == 0 || OnNewLine(start) ? null : throw Error($"The rule '{name}' must begin on a line of its own.");
        }

        _at = afterName;
        return new RuleNode(IndexOf(name, start));
    }

    private bool OnNewLine(int at)
    {
        while (at > 0 && _source[at - 1] is ' ' or '\t')
        {
            at--;
        }

        return at == 0 || _source[at - 1] is '\n' or '\r';
    }

    private GrammarNode ReadRepetitions(GrammarNode item)
    {
        // Each sign applies to what the one before it made, as in (x+)?.
        for (int signs = 0; _at < _source.Length; signs++)
        {
            (int Least, int? Most)? bounds = Current switch
            {
                '*' => (0, null),
                '+' => (1, null),
                '?' => (0, 1),
                '{' => ReadBounds(),
                _ => null,
            };
            if (bounds is not { } found)
            {
                break;
            }

            if (signs == GrammarLimits.RepetitionSigns)
            {
                throw Error("Too many repetition signs follow one another; one is enough.");
            }

            _at++;
            item = GrammarNode.Repeat(item, found.Least, found.Most);
        }

        return item;
    }

    private (int Least, int? Most) ReadBounds()
    {
        int start = _at++;
        SkipSpace(acrossLines: false);
        int? least = ReadNumber();
        SkipSpace(acrossLines: false);
        int? most = least;
        if (TryPeek(','))
        {
            _at++;
            SkipSpace(acrossLines: false);
            most = ReadNumber();
            SkipSpace(acrossLines: false);
        }
        else if (least is null)
        {
            throw Error("A repetition is written {m}, {m,} or {m,n}.", start);
        }

        if (!TryPeek('}'))
        {
            throw Error($"Expected '}}' for the '{{' at {Place(start)}, not {Describe()}.");
        }

        return most < (least ?? 0) ? throw Error($"A repetition of at least {least} and at most {most} cannot be.", start) : (least ?? 0, most);
    }

    private int? ReadNumber()
    {
        int start = _at;
        while (_at < _source.Length && char.IsAsciiDigit(Current))
        {
            _at++;
        }

        if (_at == start)
        {
            return null;
        }

        return int.TryParse(_source.AsSpan(start, _at - start), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= GrammarLimits.Repetitions
            ? number
            : throw Error($"A repetition may be {GrammarLimits.Repetitions} at most.", start);
    }

    private LiteralNode ReadLiteral()
    {
        int start = _at++;
        var text = new StringBuilder();
        while (_at < _source.Length && Current is not ('"' or '\n' or '\r'))
        {
            text.Append(new Rune(ReadCharacter()).ToString());
        }

        return TryPeek('"') ? new LiteralNode(Skipping(text.ToString())) : throw Error("This literal has no '\"' at its end.", start);
    }

    private CharactersNode ReadSet()
    {
        int start = _at++;
        bool negated = TryPeek('^');
        _at += negated ? 1 : 0;
        var ranges = new List<(int, int)>();
        while (_at < _source.Length && Current is not (']' or '\n' or '\r'))
        {
            int place = _at;
            int first = ReadCharacter();
            int last = first;
            if (TryPeek('-') && _at + 1 < _source.Length && _source[_at + 1] is not (']' or '\n' or '\r'))
            {
                _at++;
                last = ReadCharacter();
            }

            if (last < first)
            {
                throw Error("The end of this range lies before its beginning.", place);
            }

            ranges.Add((first, last));
        }

        if (!TryPeek(']'))
        {
            throw Error("This character class has no ']' at its end.", start);
        }

        _at++;
        var set = CharacterSet.Of(ranges);
        return new CharactersNode(negated ? set.Complement() : set);
    }

    private int ReadCharacter()
    {
        int start = _at;
        if (Current != '\\')
        {
            if (!Rune.TryGetRuneAt(_source, _at, out var rune))
            {
                throw Error("A surrogate stands alone here.");
            }

            _at += rune.Utf16SequenceLength;
            return rune.Value;
        }

        _at++;
        char escape = _at < _source.Length ? _source[_at++] : '\0';
        return escape switch
        {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            '\\' or '"' or '[' or ']' or '-' or '^' => escape,
            'x' => ReadHex(2, start),
            'u' => ReadHex(4, start),
            'U' => ReadHex(8, start),
            _ => throw Error("Unknown escape; \\n, \\r, \\t, \\\\, \\\", \\[, \\], \\-, \\^, \\xXX, \\uXXXX and \\UXXXXXXXX are known.", start),
        };
    }

    private int ReadHex(int digits, int start)
    {
        if (_at + digits > _source.Length ||
            !uint.TryParse(_source.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint value) || !Rune.IsValid(value))
        {
            throw Error($"Expected {digits} hexadecimal digits of a Unicode character other than a surrogate.", start);
        }

        _at += digits;
        return (int)value;
    }

    private string? ReadName()
    {
        int start = _at;
        while (_at < _source.Length && (char.IsAsciiLetterOrDigit(Current) || Current is '-' or '_'))
        {
            _at++;
        }

        return _at > start ? _source[start.._at] : null;
    }

    private int IndexOf(string name, int place)
    {
        if (!_indices.TryGetValue(name, out int index))
        {
            if (_names.Count == GrammarLimits.Rules)
            {
                throw Error($"A grammar may have {GrammarLimits.Rules} rules at most.", place);
            }

            index = _names.Count;
            _indices.Add(name, index);
            _names.Add(name);
            _bodies.Add(null);
            _firstUses.Add(place);
        }

        return index;
    }

    private void SkipSpace(bool acrossLines)
    {
        while (_at < _source.Length)
        {
            if (Current == '#')
            {
                while (_at < _source.Length && Current is not ('\n' or '\r'))
                {
                    _at++;
                }
            }
            else if (Current is ' ' or '\t' || (acrossLines && Current is '\n' or '\r' or '\uFEFF'))
            {
                _at++;
            }
            else
            {
                break;
            }
        }
    }

    private char Current => _source[_at];

    private bool TryPeek(char expected) => _at < _source.Length && Current == expected;

    private bool TryTake(char expected)
    {
        bool found = TryPeek(expected);
        _at += found ? 1 : 0;
        return found;
    }

    private string Skipping(string text)
    {
        _at++;
        return text;
    }

    private string Describe() => _at >= _source.Length ? "the end of the text" : Current is '\n' or '\r' ? "the end of the line" : $"'{Current}'";

    private GrammarException Error(string message) => Error(message, _at);

    private GrammarException Error(string message, int at)
    {
        var (line, column) = LineOf(at);
        return new GrammarException(message, line, column);
    }

    private string Place(int at)
    {
        var (line, column) = LineOf(at);
        return $"line {line}, column {column}";
    }

    private (int Line, int Column) LineOf(int at)
    {
        var before = _source.AsSpan(0, at);
        return (before.Count('\n') + 1, at - before.LastIndexOf('\n'));
    }
}
