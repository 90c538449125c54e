using System.Text.Json;

namespace DePin.Sdk.Compute.Grammars.Schemas;

/// <summary>A schema inside the document, and where it stands.</summary>
internal readonly record struct SchemaPart(JsonElement Element, string Pointer)
{
    public SchemaPart At(string keyword) => new(Element.GetProperty(keyword), $"{Pointer}/{Escape(keyword)}");

    public SchemaPart At(string keyword, JsonElement inner, string name) => new(inner, $"{Pointer}/{Escape(keyword)}/{Escape(name)}");

    public GrammarException Error(string keyword, string message) => new(message, keyword.Length == 0 ? Pointer : $"{Pointer}/{Escape(keyword)}");

    private static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
