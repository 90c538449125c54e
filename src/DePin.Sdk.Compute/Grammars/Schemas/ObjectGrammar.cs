using System.Text.Json;
using DePin.Sdk.Compute.Grammars.Syntax;

namespace DePin.Sdk.Compute.Grammars.Schemas;

/// <summary>Grammars of JSON objects: declared properties in their order, then others where those are allowed.</summary>
internal sealed class ObjectGrammar(RuleSet rules, StringGrammar strings, Func<SchemaPart[], RuleNode> ruleOf)
{
    public GrammarNode Build(Schema schema)
    {
        if (!schema.HasObjectRules)
        {
            return rules["object"];
        }

        var declared = Declared(schema);
        var other = Other(schema, declared);
        var (least, most) = CountOthers(schema, declared.Count, other is not null);
        var members = declared.ConvertAll(p => (Node: Member(p.Name, p.Parts), p.IsRequired));
        var rest = other is null ? GrammarNode.Empty : GrammarNode.Repeat(GrammarNode.Sequence(Separator, other), least, most);
        var start = other is null || most == 0 ? GrammarNode.Empty : FirstOthers(other, least, most);

        // From the last property to the first: what may follow once one has been written, and what if none has been.
        for (int i = members.Count - 1; i >= 0; i--)
        {
            var (node, isRequired) = members[i];
            start = isRequired ? GrammarNode.Sequence(node, rest) : GrammarNode.Choice(GrammarNode.Sequence(node, rest), start);
            var next = GrammarNode.Sequence(Separator, node, rest);
            rest = isRequired ? next : GrammarNode.Choice(next, rest);
            if (i > 0)
            {
                rest = rules.Share(rest);
                start = isRequired || i % 8 != 0 ? start : rules.Share(start);
            }
        }

        return GrammarNode.Sequence(GrammarNode.Text("{"), rules["space"], start, rules["space"], GrammarNode.Text("}"));
    }

    private GrammarNode Separator => GrammarNode.Sequence(GrammarNode.Text(","), rules["space"]);

    private RuleNode Member(string name, SchemaPart[] parts) => rules.Share(
        GrammarNode.Sequence(StringGrammar.Name(name), rules["space"], ruleOf(parts)));

    private static List<(string Name, SchemaPart[] Parts, bool IsRequired)> Declared(Schema schema)
    {
        var required = schema.Required.ToHashSet(StringComparer.Ordinal);
        var declared = schema.Properties
            .Where(p => required.Contains(p.Key) || !p.Value.Any(v => v.Element.ValueKind == JsonValueKind.False))
            .Select(p => (p.Key, p.Value, required.Contains(p.Key))).ToList();
        var names = schema.Properties.Select(p => p.Key).ToHashSet(StringComparer.Ordinal);
        declared.AddRange(schema.Required.Where(n => !names.Contains(n)).Select(n => (n, schema.Additional ?? [], true)));
        return declared;
    }

    /// <summary>A property that is not declared; null where there can be none.</summary>
    private RuleNode? Other(Schema schema, List<(string Name, SchemaPart[] Parts, bool IsRequired)> declared)
    {
        bool isClosed = schema.Additional is { } parts && parts.Any(p => p.Element.ValueKind == JsonValueKind.False);
        bool isOpen = !isClosed && (schema.Additional is not null || (declared.Count == 0 && schema.Properties.Count == 0 && schema.PatternProperty is null));
        if (schema.PatternProperty is { } pattern)
        {
            return isOpen
                ? throw new GrammarException("patternProperties is supported only with additionalProperties false.", $"{schema.Pointer}/patternProperties")
                : Patterned(schema, pattern, declared);
        }

        if (!isOpen)
        {
            return null;
        }

        var name = strings.NameExcept([.. schema.Properties.Select(p => p.Key).Union(declared.Select(p => p.Name), StringComparer.Ordinal)], schema.Pointer);
        return OtherMember(name, schema.Additional ?? []);
    }

    private RuleNode? Patterned(Schema schema, KeyValuePair<string, SchemaPart> pattern, List<(string Name, SchemaPart[] Parts, bool IsRequired)> declared)
    {
        if (pattern.Value.Element.ValueKind == JsonValueKind.False)
        {
            return null;
        }

        var name = strings.NameLike(pattern.Key, pattern.Value.Pointer);
        var check = Grammar.Create([.. rules.Rules, new GrammarRule("name", StringGrammar.Quoted(name))], rules.Rules.Count);
        foreach (string other in schema.Properties.Select(p => p.Key).Union(declared.Select(p => p.Name), StringComparer.Ordinal))
        {
            if (check.IsMatch(JsonValues.Quote(other)))
            {
                throw new GrammarException($"The property '{other}' is declared and also matches the pattern; write the pattern so that it does not.", pattern.Value.Pointer);
            }
        }

        return OtherMember(name, [pattern.Value]);
    }

    private RuleNode OtherMember(GrammarNode name, SchemaPart[] parts) => rules.Share(
        GrammarNode.Sequence(StringGrammar.Quoted(name), GrammarNode.Text(":"), rules["space"], ruleOf(parts)));

    /// <summary>Properties that are not declared, where none stands before them.</summary>
    private GrammarNode FirstOthers(RuleNode other, int least, int? most)
    {
        var all = GrammarNode.Sequence(other, GrammarNode.Repeat(GrammarNode.Sequence(Separator, other), 0, most - 1));
        return least == 0 ? GrammarNode.Optional(all) : all;
    }

    /// <summary>How many properties may come that are not declared.</summary>
    private static (int Least, int? Most) CountOthers(Schema schema, int declared, bool hasOthers)
    {
        int required = schema.Required.Count;
        if (schema.LeastProperties > required && !(hasOthers && declared == 0 && schema.LeastProperties == 1))
        {
            // Two others might have the same name, and then are one.
            throw new GrammarException("minProperties is supported only up to the number of required properties, or as 1 where none are declared; use required.", $"{schema.Pointer}/minProperties");
        }

        if (schema.MostProperties < declared)
        {
            throw new GrammarException("maxProperties is supported only from the number of declared properties on.", $"{schema.Pointer}/maxProperties");
        }

        return (schema.LeastProperties > required ? 1 : 0, schema.MostProperties - declared);
    }
}
