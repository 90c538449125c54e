using DePin.Sdk.Compute.Grammars.Syntax;

namespace DePin.Sdk.Compute.Grammars.Schemas;

/// <summary>Grammars of JSON strings.</summary>
internal sealed class StringGrammar(RuleSet rules)
{
    private static readonly GrammarNode Mark = GrammarNode.Text("\"");

    public GrammarNode Build(Schema schema)
    {
        if (!schema.HasStringRules)
        {
            return rules["string"];
        }

        if (schema.Pattern is not null && schema.Format is not null)
        {
            throw new GrammarException("pattern and format cannot be joined; leave one of them out.", $"{schema.Pointer}/format");
        }

        if (schema.Pattern is { } pattern)
        {
            var (node, length) = PatternParser.Parse(pattern, $"{schema.Pointer}/pattern", rules["char"]);
            return length.Least >= schema.LeastLength && !(length.Most > schema.MostLength)
                ? Quoted(node)
                : throw new GrammarException(
                    "The pattern does not see to minLength and maxLength; write the bounds into the pattern, as in ^[a-z]{1,20}$, and leave them out.", $"{schema.Pointer}/pattern");
        }

        bool hasBounds = schema.LeastLength > 0 || schema.MostLength is not null;
        if (schema.Format is { } format)
        {
            return hasBounds
                ? throw new GrammarException("format cannot be joined with minLength and maxLength; leave those out.", $"{schema.Pointer}/format")
                : Quoted(rules[format]);
        }

        return schema.LeastLength > schema.MostLength
            ? new ChoiceNode([])
            : Quoted(GrammarNode.Repeat(rules["char"], schema.LeastLength, schema.MostLength));
    }

    /// <summary>A property's name and the sign behind it.</summary>
    public static GrammarNode Name(string name) => GrammarNode.Text(JsonValues.Quote(name) + ":");

    public GrammarNode NameLike(string pattern, string pointer) => PatternParser.Parse(pattern, pointer, rules["name-char"]).Node;

    /// <summary>Any name but some.</summary>
    public GrammarNode NameExcept(IReadOnlyList<string> names, string pointer)
    {
        if (names.Any(n => n.Length > GrammarLimits.Nesting))
        {
            throw new GrammarException($"Beside additionalProperties, names of properties may have {GrammarLimits.Nesting} characters at most.", pointer);
        }

        return Except(names, GrammarNode.Repeat(rules["name-char"], 0, null));
    }

    public static GrammarNode Quoted(GrammarNode content) => GrammarNode.Sequence(Mark, content, Mark);

    private static GrammarNode Except(IEnumerable<string> names, GrammarNode anything)
    {
        var options = new List<GrammarNode>();
        var firsts = CharacterSet.Of((0, 0x1F), ('"', '"'), ('\\', '\\'));
        bool refusesEnd = false;
        foreach (var group in names.GroupBy(n => n.EnumerateRunes().FirstOrDefault()))
        {
            if (group.Any(n => n.Length == 0))
            {
                refusesEnd = true;
                continue;
            }

            string first = group.Key.ToString();
            firsts = firsts.Union(CharacterSet.Of(first));
            if (JsonValues.EscapeOf(group.Key.Value) is null)
            {
                options.Add(GrammarNode.Sequence(GrammarNode.Text(first), Except(group.Select(n => n[first.Length..]), anything)));
            }
        }

        options.Add(GrammarNode.Sequence(GrammarNode.Set(firsts.Complement()), anything));
        if (!refusesEnd)
        {
            options.Add(GrammarNode.Empty);
        }

        return GrammarNode.Choice([.. options]);
    }
}
