using System.Text.Json;

namespace DePin.Sdk.Compute.ToolCalls;

/// <summary>Calls as models write them in JSON.</summary>
internal static class ToolCallJson
{
    private static readonly string[] NameKeys = ["name", "tool_name", "function"];
    private static readonly string[] ArgumentKeys = ["arguments", "parameters"];

    /// <summary>The call that an object stands for, or null.</summary>
    public static ReadToolCall? TryRead(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (element.TryGetProperty("function", out var inner) && inner.ValueKind == JsonValueKind.Object)
        {
            element = inner;
        }

        string? name = null;
        foreach (string key in NameKeys)
        {
            name ??= element.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }

        if (string.IsNullOrEmpty(name))
        {
            return null;
        }

        foreach (string key in ArgumentKeys)
        {
            if (element.TryGetProperty(key, out var value))
            {
                return new ReadToolCall(name, ReadArguments(value));
            }
        }

        return new ReadToolCall(name, new Dictionary<string, object?>());
    }

    /// <summary>The arguments of a call: an object, or the text of one.</summary>
    /// <exception cref="JsonException">They are something else.</exception>
    public static Dictionary<string, object?> ReadArguments(JsonElement arguments)
    {
        switch (arguments.ValueKind)
        {
            case JsonValueKind.Object:
                var values = new Dictionary<string, object?>(StringComparer.Ordinal);
                foreach (var property in arguments.EnumerateObject())
                {
                    values[property.Name] = property.Value.ValueKind == JsonValueKind.Null ? null : property.Value.Clone();
                }

                return values;
            case JsonValueKind.String:
                using (var document = JsonDocument.Parse(arguments.GetString()!))
                {
                    return document.RootElement.ValueKind == JsonValueKind.Object ? ReadArguments(document.RootElement) : throw new JsonException();
                }

            case JsonValueKind.Null:
                return [];
            default:
                throw new JsonException();
        }
    }
}
