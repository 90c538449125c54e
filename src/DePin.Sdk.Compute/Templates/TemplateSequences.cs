using System.Globalization;

namespace DePin.Sdk.Compute.Templates;

/// <summary>The filters that look at the elements of a sequence.</summary>
internal static class TemplateSequences
{
    public static object? Apply(
        TemplateContext context, string name, object? value, List<object?> arguments, Dictionary<string, object?> named)
    {
        object? Argument(int index, string argumentName) =>
            index < arguments.Count ? arguments[index] : named.GetValueOrDefault(argumentName);
        bool IsSet(int index, string argumentName) => TemplateValues.IsTrue(Argument(index, argumentName));
        if (name == "dictsort")
        {
            return SortMap(context, value, IsSet(0, "case_sensitive"), (Argument(1, "by") as TemplateText)?.Value == "value", IsSet(2, "reverse"));
        }

        var items = TemplateFilters.Sequence(context, value);
        switch (name)
        {
            case "map":
                return Map(context, items, arguments, named);
            case "select" or "reject":
                return items.FindAll(i => Test(context, i, arguments, 0) == (name == "select"));
            case "selectattr" or "rejectattr":
                var path = arguments.Count > 0 ? arguments[0] : throw context.Error($"The filter '{name}' needs an attribute.");
                return items.FindAll(i => Test(context, Attribute(context, i, path), arguments, 1) == (name == "selectattr"));
            case "unique":
                return Unique(context, items, IsSet(0, "case_sensitive"), Argument(1, "attribute"));
            case "sort":
                return Sort(context, items, IsSet(0, "reverse"), IsSet(1, "case_sensitive"), Argument(2, "attribute"));
            case "groupby":
                return Group(context, items, Argument(0, "attribute"));
            case "min" or "max":
                var sorted = Sort(context, items, name == "max", IsSet(0, "case_sensitive"), Argument(1, "attribute"));
                return sorted.Count > 0 ? sorted[0] : new Undefined(name);
            case "sum":
                object? sum = Argument(1, "start") ?? 0L;
                foreach (object? item in items)
                {
                    context.Charge(1);
                    sum = TemplateOperators.Apply(context, "+", sum, Argument(0, "attribute") is { } part ? Attribute(context, item, part) : item);
                }

                return sum;
            case "batch":
                int size = Argument(0, "linecount") is long n and > 0 ? (int)Math.Min(n, int.MaxValue) : throw context.Error("batch needs a size.");
                return items.Chunk(size).Select(static c => (object?)c.ToList()).ToList();
            default:
                throw context.Error($"The filter '{name}' is not supported.");
        }
    }

    /// <summary>The attribute at the end of a path such as <c>function.name</c>.</summary>
    public static object? Attribute(TemplateContext context, object? item, object? path)
    {
        if (path is not TemplateText text)
        {
            return TemplateMembers.Get(context, item, path);
        }

        foreach (string part in text.Value.Split('.'))
        {
            context.Charge(1);
            item = item is Undefined ? item
                : long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out long index) ? TemplateMembers.Get(context, item, index)
                : TemplateMembers.Get(context, item, new TemplateText(part));
        }

        return item;
    }

    private static List<object?> Map(TemplateContext context, List<object?> items, List<object?> arguments, Dictionary<string, object?> named)
    {
        if (named.TryGetValue("attribute", out object? attribute))
        {
            return items.ConvertAll(i => Attribute(context, i, attribute) is var found && found is Undefined && named.TryGetValue("default", out object? absent) ? absent : found);
        }

        string filter = TemplateTextMethods.Text(context, arguments, 0).Value;
        return items.ConvertAll(i =>
        {
            context.Charge(1);
            return filter == "map" ? throw context.Error("map cannot map itself.") : TemplateFilters.Apply(context, filter, i, arguments[1..], named);
        });
    }

    private static bool Test(TemplateContext context, object? value, List<object?> arguments, int from)
    {
        context.Charge(1);
        return from < arguments.Count
            ? TemplateTests.Apply(context, TemplateTextMethods.Text(context, arguments, from).Value, value, arguments[(from + 1)..])
            : TemplateValues.IsTrue(value);
    }

    private static List<object?> Unique(TemplateContext context, List<object?> items, bool caseSensitive, object? attribute)
    {
        List<object?> unique = [];
        List<object?> keys = [];
        foreach (object? item in items)
        {
            context.Charge(1 + unique.Count);
            object? key = Key(context, item, caseSensitive, attribute);
            if (!keys.Exists(k => TemplateValues.AreEqual(k, key)))
            {
                keys.Add(key);
                unique.Add(item);
            }
        }

        return unique;
    }

    private static List<object?> Sort(TemplateContext context, List<object?> items, bool descending, bool caseSensitive, object? attribute)
    {
        // Pays for all comparisons beforehand.
        context.Charge((long)items.Count * (1 + (int)Math.Log2(items.Count + 1)));
        var keyed = items.ConvertAll(i => (Key: Key(context, i, caseSensitive, attribute), Item: i));
        var comparer = Comparer<object?>.Create((a, b) =>
            TemplateValues.Compare(a, b) ?? throw context.Error($"A {TemplateValues.TypeName(a)} and a {TemplateValues.TypeName(b)} have no order."));
        var sorted = descending ? keyed.OrderByDescending(static k => k.Key, comparer) : keyed.OrderBy(static k => k.Key, comparer);
        try
        {
            return sorted.Select(static k => k.Item).ToList();
        }
        catch (InvalidOperationException e) when (e.InnerException is ChatTemplateException refusal)
        {
            // Sorting wraps what its comparer throws.
            throw context.Error(refusal.Reason);
        }
    }

    private static List<object?> SortMap(TemplateContext context, object? value, bool caseSensitive, bool byValue, bool descending) => value switch
    {
        TemplateMap map => Sort(context, TemplateMembers.Items(context, map), descending, caseSensitive, byValue ? 1L : 0L),
        _ => throw TemplateFilters.Unsuited(context, "dictsort", value),
    };

    private static List<object?> Group(TemplateContext context, List<object?> items, object? attribute)
    {
        List<object?> groups = [];
        List<object?> current = [];
        object? key = null;
        foreach (object? item in Sort(context, items, descending: false, caseSensitive: false, attribute))
        {
            context.Charge(1);
            object? own = Attribute(context, item, attribute);
            if (groups.Count == 0 || !TemplateValues.AreEqual(Fold(key, false), Fold(own, false)))
            {
                key = own;
                current = [];
                groups.Add(new TemplateTuple([key, current]));
            }

            current.Add(item);
        }

        return groups;
    }

    private static object? Key(TemplateContext context, object? item, bool caseSensitive, object? attribute) =>
        Fold(attribute is null ? item : Attribute(context, item, attribute), caseSensitive);

    private static object? Fold(object? key, bool caseSensitive) =>
        !caseSensitive && key is TemplateText text ? text.Map(static t => t.ToLowerInvariant()) : key;
}
