using System.Globalization;

namespace DePin.Sdk.Compute.Templates;

/// <summary>The filters.</summary>
internal static class TemplateFilters
{
    private static readonly HashSet<string> Names =
    [
        "trim", "upper", "lower", "title", "capitalize", "replace", "length", "count", "tojson", "string", "safe", "escape", "e", "forceescape", "default", "d",
        "int", "float", "abs", "round", "first", "last", "list", "reverse", "items", "join", "indent", "format", "attr", "wordcount",
        "unique", "map", "select", "reject", "selectattr", "rejectattr", "sort", "dictsort", "groupby", "min", "max", "sum", "batch",
    ];

    public static bool IsKnown(string name) => Names.Contains(name);

    public static object? Apply(
        TemplateContext context, string name, object? value, List<object?> arguments, Dictionary<string, object?> named)
    {
        object? Argument(int index, string argumentName) =>
            index < arguments.Count ? arguments[index] : named.GetValueOrDefault(argumentName);
        switch (name)
        {
            case "trim":
                context.ChargeText(Text(context, value).Length);
                return Text(context, value).Trim(true, true, (Argument(0, "chars") as TemplateText)?.Value);
            case "upper" or "lower" or "capitalize":
                return TemplateTextMethods.ChangeCase(context, Text(context, value), name);
            case "title":
                return TemplateTextMethods.ChangeCase(context, Text(context, value), "words");
            case "replace":
                return TemplateTextMethods.Replace(
                    context, Text(context, value), Text(context, Argument(0, "old")), Text(context, Argument(1, "new")), Argument(2, "count") as long? ?? -1);
            case "length" or "count":
                return Length(context, value);
            case "tojson":
                var json = TemplateJson.Write(value, JsonFormat(arguments, named));
                context.ChargeText(json.Length);
                return json;
            case "string":
                var printed = TemplateValues.Print(value);
                context.ChargeText(printed.Length);
                return printed;
            case "safe":
                // Chat templates render without HTML escaping, so everything is safe.
                return value;
            case "escape" or "e" or "forceescape":
                return Escape(context, Text(context, value));
            case "default" or "d":
                bool alsoFalse = TemplateValues.IsTrue(Argument(1, "boolean"));
                return value is not Undefined && (!alsoFalse || TemplateValues.IsTrue(value)) ? value
                    : arguments.Count > 0 ? arguments[0] : named.TryGetValue("default_value", out object? absent) ? absent : TemplateText.Empty;
            case "int":
                return ToInteger(value, Argument(0, "default") as long? ?? 0);
            case "float":
                return ToDouble(value, Argument(0, "default") is { } fallback ? TemplateValues.ToDouble(fallback) : 0.0);
            case "abs":
                return value is long n && n != long.MinValue ? (object)Math.Abs(n) : value is double d ? Math.Abs(d) : throw Unsuited(context, name, value);
            case "round":
                string method = (Argument(1, "method") as TemplateText)?.Value ?? "common";
                double rounded = Round(context, value, Argument(0, "precision") as long? ?? 0, method);
                return value is long && method == "common" ? (object)(long)rounded : rounded;
            case "first":
                return Sequence(context, value) is [var first, ..] ? first : new Undefined("first");
            case "last":
                return Sequence(context, value) is [.., var last] ? last : new Undefined("last");
            case "list":
                return new List<object?>(Sequence(context, value));
            case "reverse":
                var reversed = new List<object?>(Sequence(context, value));
                reversed.Reverse();
                return value is TemplateText ? TemplateTextMethods.Join(context, reversed, TemplateText.Empty) : reversed;
            case "items":
                return value switch
                {
                    TemplateMap map => TemplateMembers.Items(context, map),
                    Undefined => new List<object?>(),
                    _ => throw Unsuited(context, name, value),
                };
            case "join":
                var items = Sequence(context, value);
                items = Argument(1, "attribute") is { } attribute ? items.ConvertAll(i => TemplateSequences.Attribute(context, i, attribute)) : items;
                return TemplateTextMethods.Join(context, items, Argument(0, "d") is { } separator ? Text(context, separator) : TemplateText.Empty);
            case "indent":
                return Indent(context, Text(context, value), Argument(0, "width"), TemplateValues.IsTrue(Argument(1, "first")), TemplateValues.IsTrue(Argument(2, "blank")));
            case "format":
                return TemplateFormat.Percent(context, Text(context, value), arguments);
            case "attr":
                return TemplateMembers.GetAttribute(context, value, TemplateTextMethods.Text(context, arguments, 0));
            case "wordcount":
                context.ChargeText(Text(context, value).Length);
                return (long)Text(context, value).Split(null, -1).Count;
            default:
                return IsKnown(name)
                    ? TemplateSequences.Apply(context, name, value, arguments, named)
                    : throw context.Error($"The filter '{name}' is not supported.");
        }
    }

