using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DePin.Sdk.Compute.Tests.Grammars;

/// <summary>A small validator of JSON schemas that shares nothing with the product.</summary>
internal sealed class SchemaValidator(JsonElement document)
{
    public bool IsValid(JsonElement value) => IsValid(value, document);

    private bool IsValid(JsonElement value, JsonElement schema)
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return schema.ValueKind == JsonValueKind.True;
        }

        return schema.EnumerateObject().All(k => Satisfies(value, schema, k.Name, k.Value));
    }

    private bool Satisfies(JsonElement value, JsonElement schema, string keyword, JsonElement rule)
    {
        bool isObject = value.ValueKind == JsonValueKind.Object;
        bool isArray = value.ValueKind == JsonValueKind.Array;
        decimal number = value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out decimal exact) ? exact : 0;
        bool isNumber = value.ValueKind == JsonValueKind.Number;
        string? text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        int length = text?.EnumerateRunes().Count() ?? 0;
        return keyword switch
        {
            "type" => (rule.ValueKind == JsonValueKind.Array ? rule.EnumerateArray() : Enumerable.Repeat(rule, 1)).Any(t => HasType(value, t.GetString()!)),
            "enum" => rule.EnumerateArray().Any(v => JsonElement.DeepEquals(v, value)),
            "const" => JsonElement.DeepEquals(rule, value),
            "properties" => !isObject || value.EnumerateObject().All(p => !rule.TryGetProperty(p.Name, out var inner) || IsValid(p.Value, inner)),
            "required" => !isObject || rule.EnumerateArray().All(n => value.TryGetProperty(n.GetString()!, out _)),
            "additionalProperties" => !isObject || value.EnumerateObject().All(p => IsDeclared(schema, p.Name) || IsValid(p.Value, rule)),
            "patternProperties" => !isObject || value.EnumerateObject().All(p => rule.EnumerateObject().All(r => !Regex.IsMatch(p.Name, r.Name) || IsValid(p.Value, r.Value))),
            "minProperties" => !isObject || value.EnumerateObject().Select(p => p.Name).Distinct().Count() >= rule.GetInt32(),
            "maxProperties" => !isObject || value.EnumerateObject().Count() <= rule.GetInt32(),
            "prefixItems" => !isArray || value.EnumerateArray().Zip(rule.EnumerateArray()).All(p => IsValid(p.First, p.Second)),
            "items" => !isArray || value.EnumerateArray().Skip(schema.TryGetProperty("prefixItems", out var first) ? first.GetArrayLength() : 0).All(v => IsValid(v, rule)),
            "minItems" => !isArray || value.GetArrayLength() >= rule.GetInt32(),
            "maxItems" => !isArray || value.GetArrayLength() <= rule.GetInt32(),
            "minLength" => text is null || length >= rule.GetInt32(),
            "maxLength" => text is null || length <= rule.GetInt32(),
            "pattern" => text is null || Regex.IsMatch(text, rule.GetString()!.Replace("$", "\\z", StringComparison.Ordinal), RegexOptions.CultureInvariant),
            "format" => text is null || HasFormat(text, rule.GetString()!),
            "minimum" => !isNumber || number >= rule.GetDecimal(),
            "maximum" => !isNumber || number <= rule.GetDecimal(),
            "exclusiveMinimum" => !isNumber || number > rule.GetDecimal(),
            "exclusiveMaximum" => !isNumber || number < rule.GetDecimal(),
            "multipleOf" => !isNumber || number % rule.GetDecimal() == 0,
            "allOf" => rule.EnumerateArray().All(s => IsValid(value, s)),
            "anyOf" => rule.EnumerateArray().Any(s => IsValid(value, s)),
            "oneOf" => rule.EnumerateArray().Count(s => IsValid(value, s)) == 1,
            "$ref" => IsValid(value, document.GetProperty("$defs").GetProperty(rule.GetString()![8..])),
            "$defs" or "title" => true,
            _ => throw new NotSupportedException(keyword),
        };
    }

    private static bool IsDeclared(JsonElement schema, string name) =>
        (schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(name, out _)) ||
        (schema.TryGetProperty("patternProperties", out var patterns) && patterns.EnumerateObject().Any(p => Regex.IsMatch(name, p.Name)));

    private static bool HasType(JsonElement value, string type) => type switch
    {
        "integer" => value.ValueKind == JsonValueKind.Number && value.GetDouble() == Math.Floor(value.GetDouble()),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        _ => string.Equals(value.ValueKind.ToString(), type, StringComparison.OrdinalIgnoreCase),
    };

    private static bool HasFormat(string text, string format) => format switch
    {
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "date-time" => Regex.IsMatch(text, @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[-+]\d\d:\d\d)\z") && DateOnly.TryParseExact(text[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "time" => Regex.IsMatch(text, @"^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[-+]([01]\d|2[0-3]):[0-5]\d)\z"),
        "uuid" => Guid.TryParseExact(text, "D", out _),
        "email" => Regex.IsMatch(text, @"^[^@\s.]+(\.[^@\s.]+)*@[^@\s.]+(\.[^@\s.]+)+\z"),
        "ipv4" => IPAddress.TryParse(text, out var address) && address.ToString() == text,
        "ipv6" => IPAddress.TryParse(text, out var address) && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6,
        "uri" => Uri.TryCreate(text, UriKind.Absolute, out _),
        "hostname" => Uri.CheckHostName(text) != UriHostNameType.Unknown,
        "duration" => Regex.IsMatch(text, @"^P(?=.)(\d+W|(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?)\z"),
        _ => throw new NotSupportedException(format),
    };
}
