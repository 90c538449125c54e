using System.Text.Json;

namespace DePin.Sdk.Compute.Grammars.Schemas;

/// <summary>Makes grammars of JSON schemas.</summary>
internal static class SchemaCompiler
{
    /// <summary>Makes the grammar of any JSON value, or of any object.</summary>
    public static Grammar CompileAny(bool objectOnly) => Grammar.Parse(JsonText.Rules, objectOnly ? "object" : "value");

    public static Grammar Compile(JsonElement schema) =>
        throw new GrammarException($"A schema of kind {schema.ValueKind} is not supported.", "");
}