    /// <summary>The elements that a loop over a value sees.</summary>
    public static List<object?> Sequence(TemplateContext context, object? value)
    {
        switch (value)
        {
            case List<object?> list:
                context.Charge(list.Count);
                return list;
            case TemplateText text:
                context.Charge(text.Length);
                return Enumerable.Range(0, text.Length).Select(i => (object?)text.Slice(i, 1)).ToList();
            case TemplateMap map:
                context.Charge(map.Entries.Count);
                return map.Entries.Keys.Select(k => (object?)map.Key(k)).ToList();
            case Undefined:
                return [];
            default:
                throw context.Error($"A {TemplateValues.TypeName(value)} has no elements.");
        }
    }

    public static TemplateText Text(TemplateContext context, object? value) => value switch
    {
        TemplateText text => text,
        null or Undefined or bool or long or double or List<object?> or TemplateMap => TemplateValues.Print(value),
        _ => throw context.Error($"A string is needed, not a {TemplateValues.TypeName(value)}."),
    };

    public static ChatTemplateException Unsuited(TemplateContext context, string name, object? value) =>
        context.Error($"The filter '{name}' does not work with a {TemplateValues.TypeName(value)}.");

    private static long Length(TemplateContext context, object? value) => value switch
    {
        TemplateText text => (long)text.Length,
        List<object?> list => (long)list.Count,
        TemplateMap map => (long)map.Entries.Count,
        Undefined => 0L,
        _ => throw context.Error($"A {TemplateValues.TypeName(value)} has no length."),
    };

    private static TemplateJsonFormat JsonFormat(List<object?> arguments, Dictionary<string, object?> named)
    {
        // The first argument is the indentation in Jinja and ensure_ascii in transformers; their types tell them apart.
        object? first = arguments.Count > 0 ? arguments[0] : null;
        object? indent = first as long? ?? (arguments.Count > 1 ? arguments[1] : named.GetValueOrDefault("indent"));
        object? separators = arguments.Count > 2 ? arguments[2] : named.GetValueOrDefault("separators");
        var parts = separators is List<object?> and [TemplateText item, TemplateText key] ? (item.Value, key.Value) : ((string?)null, ": ");
        return new TemplateJsonFormat(
            indent is long width ? (int)Math.Clamp(width, 0, 16) : null,
            parts.Item1,
            parts.Item2,
            TemplateValues.IsTrue(arguments.Count > 3 ? arguments[3] : named.GetValueOrDefault("sort_keys")),
            (first as bool? ?? named.GetValueOrDefault("ensure_ascii") as bool?) == true);
    }

    private static long ToInteger(object? value, long absent) => value switch
    {
        long n => n,
        bool b => b ? 1L : 0L,
        double d when Math.Abs(d) < 1L << 53 => (long)d,
        TemplateText t when long.TryParse(t.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out long parsed) => parsed,
        TemplateText t when double.TryParse(t.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double d) && Math.Abs(d) < 1L << 53 => (long)d,
        _ => absent,
    };

    private static double ToDouble(object? value, double absent) => value switch
    {
        TemplateText text => double.TryParse(text.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double parsed) ? parsed : absent,
        bool or long or double => TemplateValues.ToDouble(value),
        _ => absent,
    };

    private static double Round(TemplateContext context, object? value, long precision, string method)
    {
        if (value is not (bool or long or double))
        {
            throw Unsuited(context, "round", value);
        }

        double scale = Math.Pow(10, Math.Clamp(precision, -15, 15));
        double scaled = TemplateValues.ToDouble(value) * scale;
        double rounded = method switch { "ceil" => Math.Ceiling(scaled), "floor" => Math.Floor(scaled), _ => Math.Round(scaled, MidpointRounding.ToEven) };
        return rounded / scale;
    }

    private static TemplateText Escape(TemplateContext context, TemplateText text)
    {
        foreach (var (old, replacement) in ((string, string)[])[("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("'", "&#39;"), ("\"", "&#34;")])
        {
            text = TemplateTextMethods.Replace(context, text, new TemplateText(old), new TemplateText(replacement));
        }

        return text;
    }

    private static TemplateText Indent(TemplateContext context, TemplateText text, object? width, bool first, bool blank)
    {
        var pad = width as TemplateText ?? new TemplateText(new string(' ', (int)Math.Clamp(width as long? ?? 4, 0, 256)));
        List<object?> lines = TemplateTextMethods.Split(context, text, "\n", -1);
        for (int i = first ? 0 : 1; i < lines.Count; i++)
        {
            var line = (TemplateText)lines[i]!;
            lines[i] = line.Length > 0 || blank || i == 0 ? TemplateText.Concat(pad, line) : line;
        }

        return TemplateTextMethods.Join(context, lines, new TemplateText("\n"));
    }
}
