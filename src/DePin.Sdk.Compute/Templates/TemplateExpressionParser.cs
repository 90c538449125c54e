using System.Globalization;
using System.Runtime.CompilerServices;

namespace DePin.Sdk.Compute.Templates;

/// <summary>Reads expressions, from loosest to tightest binding.</summary>
internal class TemplateExpressionParser(List<TemplateToken> tokens)
{
    // Bounds the recursion of parsing and of evaluation: a template must not be able to exhaust the stack.
    private const int MaximumDepth = 64;

    private int _at;
    private int _depth;

    /// <summary>Whether a name was read that stands for the further arguments of a macro.</summary>
    protected bool SeesMore { get; set; }

    protected TemplateToken Current => tokens[_at];

    protected TemplateToken Next => tokens[Math.Min(_at + 1, tokens.Count - 1)];

    protected TemplateToken Take() => tokens[_at++];

    protected bool TakeIf(string symbol)
    {
        bool matches = Current.Is(symbol);
        _at += matches ? 1 : 0;
        return matches;
    }

    protected bool TakeWordIf(string word)
    {
        bool matches = Current.IsWord(word);
        _at += matches ? 1 : 0;
        return matches;
    }

    protected void Expect(string symbol)
    {
        if (!TakeIf(symbol))
        {
            throw Error($"'{symbol}' is expected");
        }
    }

    protected string ExpectName()
    {
        if (Current.Kind != TemplateTokenKind.Name)
        {
            throw Error("a name is expected");
        }

        return Take().Text;
    }

    protected ChatTemplateException Error(string message) => new(
        Current.Kind == TemplateTokenKind.End ? $"{message}, but the template ends." : $"{message}, not '{Describe(Current)}'.", Current.Position);

    protected void Enter()
    {
        if (++_depth > MaximumDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new ChatTemplateException($"The template is nested deeper than {MaximumDepth} levels.", Current.Position);
        }
    }

    protected void Leave() => _depth--;

    protected TemplateExpression ParseExpression()
    {
        Enter();
        var position = Current.Position;
        var value = ParseOr();
        if (TakeWordIf("if"))
        {
            var condition = ParseOr();
            value = new ConditionalExpression(condition, value, TakeWordIf("else") ? ParseExpression() : null, position);
        }

        Leave();
        return value;
    }

    /// <summary>An expression, or several with commas between, which make a list.</summary>
    protected TemplateExpression ParseTuple(Func<TemplateExpression> parse)
    {
        var position = Current.Position;
        var first = parse();
        if (!Current.Is(","))
        {
            return first;
        }

        List<TemplateExpression> items = [first];
        while (TakeIf(",") && !EndsTuple())
        {
            items.Add(parse());
        }

        return new ListExpression(items, true, position);
    }

    private bool EndsTuple() => Current.Kind is TemplateTokenKind.CloseBlock or TemplateTokenKind.CloseOutput;

    /// <summary>An expression without a trailing condition: what a loop runs over.</summary>
    protected TemplateExpression ParseOr() => ParseChain(
        ParseAnd, t => t.IsWord("or") ? "or" : null, (_, left, right, position) => new LogicalExpression(false, left, right, position));

    private static string Describe(in TemplateToken token) => token.Kind switch
    {
        TemplateTokenKind.CloseBlock => "%}",
        TemplateTokenKind.CloseOutput => "}}",
        _ => token.Text,
    };

    private TemplateExpression ParseAnd() => ParseChain(
        ParseNot, t => t.IsWord("and") ? "and" : null, (_, left, right, position) => new LogicalExpression(true, left, right, position));

    private TemplateExpression ParseNot()
    {
        var position = Current.Position;
        if (!TakeWordIf("not"))
        {
            return ParseComparison();
        }

        Enter();
        var operand = ParseNot();
        Leave();
        return new NotExpression(operand, position);
    }

    private TemplateExpression ParseComparison()
    {
        var left = ParseSum();
        TemplateExpression? result = null;
        int chained = 0;
        while (ComparisonSymbol() is { } symbol)
        {
            Deepen(ref chained);
            var position = Take().Position;
            _at += symbol == "not in" ? 1 : 0;
            var right = ParseSum();
            TemplateExpression comparison = new BinaryExpression(symbol, left, right, position);
            result = result is null ? comparison : new LogicalExpression(true, result, comparison, position);
            left = right;
        }

        return result ?? left;
    }

