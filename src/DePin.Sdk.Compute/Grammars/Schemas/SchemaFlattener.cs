using System.Text.Json;

namespace DePin.Sdk.Compute.Grammars.Schemas;

/// <summary>Takes <c>$ref</c>, <c>allOf</c>, <c>anyOf</c> and <c>oneOf</c> apart, until alternatives are left that stand for themselves.</summary>
internal sealed class SchemaFlattener(JsonElement document)
{
    private const int MostAlternatives = 1000;
    private const int MostSteps = 50_000;

    private int _steps;
    private int _nesting;

    /// <summary>The alternatives that satisfy all of several schemas.</summary>
    public List<Schema> Flatten(IReadOnlyList<SchemaPart> parts)
    {
        List<Schema> alternatives = [new Schema { Pointer = parts.Count > 0 ? parts[0].Pointer : "" }];
        foreach (var part in parts)
        {
            alternatives = Join(alternatives, Flatten(part), part);
        }

        return alternatives;
    }

    /// <summary>What a schema refers to, if it does nothing else.</summary>
    public SchemaPart Follow(SchemaPart part)
    {
        for (int i = 0; i < GrammarLimits.Nesting; i++)
        {
            if (part.Element.ValueKind != JsonValueKind.Object || !part.Element.TryGetProperty("$ref", out var reference) ||
                part.Element.EnumerateObject().Any(k => k.Name != "$ref" && !SchemaKeywords.Annotations.Contains(k.Name)))
            {
                break;
            }

            part = Resolve(part, reference);
        }

        return part;
    }

    private List<Schema> Flatten(SchemaPart part)
    {
        if (++_steps > MostSteps)
        {
            throw part.Error("", "The schema is too large.");
        }

        if (part.Element.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return [SchemaReader.Read(part)];
        }

        if (part.Element.ValueKind != JsonValueKind.Object)
        {
            throw part.Error("", $"A schema must be an object, true or false, not a value of kind {part.Element.ValueKind}.");
        }

        if (++_nesting > GrammarLimits.Nesting)
        {
            throw part.Error("", "Schemas refer to each other in a circle, or are nested too deep.");
        }

        List<Schema> alternatives = [SchemaReader.Read(part)];
        if (part.Element.TryGetProperty("$ref", out var reference))
        {
            alternatives = Join(alternatives, Flatten(Resolve(part, reference)), part);
        }

        foreach (var inner in PartsOf(part, "allOf"))
        {
            alternatives = Join(alternatives, Flatten(inner), part);
        }

        if (part.Element.TryGetProperty("anyOf", out _))
        {
            alternatives = Join(alternatives, [.. PartsOf(part, "anyOf").SelectMany(Flatten)], part);
        }

        if (part.Element.TryGetProperty("oneOf", out _))
        {
            var options = PartsOf(part, "oneOf").Select(Flatten).ToList();
            SchemaOverlap.CheckNone(part, options, alternatives);
            alternatives = Join(alternatives, [.. options.SelectMany(o => o)], part);
        }

        _nesting--;
        return alternatives;
    }

    private static IEnumerable<SchemaPart> PartsOf(SchemaPart part, string keyword)
    {
        if (!part.Element.TryGetProperty(keyword, out var list))
        {
            return [];
        }

        return list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0
            ? list.EnumerateArray().Select((inner, i) => part.At(keyword, inner, $"{i}"))
            : throw part.Error(keyword, $"{keyword} must be an array with at least one schema.");
    }

    private List<Schema> Join(List<Schema> left, List<Schema> right, SchemaPart part)
    {
        _steps += left.Count * right.Count;
        if (left.Count * right.Count > MostAlternatives || _steps > MostSteps)
        {
            throw part.Error("", $"The schema has more than {MostAlternatives} alternatives, or is too large.");
        }

        return [.. left.SelectMany(a => right.Select(b => Schema.Join(a, b)))];
    }

    private SchemaPart Resolve(SchemaPart part, JsonElement reference)
    {
        string? target = reference.ValueKind == JsonValueKind.String ? reference.GetString() : null;
        if (target is null || !target.StartsWith('#'))
        {
            throw part.Error("$ref", "Only references inside the schema are supported, such as #/$defs/name.");
        }

        string pointer = Uri.UnescapeDataString(target[1..]);
        var element = document;
        foreach (string step in pointer.Length == 0 ? [] : pointer[1..].Split('/'))
        {
            string name = step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (pointer[0] != '/' || !(element.ValueKind switch
            {
                JsonValueKind.Object => element.TryGetProperty(name, out element),
                JsonValueKind.Array => TryGetItem(ref element, name),
                _ => false,
            }))
            {
                throw part.Error("$ref", $"There is nothing at {target}.");
            }
        }

        return new SchemaPart(element, pointer);
    }

    private static bool TryGetItem(ref JsonElement element, string name)
    {
        bool found = int.TryParse(name, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int index) && index < element.GetArrayLength();
        element = found ? element[index] : element;
        return found;
    }
}
