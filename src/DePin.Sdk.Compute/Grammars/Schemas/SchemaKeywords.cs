using System.Collections.Frozen;

namespace DePin.Sdk.Compute.Grammars.Schemas;

/// <summary>Keywords by what is done with them. Others say nothing about what is valid, and are passed over as the specification asks.</summary>
internal static class SchemaKeywords
{
    /// <summary>Keywords that would make fewer values valid, and that are not supported: with what to do in their place.</summary>
    public static FrozenDictionary<string, string> Refused { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["not"] = "say what is allowed in its place",
        ["if"] = "write the cases with anyOf",
        ["then"] = "write the cases with anyOf",
        ["else"] = "write the cases with anyOf",
        ["dependentSchemas"] = "write the cases with anyOf",
        ["dependentRequired"] = "write the cases with anyOf",
        ["dependencies"] = "write the cases with anyOf",
        ["contains"] = "use prefixItems or items",
        ["minContains"] = "use prefixItems or items",
        ["maxContains"] = "use prefixItems or items",
        ["unevaluatedItems"] = "use items",
        ["propertyNames"] = "use patternProperties with additionalProperties false",
        ["$dynamicRef"] = "use $ref",
        ["$recursiveRef"] = "use $ref",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Keywords that may stand beside <c>$ref</c> without joining anything to it.</summary>
    public static FrozenSet<string> Annotations { get; } = FrozenSet.ToFrozenSet(
        [
            "title", "description", "default", "examples", "example", "$comment", "$schema", "$id", "$defs", "definitions", "deprecated", "readOnly", "writeOnly",
        ],
        StringComparer.Ordinal);
}
