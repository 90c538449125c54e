using System.Text.Json;
using DePin.Sdk.Compute.Grammars.Syntax;

namespace DePin.Sdk.Compute.Grammars.Schemas;

/// <summary>Makes grammars of JSON schemas (draft 2020-12, and what older drafts and OpenAPI write otherwise).</summary>
internal sealed class SchemaCompiler
{
    private static readonly IReadOnlyList<GrammarRule> CommonRules = GbnfParser.Parse(JsonText.Rules);

    private readonly RuleSet _rules;
    private readonly SchemaFlattener _flattener;
    private readonly Dictionary<string, RuleNode> _known = new(StringComparer.Ordinal);
    private readonly Queue<(int Rule, SchemaPart[] Parts)> _pending = new();
    private readonly ObjectGrammar _objects;
    private readonly ArrayGrammar _arrays;
    private readonly StringGrammar _strings;

    private SchemaCompiler(JsonElement document)
    {
        _rules = new RuleSet([.. CommonRules]);
        _flattener = new SchemaFlattener(document);
        _strings = new StringGrammar(_rules);
        _arrays = new ArrayGrammar(_rules, RuleOf);
        _objects = new ObjectGrammar(_rules, _strings, RuleOf);
    }

    /// <summary>Makes the grammar of any JSON value, or of any object.</summary>
    public static Grammar CompileAny(bool objectOnly)
    {
        var rules = new RuleSet([.. CommonRules]);
        return Grammar.Create(rules.Rules, rules[objectOnly ? "object" : "value"].Rule);
    }

    /// <exception cref="GrammarException">The schema is malformed, accepts nothing, or uses something that is not supported.</exception>
    public static Grammar Compile(JsonElement schema)
    {
        try
        {
            var compiler = new SchemaCompiler(schema);
            var root = compiler.RuleOf([new SchemaPart(schema, "")]);
            while (compiler._pending.TryDequeue(out var next))
            {
                compiler._rules.Define(next.Rule, compiler.Build(next.Parts));
            }

            return Grammar.Create(compiler._rules.Rules, root.Rule);
        }
        catch (GrammarException e) when (e.Pointer is null)
        {
            throw new GrammarException($"The schema accepts nothing, or too much to follow. {e.Message}", "");
        }
        catch (InvalidOperationException e) when (e is not ObjectDisposedException)
        {
            throw new GrammarException("A text of the JSON schema holds half a character.", e);
        }
    }

    /// <summary>The rule of values that satisfy all of some schemas.</summary>
    private RuleNode RuleOf(SchemaPart[] parts)
    {
        parts = [.. parts.Where(p => p.Element.ValueKind != JsonValueKind.True)];
        if (parts.Length == 0)
        {
            return _rules["value"];
        }

        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = _flattener.Follow(parts[i]);
        }

        string key = string.Join('\n', parts.Select(p => p.Pointer).Distinct(StringComparer.Ordinal));
        if (!_known.TryGetValue(key, out var rule))
        {
            rule = _rules.Add($"#{parts[0].Pointer}");
            _known.Add(key, rule);
            _pending.Enqueue((rule.Rule, parts));
        }

        return rule;
    }

    private GrammarNode Build(SchemaPart[] parts) => GrammarNode.Choice([.. _flattener.Flatten(parts).Select(Build)]);

    private GrammarNode Build(Schema schema)
    {
        if (schema.Values is { } values)
        {
            return GrammarNode.Choice([.. values.Where(v => JsonValues.Satisfies(v, schema)).Select(v => GrammarNode.Text(JsonValues.Write(v, schema)))]);
        }

        var types = schema.EffectiveTypes;
        if (types == JsonTypes.Any && !schema.HasObjectRules && !schema.HasArrayRules && !schema.HasStringRules && !schema.HasNumberRules)
        {
            return _rules["value"];
        }

        var options = new List<GrammarNode>();
        if (types.HasFlag(JsonTypes.Object))
        {
            options.Add(_objects.Build(schema));
        }

        if (types.HasFlag(JsonTypes.Array))
        {
            options.Add(_arrays.Build(schema));
        }

        if (types.HasFlag(JsonTypes.String))
        {
            options.Add(_strings.Build(schema));
        }

        if ((types & JsonTypes.Number) != 0)
        {
            options.Add(BuildNumber(schema, types.HasFlag(JsonTypes.Fraction) && schema.FractionDigits is not 0));
        }

        if (types.HasFlag(JsonTypes.Boolean))
        {
            options.Add(GrammarNode.Choice(GrammarNode.Text("true"), GrammarNode.Text("false")));
        }

        if (types.HasFlag(JsonTypes.Null))
        {
            options.Add(GrammarNode.Text("null"));
        }

        return GrammarNode.Choice([.. options]);
    }

    private GrammarNode BuildNumber(Schema schema, bool mayHaveFraction)
    {
        if (!mayHaveFraction)
        {
            return schema.Minimum is null && schema.Maximum is null ? _rules["integer"] : NumberGrammar.Integers(schema.Minimum, schema.Maximum);
        }

        if (schema.FractionDigits is { } digits)
        {
            return schema.Minimum is null && schema.Maximum is null
                ? NumberGrammar.Fixed(_rules["integer"], digits)
                : throw new GrammarException("multipleOf below 1 cannot be joined with bounds; leave one of them out.", $"{schema.Pointer}/multipleOf");
        }

        return schema.Minimum is null && schema.Maximum is null ? _rules["number"] : NumberGrammar.Numbers(schema.Minimum, schema.Maximum);
    }
}
