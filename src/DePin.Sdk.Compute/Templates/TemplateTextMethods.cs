namespace DePin.Sdk.Compute.Templates;

/// <summary>The methods of strings.</summary>
internal static class TemplateTextMethods
{
    public static object Get(TemplateText text, string name)
    {
        TemplateFunction? method = name switch
        {
            "strip" => (c, a, _) => Trim(c, text, true, true, a),
            "lstrip" => (c, a, _) => Trim(c, text, true, false, a),
            "rstrip" => (c, a, _) => Trim(c, text, false, true, a),
            "upper" or "lower" or "title" or "capitalize" => (c, _, _) => ChangeCase(c, text, name),
            "startswith" => (c, a, _) => Choices(c, a).Exists(s => text.Value.StartsWith(s, StringComparison.Ordinal)),
            "endswith" => (c, a, _) => Choices(c, a).Exists(s => text.Value.EndsWith(s, StringComparison.Ordinal)),
            "rfind" => (c, a, _) => (long)text.Value.LastIndexOf(Text(c, a, 0).Value, StringComparison.Ordinal),
            "format" => (c, a, named) => TemplateFormat.Braces(c, text, a, named),
            "rsplit" => (c, a, _) => SplitFromEnd(c, text, a.Count > 0 && a[0] is not null ? Text(c, a, 0).Value : null, a.Count > 1 && a[1] is long n ? n : -1),
            "partition" => (c, a, _) => Partition(c, text, Text(c, a, 0), text.Value.IndexOf(Text(c, a, 0).Value, StringComparison.Ordinal), atEnd: true),
            "rpartition" => (c, a, _) => Partition(c, text, Text(c, a, 0), text.Value.LastIndexOf(Text(c, a, 0).Value, StringComparison.Ordinal), atEnd: false),
            "removeprefix" => (c, a, _) => text.Value.StartsWith(Text(c, a, 0).Value, StringComparison.Ordinal) ? text.Slice(Text(c, a, 0).Length, text.Length - Text(c, a, 0).Length) : text,
            "removesuffix" => (c, a, _) => text.Value.EndsWith(Text(c, a, 0).Value, StringComparison.Ordinal) ? text.Slice(0, text.Length - Text(c, a, 0).Length) : text,
            "isdigit" or "isnumeric" or "isdecimal" => (_, _, _) => text.Length > 0 && text.Value.All(char.IsDigit),
            "isalpha" => (_, _, _) => text.Length > 0 && text.Value.All(char.IsLetter),
            "isalnum" => (_, _, _) => text.Length > 0 && text.Value.All(char.IsLetterOrDigit),
            "isspace" => (_, _, _) => text.Length > 0 && text.Value.All(char.IsWhiteSpace),
            "isupper" => (_, _, _) => IsUpper(text.Value),
            "islower" => (_, _, _) => IsLower(text.Value),
            "find" => (c, a, _) => (long)text.Value.IndexOf(Text(c, a, 0).Value, StringComparison.Ordinal),
            "count" => (c, a, _) => (long)Split(c, text, Text(c, a, 0).Value, -1).Count - 1,
            "split" => (c, a, _) => Split(c, text, a.Count > 0 && a[0] is not null ? Text(c, a, 0).Value : null, a.Count > 1 && a[1] is long n ? n : -1),
            "splitlines" => (c, _, _) => SplitLines(c, text),
            "replace" => (c, a, _) => Replace(c, text, Text(c, a, 0), Text(c, a, 1), a.Count > 2 && a[2] is long n ? n : -1),
            "join" => (c, a, _) => a is [var items] ? Join(c, TemplateFilters.Sequence(c, items), text) : throw c.Error("join needs a list."),
            _ => null,
        };
        return method is null ? new Undefined(name) : method;
    }

    public static bool IsUpper(string text) => text.Any(char.IsLetter) && !text.Any(char.IsLower);

    public static bool IsLower(string text) => text.Any(char.IsLetter) && !text.Any(char.IsUpper);

