namespace DePin.Sdk.Compute.Templates;

/// <summary>Members, elements, slices and methods of values.</summary>
internal static class TemplateMembers
{
    public static object? Get(TemplateContext context, object? target, object? index)
    {
        switch (target)
        {
            case TemplateMap map when index is TemplateText key:
                return map.Entries.TryGetValue(key.Value, out object? value) ? value : MapMethod(map, key.Value);
            case TemplateMap map when index is long number && map.Entries.TryGetValue(TemplateValues.Print(number).Value, out object? numbered):
                return numbered;
            case List<object?> list when index is long at:
                at = at < 0 ? at + list.Count : at;
                return at >= 0 && at < list.Count ? list[(int)at] : new Undefined($"[{index}]");
            case List<object?> list when index is TemplateText name:
                return ListMethod(list, name.Value);
            case TemplateText text when index is long at:
                at = at < 0 ? at + text.Length : at;
                return at >= 0 && at < text.Length ? text.Slice((int)at, 1) : new Undefined($"[{index}]");
            case TemplateText text when index is TemplateText name:
                return TemplateTextMethods.Get(text, name.Value);
            case Undefined undefined:
                throw context.Error($"'{undefined.Name}' is not defined, so it has no members.");
            default:
                return new Undefined(TemplateValues.Print(index).Value);
        }
    }

    /// <summary>A member by its name, where a method comes before an element of the same name.</summary>
    public static object? GetAttribute(TemplateContext context, object? target, TemplateText name) =>
        target is TemplateMap { IsNamespace: false } map && MapMethod(map, name.Value) is TemplateFunction method ? method : Get(context, target, name);

    public static object? Slice(TemplateContext context, object? target, object? start, object? end, object? step)
    {
        int length = target switch
        {
            TemplateText t => t.Length,
            List<object?> l => l.Count,
            _ => throw context.Error($"A {TemplateValues.TypeName(target)} cannot be sliced."),
        };
        long stride = Bound(context, step, 1);
        if (stride == 0)
        {
            throw context.Error("The step of a slice is zero.");
        }

        context.ChargeText(length);
        long from = Clamp(Bound(context, start, stride > 0 ? 0 : long.MaxValue), length, stride);
        long to = end is null ? (stride > 0 ? length : -1) : Clamp(Bound(context, end, 0), length, stride);
        if (stride == 1 && target is TemplateText text)
        {
            return text.Slice((int)from, (int)Math.Max(to - from, 0));
        }

        List<int> indices = [];
        for (long i = from; stride > 0 ? i < to : i > to; i = stride > length || stride < -length ? (stride > 0 ? to : -1) : i + stride)
        {
            indices.Add((int)i);
        }

        return target is List<object?> list
            ? indices.ConvertAll(i => list[i])
            : TemplateText.Concat([.. indices.ConvertAll(i => ((TemplateText)target!).Slice(i, 1))]);
    }

    private static long Bound(TemplateContext context, object? value, long absent) => value switch
    {
        null => absent,
        long n => n,
        _ => throw context.Error($"A {TemplateValues.TypeName(value)} cannot bound a slice."),
    };

    private static long Clamp(long bound, int length, long stride)
    {
        long at = bound < 0 ? Math.Max(bound, -length - 1) + length : bound;
        return stride > 0 ? Math.Clamp(at, 0, length) : Math.Clamp(at, -1, length - 1);
    }

    private static object MapMethod(TemplateMap map, string name) => name switch
    {
        "items" => (TemplateFunction)((context, _, _) => Items(context, map)),
        "keys" => (TemplateFunction)((context, _, _) =>
        {
            context.ChargeText(map.Entries.Count);
            return map.Entries.Keys.Select(k => (object?)map.Key(k)).ToList();
        }),
        "values" => (TemplateFunction)((context, _, _) =>
        {
            context.ChargeText(map.Entries.Count);
            return map.Entries.Values.ToList();
        }),
        "get" => (TemplateFunction)((context, arguments, _) => arguments.Count == 0
            ? throw context.Error("get needs a key.")
            : map.Entries.TryGetValue(TemplateValues.Print(arguments[0]).Value, out object? value) ? value
            : arguments.Count > 1 ? arguments[1] : null),
        _ => new Undefined(name),
    };

    private static object ListMethod(List<object?> list, string name) => name switch
    {
        "append" => (TemplateFunction)((context, arguments, _) =>
        {
            context.Charge(1);
            list.Add(arguments is [var item] ? item : throw context.Error("append takes one value."));
            return null;
        }),
        "pop" => (TemplateFunction)((context, arguments, _) =>
        {
            long at = arguments is [long n, ..] ? n : -1;
            at = at < 0 ? at + list.Count : at;
            object? item = at >= 0 && at < list.Count ? list[(int)at] : throw context.Error("pop finds nothing there.");
            list.RemoveAt((int)at);
            return item;
        }),
        "index" => (TemplateFunction)((context, arguments, _) =>
        {
            context.Charge(list.Count);
            int at = arguments is [var item, ..] ? list.FindIndex(i => TemplateValues.AreEqual(i, item)) : -1;
            return at >= 0 ? (long)at : throw context.Error("index does not find the value.");
        }),
        "count" => (TemplateFunction)((context, arguments, _) =>
        {
            context.Charge(list.Count);
            return arguments is [var item, ..] ? (long)list.FindAll(i => TemplateValues.AreEqual(i, item)).Count : throw context.Error("count needs a value.");
        }),
        _ => new Undefined(name),
    };

    public static List<object?> Items(TemplateContext context, TemplateMap map)
    {
        context.Charge(map.Entries.Count);
        return map.Entries.Select(e => (object?)new TemplateTuple([map.Key(e.Key), e.Value])).ToList();
    }
}
