using System.Text.Json;

namespace DePin.Sdk.Chains.Evm.Keys.Internal;

/// <summary>Reads members of key files, whose writers do not agree on the case of names nor on the prefix of hexadecimal values.</summary>
internal static class KeyFileJson
{
    public const int MaxLength = 64 * 1024;

    public static JsonDocument Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 16 });
            return document.RootElement.ValueKind == JsonValueKind.Object ? document : throw Malformed("The file is no JSON object.");
        }
        catch (JsonException problem)
        {
            throw Malformed("The file is no JSON.", problem);
        }
    }

    public static JsonElement? Optional(JsonElement parent, string name)
    {
        JsonElement? found = null;
        foreach (var member in parent.EnumerateObject())
        {
            if (NameOf(member).Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                found = found is null ? member.Value : throw Malformed($"The member '{name}' is there twice.");
            }
        }

        return found;
    }

    public static JsonElement Object(JsonElement parent, string name) =>
        Optional(parent, name) is { ValueKind: JsonValueKind.Object } value ? value : throw Malformed($"The member '{name}' is missing or no object.");

    public static string Text(JsonElement parent, string name) =>
        Optional(parent, name) is { ValueKind: JsonValueKind.String } value ? ToText(value, name) : throw Malformed($"The member '{name}' is missing or no text.");

    public static long Number(JsonElement parent, string name) =>
        Optional(parent, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out long number) ? number : throw Malformed($"The member '{name}' is missing or no whole number.");

    public static byte[] Bytes(JsonElement parent, string name, int minLength, int maxLength)
    {
        var text = Text(parent, name);
        var digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text.AsSpan(2) : text;
        if (digits.Length < 2 * minLength || digits.Length > 2 * maxLength)
        {
            throw Malformed($"The member '{name}' has not {minLength} to {maxLength} bytes.");
        }

        try
        {
            return Convert.FromHexString(digits);
        }
        catch (FormatException problem)
        {
            throw Malformed($"The member '{name}' is not hexadecimal.", problem);
        }
    }

    /// <summary>The account that the file names; null when it names none.</summary>
    public static EvmAddress? Address(JsonElement root, string name)
    {
        if (Optional(root, name) is not { } value || value.ValueKind == JsonValueKind.Null || (value.ValueKind == JsonValueKind.String && ToText(value, name).Length == 0))
        {
            return null;
        }

        return new EvmAddress(Bytes(root, name, EvmAddress.SizeInBytes, EvmAddress.SizeInBytes));
    }

    public static EvmKeyException Malformed(string message, Exception? cause = null) => new(EvmKeyProblem.Malformed, message, cause);

    public static string NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException problem)
        {
            throw Malformed("The name of a member is no valid text.", problem); // a lone surrogate
        }
    }

    private static string ToText(JsonElement value, string name)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException problem)
        {
            throw Malformed($"The member '{name}' is no valid text.", problem); // a lone surrogate
        }
    }
}
