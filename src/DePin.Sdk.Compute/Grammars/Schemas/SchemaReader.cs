using System.Text.Json;

namespace DePin.Sdk.Compute.Grammars.Schemas;

/// <summary>Reads the keywords of one schema, without those that join or choose among schemas.</summary>
internal static class SchemaReader
{
    // Numbers are written with so many digits before the point at most; a bound beyond says nothing.
    private const double LargestNumber = 1e18;

    /// <exception cref="GrammarException">A keyword is malformed or not supported.</exception>
    public static Schema Read(SchemaPart part)
    {
        var schema = new Schema { Pointer = part.Pointer };
        if (part.Element.ValueKind == JsonValueKind.True)
        {
            return schema;
        }

        if (part.Element.ValueKind == JsonValueKind.False)
        {
            return schema with { Types = JsonTypes.None };
        }

        foreach (var keyword in part.Element.EnumerateObject())
        {
            schema = ReadKeyword(schema, part, keyword.Name, keyword.Value);
        }

        // OpenAPI 3.0 says so of a null that its types do not name.
        return part.Element.TryGetProperty("nullable", out var nullable) && nullable.ValueKind == JsonValueKind.True && schema.Types is { } types
            ? schema with { Types = types | JsonTypes.Null }
            : schema;
    }

    private static Schema ReadKeyword(Schema schema, SchemaPart part, string name, JsonElement value)
    {
        switch (name)
        {
            case "type":
                return schema with { Types = ReadTypes(part, value) };
            case "enum":
                return Restrict(schema, [.. Array(part, name, value)]);
            case "const":
                return Restrict(schema, [value]);
            case "properties":
                return schema with { Properties = [.. Object(part, name, value).Select(p => KeyValuePair.Create(p.Name, (SchemaPart[])[part.At(name, p.Value, p.Name)]))] };
            case "required":
                return schema with { Required = [.. Array(part, name, value).Select(v => String(part, name, v)).Distinct(StringComparer.Ordinal)] };
            case "additionalProperties":
                return schema with { Additional = [part.At(name)] };
            case "unevaluatedProperties" when value.ValueKind == JsonValueKind.False:
                return schema;
            case "patternProperties":
                return ReadPatternProperties(schema, part, name, value);
            case "minProperties":
                return schema with { LeastProperties = Count(part, name, value) };
            case "maxProperties":
                return schema with { MostProperties = Count(part, name, value) };
            case "prefixItems" or "items" when value.ValueKind == JsonValueKind.Array:
                return schema with { FirstItems = [.. value.EnumerateArray().Select((v, i) => (SchemaPart[])[part.At(name, v, $"{i}")])] };
            case "items" or "additionalItems":
                return schema with { Items = [part.At(name)] };
            case "minItems":
                return schema with { LeastItems = Count(part, name, value) };
            case "maxItems":
                return schema with { MostItems = Count(part, name, value) };
            case "uniqueItems" when value.ValueKind == JsonValueKind.True && !(part.Element.TryGetProperty("maxItems", out var most) && most.TryGetInt32(out int count) && count <= 1):
                throw part.Error(name, "uniqueItems is not supported; leave it out and check the answer.");
            case "minLength":
                return schema with { LeastLength = Count(part, name, value) };
            case "maxLength":
                return schema with { MostLength = Count(part, name, value) };
            case "pattern":
                return schema with { Pattern = String(part, name, value) };
            case "format":
                return ReadFormat(schema, part, String(part, name, value));
            case "minimum":
                return schema with { Minimum = NumberBound.Higher(schema.Minimum, Bound(part, name, value, isMinimum: true, IsDraft4Exclusive(part, "exclusiveMinimum"))) };
            case "maximum":
                return schema with { Maximum = NumberBound.Lower(schema.Maximum, Bound(part, name, value, isMinimum: false, IsDraft4Exclusive(part, "exclusiveMaximum"))) };
            case "exclusiveMinimum" when value.ValueKind is not (JsonValueKind.True or JsonValueKind.False):
                return schema with { Minimum = NumberBound.Higher(schema.Minimum, Bound(part, name, value, isMinimum: true, isExclusive: true)) };
            case "exclusiveMaximum" when value.ValueKind is not (JsonValueKind.True or JsonValueKind.False):
                return schema with { Maximum = NumberBound.Lower(schema.Maximum, Bound(part, name, value, isMinimum: false, isExclusive: true)) };
            case "multipleOf":
                return schema with { FractionDigits = ReadMultiple(part, name, value) };
            case "unevaluatedProperties" when value.ValueKind != JsonValueKind.True:
                throw part.Error(name, "Only true and false are supported; use additionalProperties.");
            default:
                return SchemaKeywords.Refused.TryGetValue(name, out string? advice)
                    ? throw part.Error(name, $"{name} is not supported; {advice}.")
                    : schema;
        }
    }

