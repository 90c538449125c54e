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
        Current.Kind == TemplateTokenKind.End ? $"{message}, but the template ends." : $"{message}, not '{Describe(Current)}'.", Current.Line);

    protected void Enter()
    {
        if (++_depth > MaximumDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new ChatTemplateException($"The template is nested deeper than {MaximumDepth} levels.", Current.Line);
        }
    }

    protected void Leave() => _depth--;

    protected TemplateExpression ParseExpression()
    {
        Enter();
        int line = Current.Line;
        var value = ParseOr();
        if (TakeWordIf("if"))
        {
            var condition = ParseOr();
            value = new ConditionalExpression(condition, value, TakeWordIf("else") ? ParseExpression() : null, line);
        }

        Leave();
        return value;
    }

    /// <summary>An expression without a trailing condition: what a loop runs over.</summary>
    protected TemplateExpression ParseOr() => ParseChain(
        ParseAnd, t => t.IsWord("or") ? "or" : null, (_, left, right, line) => new LogicalExpression(false, left, right, line));

    private static string Describe(in TemplateToken token) => token.Kind switch
    {
        TemplateTokenKind.CloseBlock => "%}",
        TemplateTokenKind.CloseOutput => "}}",
        _ => token.Text,
    };

    private TemplateExpression ParseAnd() => ParseChain(
        ParseNot, t => t.IsWord("and") ? "and" : null, (_, left, right, line) => new LogicalExpression(true, left, right, line));

    private TemplateExpression ParseNot()
    {
        int line = Current.Line;
        if (!TakeWordIf("not"))
        {
            return ParseComparison();
        }

        Enter();
        var operand = ParseNot();
        Leave();
        return new NotExpression(operand, line);
    }

    private TemplateExpression ParseComparison()
    {
        var left = ParseSum();
        TemplateExpression? result = null;
        int chained = 0;
        while (ComparisonSymbol() is { } symbol)
        {
            Deepen(ref chained);
            int line = Take().Line;
            _at += symbol == "not in" ? 1 : 0;
            var right = ParseSum();
            TemplateExpression comparison = new BinaryExpression(symbol, left, right, line);
            result = result is null ? comparison : new LogicalExpression(true, result, comparison, line);
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

    private TemplateExpression ParseProduct() => ParseChain(ParseUnary, t => Symbol(t, "*", "/", "//", "%"), Binary);

    private TemplateExpression ParseUnary()
    {
        int line = Current.Line;
        bool negative = Current.Is("-");
        if (!negative && !Current.Is("+"))
        {
            var value = ParsePostfix(ParsePrimary());
            return TakeIf("**") ? new BinaryExpression("**", value, Nested(ParseUnary), line) : value;
        }

        Take();
        var operand = Nested(ParseUnary);
        return negative ? new NegateExpression(operand, line) : operand;
    }

    private TemplateExpression Nested(Func<TemplateExpression> parse)
    {
        Enter();
        var value = parse();
        Leave();
        return value;
    }

    private static BinaryExpression Binary(string symbol, TemplateExpression left, TemplateExpression right, int line) => new(symbol, left, right, line);

    private static string? Symbol(TemplateToken token, params ReadOnlySpan<string> symbols) =>
        token.Kind == TemplateTokenKind.Symbol && symbols.Contains(token.Text) ? token.Text : null;

    private TemplateExpression ParseChain(
        Func<TemplateExpression> parseOperand, Func<TemplateToken, string?> symbolOf, Func<string, TemplateExpression, TemplateExpression, int, TemplateExpression> join)
    {
        var left = parseOperand();
        int chained = 0;
        while (symbolOf(Current) is { } symbol)
        {
            Deepen(ref chained);
            int line = Take().Line;
            left = join(symbol, left, parseOperand(), line);
        }

        return left;
    }

    /// <summary>A chain evaluates its left side recursively, so its length is bounded as well, more generously.</summary>
    private void Deepen(ref int chained)
    {
        if (++chained > 8 * MaximumDepth)
        {
            throw new ChatTemplateException("An expression is too long.", Current.Line);
        }
    }

    private TemplateExpression ParsePostfix(TemplateExpression value)
    {
        int chained = 0;
        while (true)
        {
            int line = Current.Line;
            Deepen(ref chained);
            if (TakeIf("."))
            {
                value = new MemberExpression(value, Member(), line);
            }
            else if (TakeIf("["))
            {
                value = ParseIndex(value, line);
            }
            else if (TakeIf("("))
            {
                value = new CallExpression(value, ParseArguments(), line);
            }
            else if (TakeIf("|"))
            {
                string name = ExpectName();
                value = new FilterExpression(value, name, TakeIf("(") ? ParseArguments() : new TemplateArguments(), line);
            }
            else if (TakeWordIf("is"))
            {
                value = ParseTest(value, line);
            }
            else
            {
                return value;
            }
        }
    }

    private LiteralExpression Member()
    {
        int line = Current.Line;
        return Current.Kind == TemplateTokenKind.Integer
            ? new LiteralExpression(ParseInteger(Take()), line)
            : new LiteralExpression(new TemplateText(ExpectName()), line);
    }

    private TestExpression ParseTest(TemplateExpression value, int line)
    {
        bool negated = TakeWordIf("not");
        string name = ExpectName();
        var arguments = new TemplateArguments();
        if (TakeIf("("))
        {
            arguments = ParseArguments();
        }
        else if (Current.Is("[") || Current.Kind is TemplateTokenKind.Text or TemplateTokenKind.Integer or TemplateTokenKind.Number ||
            (Current.Kind == TemplateTokenKind.Name && Current.Text is not ("and" or "or" or "not" or "if" or "else" or "is" or "in")))
        {
            arguments.Positional.Add(Nested(ParsePrimary));
        }

        return new TestExpression(value, name, negated, arguments, line);
    }

    private TemplateExpression ParseIndex(TemplateExpression value, int line)
    {
        TemplateExpression? start = Current.Is(":") ? null : ParseExpression();
        if (start is not null && TakeIf("]"))
        {
            return new MemberExpression(value, start, line);
        }

        Expect(":");
        TemplateExpression? end = Current.Is(":") || Current.Is("]") ? null : ParseExpression();
        TemplateExpression? step = TakeIf(":") && !Current.Is("]") ? ParseExpression() : null;
        Expect("]");
        return new SliceExpression(value, start, end, step, line);
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

                return new LiteralExpression(new TemplateText(text), token.Line);
            case TemplateTokenKind.Integer:
                return new LiteralExpression(ParseInteger(Take()), token.Line);
            case TemplateTokenKind.Number:
                return new LiteralExpression(double.Parse(Take().Text, CultureInfo.InvariantCulture), token.Line);
            case TemplateTokenKind.Name:
                Take();
                return token.Text switch
                {
                    "true" or "True" => new LiteralExpression(true, token.Line),
                    "false" or "False" => new LiteralExpression(false, token.Line),
                    "none" or "None" => new LiteralExpression(null, token.Line),
                    _ => new NameExpression(token.Text, token.Line),
                };
            default:
                return ParseCollection(token);
        }
    }

    private TemplateExpression ParseCollection(TemplateToken token)
    {
        if (TakeIf("["))
        {
            return new ListExpression(ParseItems("]", out _), token.Line);
        }

        if (TakeIf("("))
        {
            var items = ParseItems(")", out bool hasComma);
            return items.Count == 1 && !hasComma ? items[0] : new ListExpression(items, token.Line);
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

        return new MapExpression(entries, token.Line);
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
            : throw new ChatTemplateException($"The number {token.Text} is too large.", token.Line);
}