    private string? ComparisonSymbol() => Current switch
    {
        { Kind: TemplateTokenKind.Symbol, Text: "==" or "!=" or "<" or ">" or "<=" or ">=" } => Current.Text,
        { Kind: TemplateTokenKind.Name, Text: "in" } => "in",
        { Kind: TemplateTokenKind.Name, Text: "not" } when Next.IsWord("in") => "not in",
        _ => null,
    };

    private TemplateExpression ParseSum() => ParseChain(ParseConcat, t => Symbol(t, "+", "-"), Binary);

    private TemplateExpression ParseConcat() => ParseChain(ParseProduct, t => Symbol(t, "~"), Binary);

    private TemplateExpression ParseProduct() => ParseChain(ParsePower, t => Symbol(t, "*", "/", "//", "%"), Binary);

    private TemplateExpression ParsePower() => ParseChain(() => ParseUnary(takesFilters: true), t => Symbol(t, "**"), Binary);

    /// <summary>A sign binds tighter than a filter: <c>-3 | abs</c> is 3.</summary>
    private TemplateExpression ParseUnary(bool takesFilters)
    {
        var position = Current.Position;
        TemplateExpression value;
        if (TakeIf("-"))
        {
            value = new NegateExpression(Nested(() => ParseUnary(takesFilters: false)), position);
        }
        else if (TakeIf("+"))
        {
            value = Nested(() => ParseUnary(takesFilters: false));
        }
        else
        {
            value = ParsePrimary();
        }

        return ParsePostfix(value, takesFilters);
    }

    private TemplateExpression Nested(Func<TemplateExpression> parse)
    {
        Enter();
        var value = parse();
        Leave();
        return value;
    }

    private static BinaryExpression Binary(string symbol, TemplateExpression left, TemplateExpression right, TemplatePosition position) => new(symbol, left, right, position);

    private static string? Symbol(TemplateToken token, params ReadOnlySpan<string> symbols) =>
        token.Kind == TemplateTokenKind.Symbol && symbols.Contains(token.Text) ? token.Text : null;

    private TemplateExpression ParseChain(
        Func<TemplateExpression> parseOperand, Func<TemplateToken, string?> symbolOf, Func<string, TemplateExpression, TemplateExpression, TemplatePosition, TemplateExpression> join)
    {
        var left = parseOperand();
        int chained = 0;
        while (symbolOf(Current) is { } symbol)
        {
            Deepen(ref chained);
            var position = Take().Position;
            left = join(symbol, left, parseOperand(), position);
        }

        return left;
    }

    /// <summary>A chain evaluates its left side recursively, so its length is bounded as well, more generously.</summary>
    private void Deepen(ref int chained)
    {
        if (++chained > 8 * MaximumDepth)
        {
            throw new ChatTemplateException("An expression is too long.", Current.Position);
        }
    }

    private TemplateExpression ParsePostfix(TemplateExpression value, bool takesFilters)
    {
        int chained = 0;
        while (true)
        {
            var position = Current.Position;
            Deepen(ref chained);
            if (TakeIf("."))
            {
                value = Current.Kind == TemplateTokenKind.Integer
                    ? new MemberExpression(value, new LiteralExpression(ParseInteger(Take()), position), position)
                    : new AttributeExpression(value, ExpectName(), position);
            }
            else if (TakeIf("["))
            {
                value = ParseIndex(value, position);
            }
            else if (TakeIf("("))
            {
                value = new CallExpression(value, ParseArguments(), position);
            }
            else if (takesFilters && TakeIf("|"))
            {
                var (name, arguments) = ParseFilter();
                value = new FilterExpression(value, name, arguments, position);
            }
            else if (takesFilters && TakeWordIf("is"))
            {
                value = ParseTest(value, position);
            }
            else
            {
                return value;
            }
        }
    }

    protected (string Name, TemplateArguments Arguments) ParseFilter()
    {
        string name = ExpectName();
        return (name, TakeIf("(") ? ParseArguments() : new TemplateArguments());
    }

