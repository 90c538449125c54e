using System.Text.Json;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Templates;

/// <summary>Values from outside as values of a template.</summary>
internal static class TemplateJsonReader
{
    // Deeper values could not be printed either.
    private const int MaximumDepth = 64;

    /// <summary>A value of any kind that has a JSON form.</summary>
    public static object? Read(object? value, TextOrigin origin) => value switch
    {
        null => null,
        bool or long or double => value,
        int n => (long)n,
        float f => (double)f,
        string s => new TemplateText(s, origin),
        JsonElement json => Read(json, origin, 0),
        _ => Read(ToJson(value), origin, 0),
    };

    /// <summary>The JSON form of a value.</summary>
    public static JsonElement ToJson(object? value) => value is JsonElement json ? json
        : JsonSerializer.SerializeToElement(value, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(object)));

    private static object? Read(JsonElement json, TextOrigin origin, int depth)
    {
        if (depth > MaximumDepth)
        {
            throw new ChatTemplateException("A JSON value is nested too deeply.");
        }

        switch (json.ValueKind)
        {
            case JsonValueKind.String:
                return new TemplateText(json.GetString()!, origin);
            case JsonValueKind.Number:
                return json.TryGetInt64(out long n) ? (object)n : json.GetDouble();
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            case JsonValueKind.Array:
                return json.EnumerateArray().Select(i => Read(i, origin, depth + 1)).ToList();
            case JsonValueKind.Object:
                var map = new TemplateMap { KeyOrigin = origin };
                foreach (var property in json.EnumerateObject())
                {
                    map.Entries[property.Name] = Read(property.Value, origin, depth + 1);
                }

                return map;
            default:
                return null;
        }
    }
}
