namespace DePin.Sdk.Compute.Templates;

/// <summary>Reads the statements of a template.</summary>
internal sealed class TemplateParser : TemplateExpressionParser
{
    private int _loops;

    private TemplateParser(List<TemplateToken> tokens) : base(tokens)
    {
    }

    public static List<TemplateStatement> Parse(string source)
    {
        var parser = new TemplateParser(TemplateLexer.Read(source));
        var statements = parser.ParseBody();
        return parser.Current.Kind == TemplateTokenKind.End
            ? statements
            : throw new ChatTemplateException($"'{parser.Next.Text}' closes nothing.", parser.Current.Position);
    }

    /// <summary>Statements up to a tag that belongs to the statement around them; its opening is not taken.</summary>
    private List<TemplateStatement> ParseBody()
    {
        Enter();
        List<TemplateStatement> statements = [];
        while (Current.Kind != TemplateTokenKind.End && !(Current.Kind == TemplateTokenKind.OpenBlock && EndsBody(Next.Text)))
        {
            statements.Add(ParseStatement());
        }

        Leave();
        return statements;
    }

    private static bool EndsBody(string word) => 
        word is "elif" or "else" or "endif" or "endfor" or "endset" or "endgeneration" or "endmacro" or "endcall" or "endfilter";

    private TemplateStatement ParseStatement()
    {
        var token = Take();
        switch (token.Kind)
        {
            case TemplateTokenKind.Data:
                return new DataStatement(token.Text);
            case TemplateTokenKind.OpenOutput:
                var output = new OutputStatement(ParseTuple(ParseExpression));
                Close(TemplateTokenKind.CloseOutput);
                return output;
            default:
                return ParseBlock();
        }
    }

    private TemplateStatement ParseBlock()
    {
        var position = Current.Position;
        string word = ExpectName();
        switch (word)
        {
            case "if":
                return ParseIf();
            case "for":
                return ParseFor(position);
            case "set":
                return ParseSet(position);
            case "macro":
                return ParseMacro();
            case "call":
                return ParseCall();
            case "filter":
                return ParseFilterBlock();
            case "generation":
                // Marks assistant turns for training; means nothing here.
                Close(TemplateTokenKind.CloseBlock);
                var body = ParseBody();
                End("endgeneration");
                return new GroupStatement(body);
            case "break" or "continue" when _loops > 0:
                Close(TemplateTokenKind.CloseBlock);
                return new JumpStatement(word == "break" ? TemplateFlow.Break : TemplateFlow.Continue);
            default:
                throw new ChatTemplateException($"The tag '{word}' is not supported here.", position);
        }
    }

    private IfStatement ParseIf()
    {
        List<(TemplateExpression? Condition, List<TemplateStatement> Body)> branches = [];
        TemplateExpression? condition = ParseExpression();
        while (true)
        {
            Close(TemplateTokenKind.CloseBlock);
            branches.Add((condition, ParseBody()));
            if (Current.Kind != TemplateTokenKind.OpenBlock)
            {
                throw Error("'endif' is expected");
            }

            Take();
            if (condition is not null && TakeWordIf("elif"))
            {
                condition = ParseExpression();
            }
            else if (condition is not null && TakeWordIf("else"))
            {
                condition = null;
            }
            else if (TakeWordIf("endif"))
            {
                Close(TemplateTokenKind.CloseBlock);
                return new IfStatement(branches);
            }
            else
            {
                throw Error("'endif' is expected");
            }
        }
    }

