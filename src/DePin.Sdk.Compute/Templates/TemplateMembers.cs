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
            case List<object?> list when index is long at:
                at = at < 0 ? at + list.Count : at;
                return at >= 0 && at < list.Count ? list[(int)at] : new Undefined($"[{index}]");
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

    private static object MapMethod(TemplateMap map, string name)
    {
        static TemplateText Key(string key) => new(key);
        return name switch
        {
            "items" => (TemplateFunction)((context, _, _) => Items(context, map)),
            "keys" => (TemplateFunction)((context, _, _) =>
            {
                context.ChargeText(map.Entries.Count);
                return map.Entries.Keys.Select(k => (object?)Key(k)).ToList();
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
    }

    public static List<object?> Items(TemplateContext context, TemplateMap map)
    {
        context.Charge(map.Entries.Count);
        return map.Entries.Select(e => (object?)new List<object?> { new TemplateText(e.Key), e.Value }).ToList();
    }
}
