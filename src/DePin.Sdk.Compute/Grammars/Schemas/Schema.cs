using System.Text.Json;

namespace DePin.Sdk.Compute.Grammars.Schemas;

/// <summary>What a value must satisfy, all of it at once; alternatives have been taken apart before.</summary>
internal sealed record Schema
{
    public required string Pointer { get; init; }

    /// <summary>Allowed types; null where none are named.</summary>
    public JsonTypes? Types { get; init; }

    /// <summary>The only values; null where any may come.</summary>
    public IReadOnlyList<JsonElement>? Values { get; init; }

    /// <summary>Declared properties in order, each with all schemas that hold for it.</summary>
    public IReadOnlyList<KeyValuePair<string, SchemaPart[]>> Properties { get; init; } = [];

    public IReadOnlyList<string> Required { get; init; } = [];

    /// <summary>What holds for other properties; null where nothing is said of them, and then none come.</summary>
    public SchemaPart[]? Additional { get; init; }

    /// <summary>A pattern for names of other properties, with what holds for those.</summary>
    public KeyValuePair<string, SchemaPart>? PatternProperty { get; init; }

    public int LeastProperties { get; init; }

    public int? MostProperties { get; init; }

    /// <summary>What holds for the first items, one by one.</summary>
    public IReadOnlyList<SchemaPart[]> FirstItems { get; init; } = [];

    /// <summary>What holds for the items after those; none of it where any may come.</summary>
    public SchemaPart[] Items { get; init; } = [];

    public int LeastItems { get; init; }

    public int? MostItems { get; init; }

    public int LeastLength { get; init; }

    public int? MostLength { get; init; }

    public string? Pattern { get; init; }

    public string? Format { get; init; }

    public NumberBound? Minimum { get; init; }

    public NumberBound? Maximum { get; init; }

    /// <summary>Most digits after the point; null where nothing is said.</summary>
    public int? FractionDigits { get; init; }

    public bool HasObjectRules => Properties.Count > 0 || Required.Count > 0 || Additional is not null || PatternProperty is not null || LeastProperties > 0 || MostProperties is not null;

    public bool HasArrayRules => FirstItems.Count > 0 || Items.Length > 0 || LeastItems > 0 || MostItems is not null;

    public bool HasStringRules => LeastLength > 0 || MostLength is not null || Pattern is not null || Format is not null;

    public bool HasNumberRules => Minimum is not null || Maximum is not null || FractionDigits is not null;

    /// <summary>The types that values are made of. Where a schema names none, those that its rules speak of are enough.</summary>
    public JsonTypes EffectiveTypes
    {
        get
        {
            if (Types is { } named)
            {
                return named;
            }

            var spokenOf = (HasObjectRules ? JsonTypes.Object : 0) | (HasArrayRules ? JsonTypes.Array : 0) |
                (HasStringRules ? JsonTypes.String : 0) | (HasNumberRules ? JsonTypes.Number : 0);
            return spokenOf == JsonTypes.None ? JsonTypes.Any : spokenOf;
        }
    }

    /// <summary>What satisfies both.</summary>
    /// <exception cref="GrammarException">The two cannot be joined.</exception>
    public static Schema Join(Schema a, Schema b) => new()
    {
        Pointer = a.Pointer,
        Types = a.Types is { } x ? (b.Types is { } y ? x & y : x) : b.Types,
        Values = a.Values is { } values
            ? b.Values is { } others ? [.. values.Where(v => others.Any(o => JsonElement.DeepEquals(v, o)))] : values
            : b.Values,
        Properties = SchemaObjects.JoinProperties(a, b),
        Required = [.. a.Required.Union(b.Required, StringComparer.Ordinal)],
        Additional = SchemaObjects.JoinAdditional(a, b),
        PatternProperty = a.PatternProperty ?? b.PatternProperty,
        LeastProperties = Math.Max(a.LeastProperties, b.LeastProperties),
        MostProperties = Least(a.MostProperties, b.MostProperties),
        FirstItems = JoinFirstItems(a, b),
        Items = [.. a.Items, .. b.Items],
        LeastItems = Math.Max(a.LeastItems, b.LeastItems),
        MostItems = Least(a.MostItems, b.MostItems),
        LeastLength = Math.Max(a.LeastLength, b.LeastLength),
        MostLength = Least(a.MostLength, b.MostLength),
        Pattern = Only(a.Pattern, b.Pattern, a, b, "pattern"),
        Format = Only(a.Format, b.Format, a, b, "format"),
        Minimum = NumberBound.Higher(a.Minimum, b.Minimum),
        Maximum = NumberBound.Lower(a.Maximum, b.Maximum),
        FractionDigits = Least(a.FractionDigits, b.FractionDigits),
    };

    private static SchemaPart[][] JoinFirstItems(Schema a, Schema b)
    {
        SchemaPart[] At(Schema schema, int index) => index < schema.FirstItems.Count ? schema.FirstItems[index] : schema.Items;
        return [.. Enumerable.Range(0, Math.Max(a.FirstItems.Count, b.FirstItems.Count)).Select(i => (SchemaPart[])[.. At(a, i), .. At(b, i)])];
    }

    private static int? Least(int? a, int? b) => a is null ? b : b is null ? a : Math.Min(a.Value, b.Value);

    private static string? Only(string? x, string? y, Schema a, Schema b, string keyword) =>
        x is null || y is null || x == y ? x ?? y : throw new GrammarException($"Two different {keyword}s hold for one value (the other at #{b.Pointer}); join them to one.", $"{a.Pointer}/{keyword}");
}
