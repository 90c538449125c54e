using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace DePin.Sdk.Compute.Models.HuggingFace;

/// <summary>A JSON object whose values are read within bounds; null counts as absent.</summary>
internal sealed class JsonSettings
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 32 };

    private readonly Dictionary<string, JsonElement> _values = new(StringComparer.Ordinal);
    private readonly string _file;
    private readonly string _prefix;

    private JsonSettings(JsonElement element, string file, string prefix)
    {
        _file = file;
        _prefix = prefix;
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new ModelFormatException($"A JSON object is wanted, not {element.ValueKind}.", -1, prefix.TrimEnd('.'), file);
        }

        foreach (var property in element.EnumerateObject())
        {
            string name = TextOf(prefix, () => property.Name);
            if (property.Value.ValueKind != JsonValueKind.Null && !_values.TryAdd(name, property.Value))
            {
                throw Error(name, "The name appears twice.");
            }
        }
    }

    public IReadOnlyCollection<string> Keys => _values.Keys;

    /// <summary>Reads a whole file.</summary>
    public static JsonSettings Parse(ReadOnlySpan<byte> json, string file)
    {
        // Some editors begin a file with a byte order mark.
        var content = json.StartsWith("\uFEFF"u8) ? json[3..] : json;
        if (!Utf8.IsValid(content))
        {
            throw new ModelFormatException("The file is not valid UTF-8.", -1, null, file);
        }

        try
        {
            return new JsonSettings(JsonElement.Parse(content, Options), file, "");
        }
        catch (JsonException e)
        {
            throw new ModelFormatException($"The file is not valid JSON (line {e.LineNumber + 1}).", OffsetOf(json, e), null, file, e);
        }
    }

    public bool Has(string key) => _values.ContainsKey(key);

    public int Integer(string key, int maximum, int? absent = null) =>
        OptionalInteger(key, maximum) ?? absent ?? throw Error(key, "The setting is missing.");

    public int? OptionalInteger(string key, int maximum)
    {
        if (!_values.TryGetValue(key, out var value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= 1 && number <= maximum
            ? number
            : throw Error(key, $"The setting must be a whole number between 1 and {maximum}.");
    }

    public double Number(string key, double absent, double minimum, double maximum) => OptionalNumber(key, minimum, maximum) ?? absent;

    public double? OptionalNumber(string key, double minimum, double maximum)
    {
        if (!_values.TryGetValue(key, out var value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && number >= minimum && number <= maximum
            ? number
            : throw Error(key, $"The setting must be a number between {minimum} and {maximum}.");
    }

    public bool Flag(string key, bool absent)
    {
        if (!_values.TryGetValue(key, out var value))
        {
            return absent;
        }

        return value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Error(key, "The setting must be true or false."),
        };
    }

    public string? Text(string key)
    {
        if (!_values.TryGetValue(key, out var value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.String
            ? TextOf(key, () => value.GetString()!)
            : throw Error(key, "The setting must be a text.");
    }

    public JsonSettings? Object(string key) =>
        _values.TryGetValue(key, out var value) ? new JsonSettings(value, _file, $"{_prefix}{key}.") : null;

    public bool IsText(string key) => _values.TryGetValue(key, out var value) && value.ValueKind == JsonValueKind.String;

    public bool IsList(string key) => _values.TryGetValue(key, out var value) && value.ValueKind == JsonValueKind.Array;

    public float[]? Numbers(string key, int maximumCount) => List<float>(key, maximumCount, static element =>
        element.ValueKind == JsonValueKind.Number && element.TryGetSingle(out float number) ? number : null);

    public int[]? Integers(string key, int maximumCount) => List<int>(key, maximumCount, static element =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int number) ? number : null);

    public string[]? Texts(string key, int maximumCount)
    {
        if (!TryGetList(key, maximumCount, out var list))
        {
            return null;
        }

        string[] texts = new string[list.GetArrayLength()];
        int i = 0;
        foreach (var element in list.EnumerateArray())
        {
            texts[i++] = element.ValueKind == JsonValueKind.String
                ? TextOf(key, () => element.GetString()!)
                : throw Error(key, $"Entry {i - 1} of the list is of the wrong kind.");
        }

        return texts;
    }

    public JsonSettings[]? Objects(string key, int maximumCount)
    {
        if (!TryGetList(key, maximumCount, out var list))
        {
            return null;
        }

        return [.. list.EnumerateArray().Select((element, i) => new JsonSettings(element, _file, $"{_prefix}{key}[{i}]."))];
    }

    public ModelFormatException Error(string key, string message) => new(message, -1, _prefix + key, _file);

    private static long OffsetOf(ReadOnlySpan<byte> json, JsonException e)
    {
        long offset = 0;
        for (long line = e.LineNumber ?? 0; line > 0; line--)
        {
            int end = json[(int)offset..].IndexOf((byte)'\n');
            if (end < 0)
            {
                break;
            }

            offset += end + 1;
        }

        return Math.Min(offset + (e.BytePositionInLine ?? 0), json.Length);
    }

    private T[]? List<T>(string key, int maximumCount, Func<JsonElement, T?> read)
        where T : struct
    {
        if (!TryGetList(key, maximumCount, out var list))
        {
            return null;
        }

        var values = new T[list.GetArrayLength()];
        int i = 0;
        foreach (var element in list.EnumerateArray())
        {
            values[i] = read(element) ?? throw Error(key, $"Entry {i} of the list is of the wrong kind.");
            i++;
        }

        return values;
    }

    private bool TryGetList(string key, int maximumCount, [NotNullWhen(true)] out JsonElement list)
    {
        if (!_values.TryGetValue(key, out list))
        {
            return false;
        }

        return list.ValueKind == JsonValueKind.Array && list.GetArrayLength() <= maximumCount
            ? true
            : throw Error(key, $"The setting must be a list of at most {maximumCount} entries.");
    }

    // An escaped half of a surrogate pair is valid JSON but no text.
    private string TextOf(string key, Func<string> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            throw Error(key, "The text is not valid Unicode.");
        }
    }
}
