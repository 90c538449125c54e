using System.Globalization;
using System.Text;
using DePin.Sdk.Compute.Grammars.Syntax;

namespace DePin.Sdk.Compute.Grammars.Schemas;

/// <summary>Reads the regular part of ECMA-262's regular expressions, as what matches stands inside a JSON string.</summary>
internal sealed class PatternParser
{
    // Of a class with more characters than this, control characters that have no short escape are left out.
    private const int FewCharacters = 64;

    private static readonly CharacterSet Digits = CharacterSet.Of(('0', '9'));
    private static readonly CharacterSet Words = CharacterSet.Of(('0', '9'), ('A', 'Z'), ('a', 'z'), ('_', '_'));
    private static readonly CharacterSet Spaces = CharacterSet.Of("\t\n\v\f\r \u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u2028\u2029\u202F\u205F\u3000");

    // White space to ECMA-262 or to .NET, but not to both: taken for neither, so that both agree.
    private static readonly CharacterSet DoubtfulSpaces = CharacterSet.Of("\u0085\uFEFF");
    private static readonly CharacterSet LineEnds = CharacterSet.Of("\n\r\u2028\u2029");
    private static readonly CharacterSet Escaped = CharacterSet.Of((0, 0x1F), ('"', '"'), ('\\', '\\'));

    private readonly string _source;
    private readonly string _pointer;
    private readonly GrammarNode _anything;
    private int _at;
    private int _nesting;

    private PatternParser(string source, string pointer, GrammarNode anyCharacter)
    {
        _source = source;
        _pointer = pointer;
        _anything = GrammarNode.Repeat(anyCharacter, 0, null);
    }

    /// <param name="source">The pattern.</param>
    /// <param name="pointer">Where it stands.</param>
    /// <param name="anyCharacter">Matches any one character inside a JSON string: a pattern may match anywhere unless it says otherwise.</param>
    public static (GrammarNode Node, PatternLength Length) Parse(string source, string pointer, GrammarNode anyCharacter)
    {
        var parser = new PatternParser(source, pointer, anyCharacter);
        var parsed = parser.ReadChoice(isTop: true);
        return parser._at == source.Length ? parsed : throw parser.Error("There is no '(' for this ')'.");
    }

    private (GrammarNode Node, PatternLength Length) ReadChoice(bool isTop)
    {
        if (++_nesting > GrammarLimits.Nesting)
        {
            throw Error("Groups are nested too deep.");
        }

        var options = new List<GrammarNode>();
        PatternLength? length = null;
        do
        {
            var (node, ofOption) = isTop ? ReadUnanchored() : ReadSequence();
            options.Add(node);
            length = length?.Or(ofOption) ?? ofOption;
        }
        while (TryTake('|'));
        _nesting--;
        return (GrammarNode.Choice([.. options]), length!.Value);
    }

    private (GrammarNode Node, PatternLength Length) ReadUnanchored()
    {
        bool begins = TryTake('^');
        var (node, length) = ReadSequence();
        bool ends = TryTake('$');
        if (_at < _source.Length && _source[_at] is not ('|' or ')'))
        {
            throw Error("'$' is supported only at the end of the pattern or of an alternative outside groups.");
        }

        return (
            GrammarNode.Sequence([.. begins ? Array.Empty<GrammarNode>() : [_anything], node, .. ends ? Array.Empty<GrammarNode>() : [_anything]]),
            begins && ends ? length : length with { Most = double.PositiveInfinity });
    }

    private (GrammarNode Node, PatternLength Length) ReadSequence()
    {
        var parts = new List<GrammarNode>();
        var length = new PatternLength(0, 0);
        while (_at < _source.Length && _source[_at] is not ('|' or ')' or '$'))
        {
            var (node, ofPart) = ReadPart();
            (node, ofPart) = ReadRepetition(node, ofPart);
            parts.Add(node);
            length = length.Then(ofPart);
        }

        return (GrammarNode.Sequence([.. parts]), length);
    }

    private (GrammarNode Node, PatternLength Length) ReadPart()
    {
        char c = _source[_at];
        switch (c)
        {
            case '(':
                return ReadGroup();
            case '[':
                _at++;
                return One(ReadClass());
            case '.':
                _at++;
                return One(LineEnds.Complement());
            case '\\':
                _at++;
                return One(ReadEscape(inClass: false));
            case '^':
                throw Error("'^' is supported only at the beginning of the pattern or of an alternative outside groups.");
            case '*' or '+' or '?':
                throw Error($"There is nothing before '{c}' that it could repeat.");
            case '{' or '}' or ']':
                throw Error($"Write '\\{c}' for the character '{c}'.");
            default:
                return One(ReadOne());
        }
    }

    private (GrammarNode Node, PatternLength Length) ReadGroup()
    {
        int start = _at++;
        if (TryTake('?'))
        {
            bool isNamed = _at + 1 < _source.Length && _source[_at] == '<' && _source[_at + 1] is not ('=' or '!');
            int end = isNamed ? _source.IndexOf('>', _at) : _at;
            if (end < 0 || (!isNamed && !TryTake(':')))
            {
                throw Error("Only (...), (?:...) and (?<name>...) are supported.", start);
            }

            _at = isNamed ? end + 1 : _at;
        }

        var group = ReadChoice(isTop: false);
        return TryTake(')')
            ? group
            : throw (_at < _source.Length ? Error("'$' is supported only at the end of the pattern or of an alternative outside groups.") : Error("There is no ')' for this '('.", start));
    }