    private ForStatement ParseFor(TemplatePosition position)
    {
        var names = ParseNames();
        if (!TakeWordIf("in"))
        {
            throw Error("'in' is expected");
        }

        var source = ParseTuple(ParseOr);
        var filter = TakeWordIf("if") ? ParseExpression() : null;
        bool isRecursive = TakeWordIf("recursive");
        Close(TemplateTokenKind.CloseBlock);
        _loops++;
        var body = ParseBody();
        _loops--;
        List<TemplateStatement>? otherwise = null;
        if (Current.Kind == TemplateTokenKind.OpenBlock && Next.IsWord("else"))
        {
            Take();
            Take();
            Close(TemplateTokenKind.CloseBlock);
            otherwise = ParseBody();
        }

        End("endfor");
        return new ForStatement(names, source, filter, body, otherwise, isRecursive, position);
    }

    private SetStatement ParseSet(TemplatePosition position)
    {
        var names = ParseNames();
        string? member = names.Count == 1 && TakeIf(".") ? ExpectName() : null;
        if (TakeIf("="))
        {
            var value = ParseTuple(ParseExpression);
            Close(TemplateTokenKind.CloseBlock);
            return new SetStatement(names, member, value, null, position);
        }

        List<(string Name, TemplateArguments Arguments)> filters = [];
        while (TakeIf("|"))
        {
            filters.Add(ParseFilter());
        }

        var body = ParseEnclosed("endset");
        return new SetStatement(names, member, null, filters.Count == 0 ? body : [new FilterStatement(filters, body)], position);
    }

    private MacroStatement ParseMacro()
    {
        string name = ExpectName();
        Expect("(");
        return new MacroStatement(ParseMacro(name, ParseParameters(), "endmacro"));
    }

    private TemplateMacro ParseMacro(string name, List<(string Name, TemplateExpression? Default)> parameters, string end)
    {
        bool seesMore = SeesMore;
        SeesMore = false;
        var body = ParseEnclosed(end);
        var macro = new TemplateMacro(name, parameters, body, SeesMore);
        SeesMore = seesMore;
        return macro;
    }

    private List<(string Name, TemplateExpression? Default)> ParseParameters()
    {
        List<(string Name, TemplateExpression? Default)> parameters = [];
        while (!TakeIf(")"))
        {
            string name = ExpectName();
            parameters.Add((name, TakeIf("=") ? ParseExpression() : null));
            if (!Current.Is(")"))
            {
                Expect(",");
            }
        }

        return parameters;
    }

    private CallStatement ParseCall()
    {
        var parameters = TakeIf("(") ? ParseParameters() : [];
        var target = Current.Position;
        return ParseExpression() is CallExpression call
            ? new CallStatement(call, ParseMacro("caller", parameters, "endcall"))
            : throw new ChatTemplateException("A call is expected.", target);
    }

    private FilterStatement ParseFilterBlock()
    {
        List<(string Name, TemplateArguments Arguments)> filters = [ParseFilter()];
        while (TakeIf("|"))
        {
            filters.Add(ParseFilter());
        }

        return new FilterStatement(filters, ParseEnclosed("endfilter"));
    }

    /// <summary>A body that runs by itself, so that a loop around it cannot be left from within.</summary>
    private List<TemplateStatement> ParseEnclosed(string end)
    {
        Close(TemplateTokenKind.CloseBlock);
        int loops = _loops;
        _loops = 0;
        var body = ParseBody();
        _loops = loops;
        End(end);
        return body;
    }

    private List<string> ParseNames()
    {
        bool parenthesized = TakeIf("(");
        List<string> names = [ExpectName()];
        while (TakeIf(","))
        {
            names.Add(ExpectName());
        }

        if (parenthesized)
        {
            Expect(")");
        }

        return names;
    }

    private void End(string word)
    {
        if (Current.Kind != TemplateTokenKind.OpenBlock || !Next.IsWord(word))
        {
            throw Error($"'{word}' is expected");
        }

        Take();
        Take();
        Close(TemplateTokenKind.CloseBlock);
    }

    private void Close(TemplateTokenKind kind)
    {
        if (Current.Kind != kind)
        {
            throw Error(kind == TemplateTokenKind.CloseBlock ? "'%}' is expected" : "'}}' is expected");
        }

        Take();
    }
}
