using System.Globalization;
using System.Text;

namespace DePin.Sdk.Compute.Templates;

/// <summary>The functions that every template finds.</summary>
internal static class TemplateGlobals
{
    private const long MaximumRange = 100_000;

    public static void Define(TemplateContext context, DateTimeOffset now)
    {
        context.Set("raise_exception", (TemplateFunction)((c, a, _) =>
            throw c.Error(a.Count > 0 ? TemplateValues.Print(a[0]).Value : "The template refuses the conversation.")));
        context.Set("namespace", (TemplateFunction)((c, a, named) => Fill(c, new TemplateMap(isNamespace: true), a, named)));
        context.Set("dict", (TemplateFunction)((c, a, named) => Fill(c, new TemplateMap(), a, named)));
        context.Set("range", (TemplateFunction)((c, a, _) => Range(c, a)));
        context.Set("strftime_now", (TemplateFunction)((c, a, _) => new TemplateText(FormatTime(c, now, TemplateTextMethods.Text(c, a, 0).Value))));
    }

    private static TemplateMap Fill(TemplateContext context, TemplateMap map, IReadOnlyList<object?> arguments, IReadOnlyDictionary<string, object?> entries)
    {
        if (arguments is [TemplateMap other])
        {
            context.Charge(other.Entries.Count);
            map = new TemplateMap(map.IsNamespace) { KeyOrigin = other.KeyOrigin };
            foreach (var (key, value) in other.Entries)
            {
                map.Entries[key] = value;
            }
        }

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

    /// <summary>The fields of C's strftime that templates use, in English.</summary>
    private static string FormatTime(TemplateContext context, DateTimeOffset now, string format)
    {
        context.ChargeText(format.Length);
        var text = new StringBuilder();
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                text.Append(format[i]);
                continue;
            }

            bool isBare = format[i + 1] == '-' && i + 2 < format.Length;
            i += isBare ? 2 : 1;
            string? pattern = format[i] switch
            {
                'Y' => "yyyy",
                'y' => "yy",
                'm' => "MM",
                'd' => "dd",
                'B' => "MMMM",
                'b' or 'h' => "MMM",
                'A' => "dddd",
                'a' => "ddd",
                'H' => "HH",
                'I' => "hh",
                'M' => "mm",
                'S' => "ss",
                'p' => "tt",
                'F' => "yyyy-MM-dd",
                'T' => "HH:mm:ss",
                'j' or '%' or 'Z' or 'z' => "",
                _ => throw context.Error($"The time format '%{format[i]}' is not supported."),
            };
            string field = format[i] switch
            {
                'j' => now.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
                '%' => "%",
                'Z' => "UTC",
                'z' => "+0000",
                _ => now.ToString(pattern, CultureInfo.InvariantCulture),
            };
            text.Append(isBare && field.Length > 1 ? field.TrimStart('0') : field);
        }

        return text.ToString();
    }
}