    private (GrammarNode Node, PatternLength Length) ReadRepetition(GrammarNode node, PatternLength length)
    {
        if (_at == _source.Length)
        {
            return (node, length);
        }

        int least = 0;
        int? most = null;
        switch (_source[_at])
        {
            case '*':
                break;
            case '+':
                least = 1;
                break;
            case '?':
                most = 1;
                break;
            case '{':
                (least, most) = ReadBounds();
                break;
            default:
                return (node, length);
        }

        _at++;

        // Which of several matches is found first makes no difference to whether there is one.
        TryTake('?');
        return _at < _source.Length && _source[_at] is '*' or '+' or '?' or '{'
            ? throw Error("A repetition cannot be repeated without a group.")
            : (GrammarNode.Repeat(node, least, most), length.Times(least, most));
    }

    private (int Least, int? Most) ReadBounds()
    {
        int start = _at;
        int end = _source.IndexOf('}', _at);
        string[] numbers = end < 0 ? [] : _source[(_at + 1)..end].Split(',');
        int most = 0;
        if (numbers.Length is 0 or > 2 || !TryParse(numbers[0], out int least) || (numbers.Length == 2 && numbers[1].Length > 0 && !TryParse(numbers[1], out most)))
        {
            throw Error($"A repetition is written {{m}}, {{m,}} or {{m,n}} with numbers up to {GrammarLimits.Repetitions}.", start);
        }

        _at = end;
        int? bound = numbers.Length == 1 ? least : numbers[1].Length == 0 ? null : most;
        return bound < least ? throw Error("The end of this repetition lies before its beginning.", start) : (least, bound);
    }

    private static bool TryParse(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= GrammarLimits.Repetitions;

    private CharacterSet ReadClass()
    {
        int start = _at - 1;
        bool isNegated = TryTake('^');
        var set = CharacterSet.Of(Enumerable.Empty<(int, int)>());
        var ranges = new List<(int, int)>();
        while (_at < _source.Length && _source[_at] != ']')
        {
            int place = _at;
            var first = ReadClassPart();
            if (_at + 1 < _source.Length && _source[_at] == '-' && _source[_at + 1] != ']')
            {
                _at++;
                var last = ReadClassPart();
                if (first.Ranges is not [var low] || last.Ranges is not [var high] || low.First != low.Last || high.First != high.Last || high.First < low.First)
                {
                    throw Error("This is not a range of characters.", place);
                }

                ranges.Add((low.First, high.First));
            }
            else
            {
                ranges.AddRange(first.Ranges);
            }
        }

        set = CharacterSet.Of(ranges);
        if (!TryTake(']'))
        {
            throw Error("This character class has no ']' at its end.", start);
        }

        return isNegated ? set.Complement() : set;
    }

    private CharacterSet ReadClassPart() => TryTake('\\') ? ReadEscape(inClass: true) : ReadOne();

    private CharacterSet ReadOne()
    {
        if (!Rune.TryGetRuneAt(_source, _at, out var rune))
        {
            throw Error("Half a character stands here.");
        }

        _at += rune.Utf16SequenceLength;
        return CharacterSet.Of((rune.Value, rune.Value));
    }

    private CharacterSet ReadEscape(bool inClass)
    {
        int start = _at - 1;
        char c = _at < _source.Length ? _source[_at++] : '\0';
        return c switch
        {
            'd' => Digits,
            'D' => Digits.Complement(),
            'w' => Words,
            'W' => Words.Complement(),
            's' => Spaces,
            'S' => Spaces.Union(DoubtfulSpaces).Complement(),
            't' => Of('\t'),
            'n' => Of('\n'),
            'r' => Of('\r'),
            'f' => Of('\f'),
            'v' => Of('\v'),
            'b' when inClass => Of('\b'),
            '0' when _at == _source.Length || !char.IsAsciiDigit(_source[_at]) => Of(0),
            'x' => Of(ReadHex(2, start)),
            'u' => Of(ReadHex(4, start)),
            _ when c != '\0' && !char.IsAsciiLetterOrDigit(c) && c < 0x80 => Of(c),
            _ => throw Error(c is 'b' or 'B' or 'p' or 'P' or 'k' || char.IsAsciiDigit(c) ? $"'\\{c}' is not supported." : "Unknown escape.", start),
        };
    }

    private static CharacterSet Of(int scalar) => CharacterSet.Of((scalar, scalar));

    private int ReadHex(int digits, int start)
    {
        if (_at + digits > _source.Length || !int.TryParse(_source.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value) ||
            !Rune.IsValid(value))
        {
            throw Error($"Expected {digits} hexadecimal digits of a character other than a surrogate.", start);
        }

        _at += digits;
        return value;
    }

    /// <summary>One character of a set, as it stands in a JSON string: by itself, or by its escape.</summary>
    private static (GrammarNode Node, PatternLength Length) One(CharacterSet set)
    {
        var options = new List<GrammarNode> { GrammarNode.Set(set.Except(Escaped)) };
        bool isSmall = set.Ranges.Sum(r => r.Last - r.First + 1L) <= FewCharacters;
        foreach (var (first, last) in set.Intersect(Escaped).Ranges)
        {
            for (int c = first; c <= last; c++)
            {
                if (isSmall || c is '"' or '\\' or '\n' or '\t' or '\r' or '\f' or '\b')
                {
                    options.Add(GrammarNode.Text(JsonValues.EscapeOf(c)!));
                }
            }
        }

        return (GrammarNode.Choice([.. options]), new PatternLength(1, 1));
    }

    private bool TryTake(char expected)
    {
        bool found = _at < _source.Length && _source[_at] == expected;
        _at += found ? 1 : 0;
        return found;
    }

    private GrammarException Error(string message) => Error(message, _at);

    private GrammarException Error(string message, int at) => new($"At character {at + 1} of the pattern: {message}", _pointer);
}
