namespace DePin.Sdk.Compute.Templates;

/// <summary>The functions that every template finds.</summary>
internal static class TemplateGlobals
{
    private const long MaximumRange = 100_000;

    public static void Define(TemplateContext context)
    {
        context.Set("raise_exception", (TemplateFunction)((c, a, _) =>
            throw c.Error(a.Count > 0 ? TemplateValues.Print(a[0]).Value : "The template refuses the conversation.")));
        context.Set("namespace", (TemplateFunction)((_, _, named) => Fill(new TemplateMap(isNamespace: true), named)));
        context.Set("dict", (TemplateFunction)((_, _, named) => Fill(new TemplateMap(), named)));
        context.Set("range", (TemplateFunction)((c, a, _) => Range(c, a)));
    }

    private static TemplateMap Fill(TemplateMap map, IReadOnlyDictionary<string, object?> entries)
    {
        foreach (var (key, value) in entries)
        {
            map.Entries[key] = value;
        }

        return map;
    }

    private static List<object?> Range(TemplateContext context, IReadOnlyList<object?> arguments)
    {
        long Argument(int index) => arguments[index] is long n && Math.Abs((double)n) < 1L << 40 ? n : throw context.Error("range needs whole numbers.");
        if (arguments.Count is 0 or > 3)
        {
            throw context.Error("range takes one to three numbers.");
        }

        long start = arguments.Count > 1 ? Argument(0) : 0;
        long end = Argument(arguments.Count > 1 ? 1 : 0);
        long step = arguments.Count > 2 ? Argument(2) : 1;
        if (step == 0 || (end - start) / step > MaximumRange)
        {
            throw context.Error($"A range has at most {MaximumRange} numbers.");
        }

        List<object?> numbers = [];
        for (long i = start; step > 0 ? i < end : i > end; i += step)
        {
            context.Charge(1);
            numbers.Add(i);
        }

        return numbers;
    }
}
