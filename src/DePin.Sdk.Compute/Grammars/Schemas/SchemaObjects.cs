namespace DePin.Sdk.Compute.Grammars.Schemas;

/// <summary>Joins what two schemas say of properties.</summary>
internal static class SchemaObjects
{
    public static IReadOnlyList<KeyValuePair<string, SchemaPart[]>> JoinProperties(Schema a, Schema b)
    {
        if (b.Properties.Count == 0 && b.Additional is null)
        {
            return a.Properties;
        }

        if (a.Properties.Count == 0 && a.Additional is null)
        {
            return b.Properties;
        }

        var ofB = b.Properties.ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
        var ofA = a.Properties.Select(p => p.Key).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. a.Properties.Select(p => KeyValuePair.Create(p.Key, (SchemaPart[])[.. p.Value, .. ofB.GetValueOrDefault(p.Key) ?? b.Additional ?? []])),
            .. b.Properties.Where(p => !ofA.Contains(p.Key)).Select(p => KeyValuePair.Create(p.Key, (SchemaPart[])[.. p.Value, .. a.Additional ?? []])),
        ];
    }

    public static SchemaPart[]? JoinAdditional(Schema a, Schema b)
    {
        if (a.HasObjectRules && b.HasObjectRules && (a.PatternProperty is not null || b.PatternProperty is not null))
        {
            string pointer = a.PatternProperty is not null ? a.Pointer : b.Pointer;
            throw new GrammarException("patternProperties cannot be joined with what another schema says of properties.", $"{pointer}/patternProperties");
        }

        return a.Additional is null ? b.Additional : b.Additional is null ? a.Additional : [.. a.Additional, .. b.Additional];
    }
}
