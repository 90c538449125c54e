using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace DePin.Sdk.Compute.Tokenizers.HuggingFace;

/// <summary>A value of a JSON file and the way to it, for messages; null counts as absent.</summary>
internal readonly record struct JsonPlace(JsonElement Element, string Path, string File)
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64 };

    /// <summary>Whether the value is a list.</summary>
    public bool IsList => Element.ValueKind == JsonValueKind.Array;

    /// <summary>Whether the value is a text.</summary>
    public bool IsText => Element.ValueKind == JsonValueKind.String;

    /// <summary>Reads a whole file.</summary>
    public static JsonPlace Parse(ReadOnlySpan<byte> json, string file)
    {
        // Some editors begin a file with a byte order mark.
        var content = json.StartsWith("\uFEFF"u8) ? json[3..] : json;
        try
        {
            var root = JsonElement.Parse(content, Options);
            return root.ValueKind == JsonValueKind.Object
                ? new JsonPlace(root, "", file)
                : throw new ModelFormatException($"A JSON object is wanted, not {root.ValueKind}.", -1, null, file);
        }
        catch (JsonException e)
        {
            throw new ModelFormatException($"The file is not valid JSON (line {e.LineNumber + 1}).", OffsetOf(json, e), null, file, e);
        }
    }

    /// <summary>Finds a value of an object.</summary>
    public bool TryGet(string name, out JsonPlace value)
    {
        value = default;
        if (Element.ValueKind != JsonValueKind.Object)
        {
            throw Error($"A JSON object is wanted, not {Element.ValueKind}.");
        }

        JsonElement found;
        try
        {
            if (!Element.TryGetProperty(name, out found) || found.ValueKind == JsonValueKind.Null)
            {
                return false;
            }
        }
        catch (InvalidOperationException e)
        {
            // Looking for a name reads the other names.
            throw new ModelFormatException("A name is not valid Unicode.", -1, Path, File, e);
        }

        value = new JsonPlace(found, Path.Length == 0 ? name : $"{Path}.{name}", File);
        return true;
    }

    /// <summary>A value that must be there.</summary>
    public JsonPlace Get(string name) => TryGet(name, out var value) ? value : throw Error($"'{name}' is missing.");

    /// <summary>A text of an object.</summary>
    public string Text(string name) => Get(name).Text();

    /// <summary>A text of an object, or nothing.</summary>
    public string? OptionalText(string name) => TryGet(name, out var value) ? value.Text() : null;

    /// <summary>The value, which is a text.</summary>
    public string Text()
    {
        if (!IsText)
        {
            throw Error($"A text is wanted, not {Element.ValueKind}.");
        }

        try
        {
            return Element.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            // An escaped half of a surrogate pair is valid JSON but no text.
            throw new ModelFormatException("The text is not valid Unicode.", -1, Path, File, e);
        }
    }

    /// <summary>A truth value of an object.</summary>
    public bool Flag(string name, bool absent) => !TryGet(name, out var value) ? absent : value.Element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw value.Error($"A truth value is wanted, not {value.Element.ValueKind}."),
    };

    /// <summary>The value, which is a whole number.</summary>
    public int Integer(int maximum) =>
        Element.ValueKind == JsonValueKind.Number && Element.TryGetInt32(out int number) && number >= 0 && number <= maximum
            ? number
            : throw Error($"A whole number from 0 to {maximum} is wanted.");

    /// <summary>The values of a list.</summary>
    public IEnumerable<JsonPlace> Items()
    {
        if (!IsList)
        {
            throw Error($"A list is wanted, not {Element.ValueKind}.");
        }

        var (_, path, file) = this;
        return Element.EnumerateArray().Select((e, i) => new JsonPlace(e, $"{path}[{i}]", file));
    }

    /// <summary>An exception that names this place.</summary>
    public ModelFormatException Error(string message) => new(message, -1, Path.Length == 0 ? null : Path, File);

    /// <summary>Reads the name of a property, which may be no valid text.</summary>
    public static bool TryGetName(JsonProperty property, [NotNullWhen(true)] out string? name)
    {
        try
        {
            name = property.Name;
            return true;
        }
        catch (InvalidOperationException)
        {
            name = null;
            return false;
        }
    }

    private static long OffsetOf(ReadOnlySpan<byte> json, JsonException e)
    {
        int offset = 0;
        for (long line = e.LineNumber ?? 0; line > 0; line--)
        {
            offset += json[offset..].IndexOf((byte)'\n') + 1;
        }

        return Math.Min(offset + (e.BytePositionInLine ?? 0), json.Length);
    }
}
