using System.Globalization;
using System.Text.Json.Nodes;

namespace DePin.Sdk.Compute.Tests.Grammars;

/// <summary>Makes JSON schemas at random, of what is supported.</summary>
internal static class RandomSchema
{
    private static readonly string[] Names = ["a", "say", "do", "say more", "ünï", "q\"", "x/y~", "\\"];
    private static readonly string[] Patterns = ["^[a-z]{2,5}$", "^\\d+-\\d+$", "b", "^(yes|no)$", "^[^a-z]{1,3}$", "x$|^y", "^(\\w\\s?){1,12}$", "^\"?\\\\$"];
    private static readonly string[] Formats = ["date", "date-time", "time", "uuid", "email", "ipv4", "ipv6", "uri", "hostname", "duration"];

    public static JsonObject Create(Random random)
    {
        var schema = Any(random, 3);
        if (random.Next(3) == 0)
        {
            schema["$defs"] = new JsonObject { ["one"] = Any(random, 1), ["two"] = Any(random, 2) };
        }
        else
        {
            schema["$defs"] = new JsonObject
            {
                ["one"] = new JsonObject
                {
                    ["type"] = "object",
                    ["properties"] = new JsonObject { ["next"] = new JsonObject { ["$ref"] = "#/$defs/one" }, ["value"] = Any(random, 1) },
                    ["required"] = new JsonArray("value"),
                },
                ["two"] = new JsonObject { ["type"] = new JsonArray("array", "null"), ["items"] = new JsonObject { ["$ref"] = "#/$defs/two" }, ["maxItems"] = 3 },
            };
        }

        return schema;
    }

    private static JsonObject Any(Random random, int depth)
    {
        switch (random.Next(depth == 0 ? 6 : 11))
        {
            case 0:
                return Number(random);
            case 1:
                return Text(random);
            case 2:
                return new JsonObject { ["enum"] = new JsonArray("a\"b\n", 5, null, true, new JsonObject { ["k"] = new JsonArray(1, 2) }, "é") };
            case 3:
                return new JsonObject { ["type"] = random.Next(2) == 0 ? "boolean" : "null" };
            case 4:
                return new JsonObject { ["type"] = new JsonArray("string", "null", "integer") };
            case 5:
                return new JsonObject { ["const"] = random.Next(2) == 0 ? "only" : JsonValue.Create(-1.50m) };
            case 6:
                return List(random, depth);
            case 7:
                return random.Next(2) == 0
                    ? new JsonObject { ["$ref"] = "#/$defs/" + (random.Next(2) == 0 ? "one" : "two") }
                    : new JsonObject { ["anyOf"] = new JsonArray(Any(random, depth - 1), Any(random, depth - 1)) };
            case 8:
                return new JsonObject
                {
                    ["allOf"] = new JsonArray(
                        new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["a"] = Number(random) }, ["required"] = new JsonArray("a") },
                        new JsonObject { ["properties"] = new JsonObject { ["b"] = Any(random, depth - 1), ["a"] = new JsonObject { ["type"] = new JsonArray("number", "string") } } }),
                };
            default:
                return Record(random, depth);
        }
    }

    private static JsonObject Record(Random random, int depth)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (string name in Names.Where(_ => random.Next(3) == 0))
        {
            properties[name] = Any(random, depth - 1);
            if (random.Next(2) == 0)
            {
                required.Add(name);
            }
        }

        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties, ["required"] = required };
        switch (random.Next(5))
        {
            case 0:
                schema["additionalProperties"] = false;
                break;
            case 1:
                schema["additionalProperties"] = Any(random, 0);
                schema["maxProperties"] = properties.Count + random.Next(3);
                break;
            case 2:
                schema["additionalProperties"] = false;
                schema["patternProperties"] = new JsonObject { ["^k_[0-9]{1,2}$"] = Any(random, 0) };
                break;
        }

        return schema;
    }

    private static JsonObject List(Random random, int depth)
    {
        int least = random.Next(3);
        var schema = new JsonObject { ["type"] = "array", ["items"] = random.Next(4) == 0 ? false : Any(random, depth - 1), ["maxItems"] = least + random.Next(14) };
        if (random.Next(2) == 0)
        {
            schema["prefixItems"] = new JsonArray(Any(random, depth - 1), Any(random, 0), Any(random, 0));
            schema["minItems"] = least;
        }
        else if (schema["items"] is JsonObject)
        {
            schema["minItems"] = least;
        }

        return schema;
    }

    private static JsonObject Text(Random random)
    {
        var schema = new JsonObject { ["type"] = "string" };
        switch (random.Next(4))
        {
            case 0:
                schema["minLength"] = random.Next(4);
                schema["maxLength"] = 4 + random.Next(50);
                break;
            case 1:
                schema["pattern"] = Patterns[random.Next(Patterns.Length)];
                break;
            case 2:
                schema["format"] = Formats[random.Next(Formats.Length)];
                break;
        }

        return schema;
    }

    private static JsonObject Number(Random random)
    {
        var schema = new JsonObject { ["type"] = random.Next(2) == 0 ? "integer" : "number" };
        decimal low = decimal.Parse(((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(5))).ToString("F" + random.Next(4), CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        decimal high = low + 1 + random.Next(1000) + (random.Next(1000) / 1000m);
        if (random.Next(3) > 0)
        {
            schema[random.Next(2) == 0 ? "minimum" : "exclusiveMinimum"] = low;
        }

        if (random.Next(3) > 0)
        {
            schema[random.Next(2) == 0 ? "maximum" : "exclusiveMaximum"] = high;
        }

        return schema;
    }
}
