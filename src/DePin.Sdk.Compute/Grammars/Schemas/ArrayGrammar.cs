using DePin.Sdk.Compute.Grammars.Syntax;

namespace DePin.Sdk.Compute.Grammars.Schemas;

/// <summary>Grammars of JSON arrays.</summary>
internal sealed class ArrayGrammar(RuleSet rules, Func<SchemaPart[], RuleNode> ruleOf)
{
    public GrammarNode Build(Schema schema)
    {
        if (!schema.HasArrayRules)
        {
            return rules["array"];
        }

        if (schema.LeastItems > schema.MostItems)
        {
            return new ChoiceNode([]);
        }

        int first = Math.Min(schema.FirstItems.Count, schema.MostItems ?? int.MaxValue);
        var item = ruleOf(schema.Items);
        var rest = RestFrom(schema, item, first);
        for (int i = first - 1; i >= 0; i--)
        {
            // The items from this one on, with what must stand before it if it is not the very first.
            var here = GrammarNode.Sequence(i == 0 ? GrammarNode.Empty : Separator, ruleOf(schema.FirstItems[i]), rest);
            rest = i >= schema.LeastItems ? GrammarNode.Optional(here) : here;
            rest = i % 8 == 7 ? rules.Share(rest) : rest;
        }

        return GrammarNode.Sequence(GrammarNode.Text("["), rules["space"], rest, rules["space"], GrammarNode.Text("]"));
    }

    private GrammarNode Separator => GrammarNode.Sequence(GrammarNode.Text(","), rules["space"]);

    /// <summary>The items behind those that have schemas of their own.</summary>
    private GrammarNode RestFrom(Schema schema, RuleNode item, int first)
    {
        int least = Math.Max(0, schema.LeastItems - first);
        int? most = schema.MostItems - first;
        if (first > 0)
        {
            return GrammarNode.Repeat(GrammarNode.Sequence(Separator, item), least, most);
        }

        if (most == 0)
        {
            return GrammarNode.Empty;
        }

        var all = GrammarNode.Sequence(item, GrammarNode.Repeat(GrammarNode.Sequence(Separator, item), Math.Max(0, least - 1), most - 1));
        return least == 0 ? GrammarNode.Optional(all) : all;
    }
}
