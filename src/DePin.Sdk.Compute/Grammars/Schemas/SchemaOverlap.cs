using System.Text.Json;

namespace DePin.Sdk.Compute.Grammars.Schemas;

/// <summary>Tells whether a value may satisfy two schemas at once.</summary>
internal static class SchemaOverlap
{
    /// <exception cref="GrammarException">Two options of a <c>oneOf</c> may hold for one value, which then would not be valid.</exception>
    public static void CheckNone(SchemaPart part, List<List<Schema>> options, List<Schema> context)
    {
        for (int i = 0; i < options.Count; i++)
        {
            for (int k = i + 1; k < options.Count; k++)
            {
                if (options[i].Exists(a => options[k].Exists(b => context.Exists(c => MayBothHold(Schema.Join(c, a), Schema.Join(c, b), 0)))))
                {
                    throw part.Error("oneOf", $"Options {i} and {k} may both hold for one value; use anyOf, or tell them apart by type or by a required property with different const values.");
                }
            }
        }
    }

    private static bool MayBothHold(Schema a, Schema b, int depth)
    {
        // A value is written for one of them, and then must not satisfy the other.
        var types = (a.EffectiveTypes & (b.Types ?? JsonTypes.Any)) | (b.EffectiveTypes & (a.Types ?? JsonTypes.Any));
        if (a.Values is { } values)
        {
            return b.Values is { } others
                ? values.Any(v => others.Any(o => JsonElement.DeepEquals(v, o)))
                : values.Any(v => (JsonValues.TypeOf(v) & types) != 0);
        }

        if (b.Values is not null)
        {
            return MayBothHold(b, a, depth);
        }

        return (types & ~(JsonTypes.Object | JsonTypes.Number)) != 0 ||
            ((types & JsonTypes.Number) != 0 && !AreApart(a, b) && !AreApart(b, a)) ||
            ((types & JsonTypes.Object) != 0 && !IsToldApart(a, b, depth) && !IsToldApart(b, a, depth));
    }

    private static bool AreApart(Schema low, Schema high) =>
        low.Maximum is { } most && high.Minimum is { } least && (most.Value < least.Value || (most.Value == least.Value && (most.IsExclusive || least.IsExclusive)));

    /// <summary>Whether a property that <paramref name="a"/> requires has no value that <paramref name="b"/> allows.</summary>
    private static bool IsToldApart(Schema a, Schema b, int depth)
    {
        foreach (string name in a.Required)
        {
            var inA = a.Properties.FirstOrDefault(p => p.Key == name).Value;
            var inB = b.Properties.FirstOrDefault(p => p.Key == name).Value;
            if (inB is null && b.PatternProperty is null && b.Additional is [{ Element.ValueKind: JsonValueKind.False }, ..])
            {
                return true;
            }

            if (depth == 0 && inA is [var first] && inB is [var second] && IsPlain(first) && IsPlain(second) &&
                !MayBothHold(SchemaReader.Read(first), SchemaReader.Read(second), depth + 1))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsPlain(SchemaPart part) => part.Element.ValueKind == JsonValueKind.Object && !part.Element.TryGetProperty("$ref", out _);
}
