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
            "startswith" => (c, a, _) => Text(c, a, 0).Value is var s && text.Value.StartsWith(s, StringComparison.Ordinal),
            "endswith" => (c, a, _) => Text(c, a, 0).Value is var s && text.Value.EndsWith(s, StringComparison.Ordinal),
            "find" => (c, a, _) => (long)text.Value.IndexOf(Text(c, a, 0).Value, StringComparison.Ordinal),
            "count" => (c, a, _) => (long)Split(c, text, Text(c, a, 0).Value, -1).Count - 1,
            "split" => (c, a, _) => Split(c, text, a.Count > 0 && a[0] is not null ? Text(c, a, 0).Value : null, a.Count > 1 && a[1] is long n ? n : -1),
            "splitlines" => (c, _, _) => SplitLines(c, text),
            "replace" => (c, a, _) => Replace(c, text, Text(c, a, 0), Text(c, a, 1)),
            "join" => (c, a, _) => a is [List<object?> list] ? Join(c, list, text) : throw c.Error("join needs a list."),
            _ => null,
        };
        return method is null ? new Undefined(name) : method;
    }

    public static TemplateText ChangeCase(TemplateContext context, TemplateText text, string name)
    {
        context.ChargeText(text.Length);
        return text.Map(value => name switch
        {
            "upper" => value.ToUpperInvariant(),
            "lower" => value.ToLowerInvariant(),
            "capitalize" => value.Length == 0 ? value : char.ToUpperInvariant(value[0]) + value[1..].ToLowerInvariant(),
            _ => ToTitle(value),
        });
    }

    public static TemplateText Replace(TemplateContext context, TemplateText text, TemplateText old, TemplateText replacement)
    {
        if (old.Length == 0)
        {
            return text;
        }

        var parts = Split(context, text, old.Value, -1);
        return Join(context, parts, replacement);
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

    private static List<object?> Split(TemplateContext context, TemplateText text, string? separator, long most)
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

    private static string ToTitle(string value)
    {
        char[] characters = value.ToCharArray();
        for (int i = 0; i < characters.Length; i++)
        {
            bool starts = i == 0 || !char.IsLetter(characters[i - 1]);
            characters[i] = starts ? char.ToUpperInvariant(characters[i]) : char.ToLowerInvariant(characters[i]);
        }

        return new string(characters);
    }
}
