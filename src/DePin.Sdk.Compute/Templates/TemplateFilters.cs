using System.Globalization;

namespace DePin.Sdk.Compute.Templates;

/// <summary>The filters.</summary>
internal static class TemplateFilters
{
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
            case "upper" or "lower" or "title" or "capitalize":
                return TemplateTextMethods.ChangeCase(context, Text(context, value), name);
            case "replace":
                return TemplateTextMethods.Replace(
                    context, Text(context, value), TemplateTextMethods.Text(context, arguments, 0), TemplateTextMethods.Text(context, arguments, 1));
            case "length" or "count":
                return Length(context, value);
            case "tojson":
                var json = TemplateJson.Write(value, Argument(0, "indent") is long indent ? (int)Math.Clamp(indent, 0, 16) : null);
                context.ChargeText(json.Length);
                return json;
            case "string":
                var printed = TemplateValues.Print(value);
                context.ChargeText(printed.Length);
                return printed;
            case "safe" or "escape" or "e" or "forceescape":
                // Chat templates render without HTML escaping.
                return value;
            case "default" or "d":
                bool alsoFalse = TemplateValues.IsTrue(Argument(1, "boolean"));
                return value is Undefined || (alsoFalse && !TemplateValues.IsTrue(value)) ? Argument(0, "default_value") ?? TemplateText.Empty : value;
            case "int":
                return ToInteger(value);
            case "float":
                return value is TemplateText number
                    ? double.TryParse(number.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double parsed) ? parsed : 0.0
                    : value is bool or long or double ? TemplateValues.ToDouble(value) : 0.0;
            case "abs":
                return value is long n && n != long.MinValue ? (object)Math.Abs(n) : value is double d ? Math.Abs(d) : throw Unsuited(context, name, value);
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
                return value is TemplateMap map ? TemplateMembers.Items(context, map) : throw Unsuited(context, name, value);
            case "join":
                return TemplateTextMethods.Join(context, Sequence(context, value), Argument(0, "d") as TemplateText ?? TemplateText.Empty);
            case "indent":
                return Indent(context, Text(context, value), Argument(0, "width") as long? ?? 4, TemplateValues.IsTrue(Argument(1, "first")));
            case "unique":
                return Unique(context, Sequence(context, value));
            case "map":
                return MapItems(context, Sequence(context, value), arguments, named);
            case "select" or "reject":
                return Sequence(context, value).FindAll(i => Test(context, i, arguments, 0) == (name == "select"));
            case "selectattr" or "rejectattr":
                return Sequence(context, value).FindAll(
                    i => Test(context, TemplateMembers.Get(context, i, TemplateTextMethods.Text(context, arguments, 0)), arguments, 1) == (name == "selectattr"));
            default:
                throw context.Error($"The filter '{name}' is not supported.");
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
                return map.Entries.Keys.Select(static k => (object?)new TemplateText(k)).ToList();
            case Undefined:
                return [];
            default:
                throw context.Error($"A {TemplateValues.TypeName(value)} has no elements.");
        }
    }

    private static TemplateText Text(TemplateContext context, object? value) => value switch
    {
        TemplateText text => text,
        null or Undefined or bool or long or double => TemplateValues.Print(value),
        _ => throw context.Error($"A string is needed, not a {TemplateValues.TypeName(value)}."),
    };

    private static long Length(TemplateContext context, object? value) => value switch
    {
        TemplateText text => (long)text.Length,
        List<object?> list => (long)list.Count,
        TemplateMap map => (long)map.Entries.Count,
        Undefined => 0L,
        _ => throw context.Error($"A {TemplateValues.TypeName(value)} has no length."),
    };

    private static long ToInteger(object? value) => value switch
    {
        long n => n,
        bool b => b ? 1L : 0L,
        double d when Math.Abs(d) < 1L << 53 => (long)d,
        TemplateText t when long.TryParse(t.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out long parsed) => parsed,
        _ => 0L,
    };

    private static TemplateText Indent(TemplateContext context, TemplateText text, long width, bool first)
    {
        var pad = new TemplateText(new string(' ', (int)Math.Clamp(width, 0, 256)));
        var lines = TemplateTextMethods.Replace(context, text, new TemplateText("\n"), TemplateText.Concat(new TemplateText("\n"), pad));
        return first ? TemplateText.Concat(pad, lines) : lines;
    }

    private static List<object?> Unique(TemplateContext context, List<object?> items)
    {
        List<object?> unique = [];
        foreach (object? item in items)
        {
            context.Charge(unique.Count);
            if (!unique.Exists(u => TemplateValues.AreEqual(u, item)))
            {
                unique.Add(item);
            }
        }

        return unique;
    }

    private static List<object?> MapItems(TemplateContext context, List<object?> items, List<object?> arguments, Dictionary<string, object?> named)
    {
        if (named.TryGetValue("attribute", out object? attribute))
        {
            return items.ConvertAll(i => TemplateMembers.Get(context, i, attribute));
        }

        string filter = TemplateTextMethods.Text(context, arguments, 0).Value;
        return items.ConvertAll(i =>
        {
            context.Charge(1);
            return filter == "map" ? throw context.Error("map cannot map itself.") : Apply(context, filter, i, arguments[1..], named);
        });
    }

    private static bool Test(TemplateContext context, object? value, List<object?> arguments, int from)
    {
        context.Charge(1);
        return from < arguments.Count
            ? TemplateTests.Apply(context, TemplateTextMethods.Text(context, arguments, from).Value, value, arguments[(from + 1)..])
            : TemplateValues.IsTrue(value);
    }

    private static ChatTemplateException Unsuited(TemplateContext context, string name, object? value) =>
        context.Error($"The filter '{name}' does not work with a {TemplateValues.TypeName(value)}.");
}