    private TestExpression ParseTest(TemplateExpression value, TemplatePosition position)
    {
        bool negated = TakeWordIf("not");
        string name = ExpectName();
        var arguments = new TemplateArguments();
        if (TakeIf("("))
        {
            arguments = ParseArguments();
        }
        else if (Current.Is("[") || Current.Is("{") || Current.Kind is TemplateTokenKind.Text or TemplateTokenKind.Integer or TemplateTokenKind.Number ||
            (Current.Kind == TemplateTokenKind.Name && Current.Text is not ("and" or "or" or "not" or "if" or "else" or "is" or "in")))
        {
            arguments.Positional.Add(Nested(() => ParsePostfix(ParsePrimary(), takesFilters: false)));
        }

        return new TestExpression(value, name, negated, arguments, position);
    }

    private TemplateExpression ParseIndex(TemplateExpression value, TemplatePosition position)
    {
        TemplateExpression? start = Current.Is(":") ? null : ParseExpression();
        if (start is not null && TakeIf("]"))
        {
            return new MemberExpression(value, start, position);
        }

        Expect(":");
        TemplateExpression? end = Current.Is(":") || Current.Is("]") ? null : ParseExpression();
        TemplateExpression? step = TakeIf(":") && !Current.Is("]") ? ParseExpression() : null;
        Expect("]");
        return new SliceExpression(value, start, end, step, position);
    }

    private TemplateArguments ParseArguments()
    {
        var arguments = new TemplateArguments();
        while (!TakeIf(")"))
        {
            if (Current.Kind == TemplateTokenKind.Name && Next.Is("="))
            {
                string name = Take().Text;
                Take();
                arguments.Named.Add((name, ParseExpression()));
            }
            else
            {
                arguments.Positional.Add(ParseExpression());
            }

            if (!Current.Is(")"))
            {
                Expect(",");
            }
        }

        return arguments;
    }

    private TemplateExpression ParsePrimary()
    {
        var token = Current;
        switch (token.Kind)
        {
            case TemplateTokenKind.Text:
                Take();
                string text = token.Text;
                while (Current.Kind == TemplateTokenKind.Text)
                {
                    text += Take().Text;
                }

                return new LiteralExpression(new TemplateText(text), token.Position);
            case TemplateTokenKind.Integer:
                return new LiteralExpression(ParseInteger(Take()), token.Position);
            case TemplateTokenKind.Number:
                return new LiteralExpression(double.Parse(Take().Text, CultureInfo.InvariantCulture), token.Position);
            case TemplateTokenKind.Name:
                Take();
                return token.Text switch
                {
                    "true" or "True" => new LiteralExpression(true, token.Position),
                    "false" or "False" => new LiteralExpression(false, token.Position),
                    "none" or "None" => new LiteralExpression(null, token.Position),
                    _ => Name(token),
                };
            default:
                return ParseCollection(token);
        }
    }

    private NameExpression Name(TemplateToken token)
    {
        SeesMore |= token.Text is "varargs" or "kwargs";
        return new NameExpression(token.Text, token.Position);
    }

    private TemplateExpression ParseCollection(TemplateToken token)
    {
        if (TakeIf("["))
        {
            return new ListExpression(ParseItems("]", out _), false, token.Position);
        }

        if (TakeIf("("))
        {
            var items = ParseItems(")", out bool hasComma);
            return items.Count == 1 && !hasComma ? items[0] : new ListExpression(items, true, token.Position);
        }

        if (!TakeIf("{"))
        {
            throw Error("a value is expected");
        }

        List<(TemplateExpression Key, TemplateExpression Value)> entries = [];
        while (!TakeIf("}"))
        {
            var key = ParseExpression();
            Expect(":");
            entries.Add((key, ParseExpression()));
            if (!Current.Is("}"))
            {
                Expect(",");
            }
        }

        return new MapExpression(entries, token.Position);
    }

    private List<TemplateExpression> ParseItems(string close, out bool hasComma)
    {
        List<TemplateExpression> items = [];
        hasComma = false;
        while (!TakeIf(close))
        {
            items.Add(ParseExpression());
            if (!Current.Is(close))
            {
                Expect(",");
                hasComma = true;
            }
        }

        return items;
    }

    private static long ParseInteger(TemplateToken token) =>
        long.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            ? value
            : throw new ChatTemplateException($"The number {token.Text} is too large.", token.Position);
}
