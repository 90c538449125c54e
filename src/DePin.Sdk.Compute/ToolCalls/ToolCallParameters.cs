using System.Text.Json;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.ToolCalls;

/// <summary>Calls with a tag for each parameter; the schema of the function tells text from other values.</summary>
internal static class ToolCallParameters
{
    private const string Opening = "<parameter=";
    private const string Closing = "</parameter>";

    /// <summary>The call, or null.</summary>
    /// <param name="text">From the name of the function on, without the end of its tag.</param>
    /// <param name="tools">The functions that there are.</param>
    public static ReadToolCall? TryRead(string text, IReadOnlyList<AIFunctionDeclaration> tools)
    {
        int bracket = text.IndexOf('>', StringComparison.Ordinal);
        string name = bracket > 0 ? text[..bracket].Trim() : "";
        if (name.Length == 0)
        {
            return null;
        }

        var schema = tools.FirstOrDefault(t => t.Name == name)?.JsonSchema ?? default;
        var arguments = new Dictionary<string, object?>(StringComparer.Ordinal);
        int at = bracket + 1;
        while ((at = text.IndexOf(Opening, at, StringComparison.Ordinal)) >= 0)
        {
            int end = text.IndexOf('>', at);
            if (end < 0)
            {
                return null;
            }

            string key = text[(at + Opening.Length)..end].Trim();
            int close = text.IndexOf(Closing, end, StringComparison.Ordinal);
            int next = close >= 0 ? close + Closing.Length : text.Length;
            arguments[key] = Read(text[(end + 1)..(close >= 0 ? close : text.Length)], IsText(schema, key));
            at = next;
        }

        return new ReadToolCall(name, arguments);
    }

    private static object? Read(string value, bool isText)
    {
        // One newline after the tag and one before its end belong to the form.
        value = value.StartsWith('\n') ? value[1..] : value;
        value = value.EndsWith('\n') ? value[..^1] : value;
        if (!isText)
        {
            try
            {
                using var document = JsonDocument.Parse(value);
                return document.RootElement.ValueKind == JsonValueKind.Null ? null : document.RootElement.Clone();
            }
            catch (JsonException)
            {
            }
        }

        return value;
    }

    private static bool IsText(JsonElement schema, string key) =>
        schema.ValueKind == JsonValueKind.Object &&
        schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object &&
        properties.TryGetProperty(key, out var property) && property.ValueKind == JsonValueKind.Object &&
        property.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("string");
}