    public static TemplateText ChangeCase(TemplateContext context, TemplateText text, string name)
    {
        context.ChargeText(text.Length);
        return text.Map(value => name switch
        {
            "upper" => value.ToUpperInvariant(),
            "lower" => value.ToLowerInvariant(),
            "capitalize" => value.Length == 0 ? value : char.ToUpperInvariant(value[0]) + value[1..].ToLowerInvariant(),
            "words" => ToTitle(value, static c => char.IsWhiteSpace(c) || c is '-' or '(' or '{' or '[' or '<'),
            _ => ToTitle(value, static c => !char.IsLetter(c)),
        });
    }

    public static TemplateText Replace(TemplateContext context, TemplateText text, TemplateText old, TemplateText replacement, long most = -1)
    {
        if (most == 0)
        {
            return text;
        }

        if (old.Length > 0)
        {
            return Join(context, Split(context, text, old.Value, most), replacement);
        }

        // The empty text stands before each character and at the end.
        var parts = TemplateFilters.Sequence(context, text);
        return Join(context, [TemplateText.Empty, .. parts, TemplateText.Empty], replacement);
    }

    public static TemplateText Join(TemplateContext context, List<object?> items, TemplateText separator)
    {
        List<TemplateText> parts = [];
        long length = 0;
        foreach (object? item in items)
        {
            if (parts.Count > 0)
            {
                parts.Add(separator);
                length += separator.Length;
            }

            var part = TemplateValues.Print(item);
            length += part.Length;
            context.ChargeText(part.Length + separator.Length);
            parts.Add(part);
        }

        // Checks the length before the text is made.
        context.ChargeText(length);
        return TemplateText.Concat([.. parts]);
    }

    public static TemplateText Text(TemplateContext context, IReadOnlyList<object?> arguments, int index) =>
        index < arguments.Count && arguments[index] is TemplateText text ? text : throw context.Error($"Argument {index + 1} must be a string.");

    private static TemplateText Trim(TemplateContext context, TemplateText text, bool start, bool end, IReadOnlyList<object?> arguments)
    {
        context.ChargeText(text.Length);
        return text.Trim(start, end, arguments.Count > 0 && arguments[0] is not null ? Text(context, arguments, 0).Value : null);
    }

    public static List<object?> Split(TemplateContext context, TemplateText text, string? separator, long most)
    {
        if (separator is { Length: 0 })
        {
            throw context.Error("The separator is empty.");
        }

        context.ChargeText(text.Length);
        var parts = text.Split(separator, (int)Math.Clamp(most, -1, int.MaxValue));
        context.Charge(parts.Count);
        return parts.ConvertAll(static p => (object?)p);
    }

    private static List<object?> SplitLines(TemplateContext context, TemplateText text)
    {
        var lines = Split(context, text, "\n", -1);
        if (lines is [.., TemplateText { Length: 0 }])
        {
            lines.RemoveAt(lines.Count - 1);
        }

        return lines;
    }

    private static List<object?> SplitFromEnd(TemplateContext context, TemplateText text, string? separator, long most)
    {
        var parts = Split(context, text, separator, -1);
        if (most < 0 || parts.Count <= most + 1)
        {
            return parts;
        }

        int joined = parts.Count - (int)most;
        return [Join(context, parts[..joined], new TemplateText(separator ?? " ")), .. parts[joined..]];
    }

    private static TemplateTuple Partition(TemplateContext context, TemplateText text, TemplateText separator, int at, bool atEnd)
    {
        context.ChargeText(text.Length);
        return at < 0
            ? new TemplateTuple(atEnd ? [text, TemplateText.Empty, TemplateText.Empty] : [TemplateText.Empty, TemplateText.Empty, text])
            : new TemplateTuple([text.Slice(0, at), text.Slice(at, separator.Length), text.Slice(at + separator.Length, text.Length - at - separator.Length)]);
    }

    private static List<string> Choices(TemplateContext context, IReadOnlyList<object?> arguments) =>
        arguments is [List<object?> several, ..] ? [.. several.OfType<TemplateText>().Select(static t => t.Value)] : [Text(context, arguments, 0).Value];

    private static string ToTitle(string value, Func<char, bool> separates)
    {
        char[] characters = value.ToCharArray();
        for (int i = 0; i < characters.Length; i++)
        {
            bool starts = i == 0 || separates(value[i - 1]);
            characters[i] = starts ? char.ToUpperInvariant(characters[i]) : char.ToLowerInvariant(characters[i]);
        }

        return new string(characters);
    }
}