    private static JsonTypes ReadTypes(SchemaPart part, JsonElement value)
    {
        var types = JsonTypes.None;
        foreach (var type in value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : Enumerable.Repeat(value, 1))
        {
            types |= String(part, "type", type) switch
            {
                "object" => JsonTypes.Object,
                "array" => JsonTypes.Array,
                "string" => JsonTypes.String,
                "number" => JsonTypes.Number,
                "integer" => JsonTypes.Integer,
                "boolean" => JsonTypes.Boolean,
                "null" => JsonTypes.Null,
                var other => throw part.Error("type", $"The type '{other}' is not known; object, array, string, number, integer, boolean and null are."),
            };
        }

        return types;
    }

    private static Schema Restrict(Schema schema, IReadOnlyList<JsonElement> values) =>
        schema with { Values = schema.Values is { } others ? [.. values.Where(v => others.Any(o => JsonElement.DeepEquals(v, o)))] : values };

    private static Schema ReadPatternProperties(Schema schema, SchemaPart part, string name, JsonElement value)
    {
        var patterns = Object(part, name, value).ToArray();
        return patterns.Length switch
        {
            0 => schema,
            1 => schema with { PatternProperty = KeyValuePair.Create(patterns[0].Name, part.At(name, patterns[0].Value, patterns[0].Name)) },
            _ => throw part.Error(name, "More than one pattern is not supported; join them to one."),
        };
    }

    private static Schema ReadFormat(Schema schema, SchemaPart part, string format)
    {
        switch (format)
        {
            case "int32":
                return WithRange(schema, int.MinValue, int.MaxValue);
            case "uint32":
                return WithRange(schema, uint.MinValue, uint.MaxValue);
            case "int16":
                return WithRange(schema, short.MinValue, short.MaxValue);
            case "uint16":
                return WithRange(schema, ushort.MinValue, ushort.MaxValue);
            case "int8":
                return WithRange(schema, sbyte.MinValue, sbyte.MaxValue);
            case "uint8":
                return WithRange(schema, byte.MinValue, byte.MaxValue);
            case "uint64":
                return schema with { Minimum = NumberBound.Higher(schema.Minimum, new NumberBound(0, false)) };
            case "int64" or "float" or "double" or "decimal" or "password" or "char":
                return schema;
            default:
                return JsonText.Formats.Contains(format)
                    ? schema with { Format = format }
                    : throw part.Error("format", $"The format '{format}' is not supported; {string.Join(", ", JsonText.Formats)} are. Use pattern in its place.");
        }
    }

    private static Schema WithRange(Schema schema, decimal least, decimal most) => schema with
    {
        Minimum = NumberBound.Higher(schema.Minimum, new NumberBound(least, false)),
        Maximum = NumberBound.Lower(schema.Maximum, new NumberBound(most, false)),
    };

    private static NumberBound? Bound(SchemaPart part, string name, JsonElement value, bool isMinimum, bool isExclusive)
    {
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out double number))
        {
            throw part.Error(name, $"{name} must be a number.");
        }

        if (Math.Abs(number) >= LargestNumber)
        {
            return isMinimum == number > 0 ? throw part.Error(name, $"Numbers beyond {LargestNumber:0e0} are not supported.") : null;
        }

        return value.TryGetDecimal(out decimal exact) ? new NumberBound(exact, isExclusive) : new NumberBound((decimal)number, isExclusive);
    }

    private static bool IsDraft4Exclusive(SchemaPart part, string name) =>
        part.Element.TryGetProperty(name, out var exclusive) && exclusive.ValueKind == JsonValueKind.True;

    private static int ReadMultiple(SchemaPart part, string name, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out decimal step))
        {
            for (int digits = 0; digits <= 9; digits++, step *= 10)
            {
                if (step == 1)
                {
                    return digits;
                }

                if (step > 1)
                {
                    break;
                }
            }
        }

        throw part.Error(name, "Only 1, 0.1, 0.01 and so on are supported.");
    }

    private static int Count(SchemaPart part, string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double count) && count >= 0 && count == Math.Floor(count)
            ? count <= GrammarLimits.Repetitions ? (int)count : throw part.Error(name, $"{name} may be {GrammarLimits.Repetitions} at most; leave it out for no bound.")
            : throw part.Error(name, $"{name} must be an integer that is not negative.");

    private static string String(SchemaPart part, string name, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            try
            {
                return value.GetString()!;
            }
            catch (InvalidOperationException e)
            {
                throw new GrammarException($"JSON schema, #{part.Pointer}/{name}: the text holds half a character.", e);
            }
        }

        throw part.Error(name, $"{name} must hold text here, not a value of kind {value.ValueKind}.");
    }

    private static JsonElement.ArrayEnumerator Array(SchemaPart part, string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : throw part.Error(name, $"{name} must be an array.");

    private static IEnumerable<JsonProperty> Object(SchemaPart part, string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.Object ? value.EnumerateObject().DistinctBy(p => p.Name, StringComparer.Ordinal) : throw part.Error(name, $"{name} must be an object.");
}
