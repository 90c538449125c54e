using System.Globalization;
using System.Text;
using System.Text.Json;

namespace DePin.Sdk.Compute.Grammars.Schemas;

/// <summary>Values that a schema names.</summary>
internal static class JsonValues
{
    public static JsonTypes TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => JsonTypes.Object,
        JsonValueKind.Array => JsonTypes.Array,
        JsonValueKind.String => JsonTypes.String,
        JsonValueKind.Number => value.TryGetDouble(out double number) && number == Math.Floor(number) ? JsonTypes.Integer : JsonTypes.Fraction,
        JsonValueKind.True or JsonValueKind.False => JsonTypes.Boolean,
        _ => JsonTypes.Null,
    };

    /// <summary>Whether a value satisfies what else a schema says of it.</summary>
    /// <exception cref="GrammarException">The schema says something of the value that cannot be checked.</exception>
    public static bool Satisfies(JsonElement value, Schema schema)
    {
        var type = TypeOf(value);
        if (((schema.Types ?? JsonTypes.Any) & type) == 0)
        {
            return false;
        }

        switch (type)
        {
            case JsonTypes.Integer or JsonTypes.Fraction when schema.HasNumberRules:
                return schema.FractionDigits is null && value.TryGetDecimal(out decimal number)
                    ? !(number < schema.Minimum?.Value || number > schema.Maximum?.Value ||
                        (schema.Minimum is { IsExclusive: true } low && number == low.Value) || (schema.Maximum is { IsExclusive: true } high && number == high.Value))
                    : throw Error(schema);
            case JsonTypes.String when schema.HasStringRules:
                int length = TextOf(value, schema).EnumerateRunes().Count();
                return schema.Pattern is null && schema.Format is null ? length >= schema.LeastLength && !(length > schema.MostLength) : throw Error(schema);
            case JsonTypes.Object when schema.HasObjectRules:
            case JsonTypes.Array when schema.HasArrayRules:
                throw Error(schema);
            default:
                return true;
        }
    }

    /// <summary>Writes a value as compact JSON.</summary>
    public static string Write(JsonElement value, Schema schema)
    {
        var text = new StringBuilder();
        Write(value, schema, text);
        return text.ToString();
    }

    /// <summary>Writes text as a JSON string with as few escapes as may be.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (char c in text)
        {
            quoted.Append(EscapeOf(c) ?? c.ToString());
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>The escape of a character that cannot stand for itself in a JSON string; null for others.</summary>
    public static string? EscapeOf(int c) => c switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\b' => "\\b",
        '\f' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        < 0x20 => $"\\u{c:x4}",
        _ => null,
    };

    private static void Write(JsonElement value, Schema schema, StringBuilder text)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                string separator = "";
                foreach (var property in value.EnumerateObject())
                {
                    text.Append(separator).Append(Quote(property.Name)).Append(':');
                    Write(property.Value, schema, text);
                    separator = ",";
                }

                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                for (int i = 0; i < value.GetArrayLength(); i++)
                {
                    text.Append(i > 0 ? "," : "");
                    Write(value[i], schema, text);
                }

                text.Append(']');
                break;
            case JsonValueKind.String:
                text.Append(Quote(TextOf(value, schema)));
                break;
            default:
                text.Append(CultureInfo.InvariantCulture, $"{value.GetRawText()}");
                break;
        }
    }

    private static string TextOf(JsonElement value, Schema schema)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new GrammarException($"JSON schema, #{schema.Pointer}: a text in it holds half a character.", e);
        }
    }

    private static GrammarException Error(Schema schema) =>
        new("enum and const cannot be joined with other rules for the same type of value; leave those out.", schema.Pointer);
}
