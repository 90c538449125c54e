using System.Globalization;

namespace DePin.Sdk.Compute.Templates;

/// <summary>Texts with places to fill in: <c>'%s' % x</c> and <c>'{}'.format(x)</c>.</summary>
internal static class TemplateFormat
{
    private const int MaximumPrecision = 64;

    public static TemplateText Percent(TemplateContext context, TemplateText format, List<object?> values)
    {
        List<TemplateText> parts = [];
        int used = 0;
        for (int at = 0; at < format.Length;)
        {
            int place = format.Value.IndexOf('%', at);
            parts.Add(format.Slice(at, (place < 0 ? format.Length : place) - at));
            if (place < 0)
            {
                break;
            }

            int end = place + 1;
            while (end < format.Length && (char.IsAsciiDigit(format.Value[end]) || format.Value[end] is '.' or '-' or '+'))
            {
                end++;
            }

            char kind = end < format.Length ? format.Value[end] : throw context.Error("A '%' at the end of a format.");
            parts.Add(kind == '%'
                ? format.Slice(end, 1)
                : Convert(context, used < values.Count ? values[used++] : throw context.Error("A format has more places than values."), format.Value[(place + 1)..end], kind));
            at = end + 1;
        }

        return used == values.Count ? Finish(context, parts) : throw context.Error("A format has fewer places than values.");
    }

    public static TemplateText Braces(
        TemplateContext context, TemplateText format, IReadOnlyList<object?> arguments, IReadOnlyDictionary<string, object?> named)
    {
        List<TemplateText> parts = [];
        int next = 0;
        for (int at = 0; at < format.Length;)
        {
            int place = format.Value.AsSpan(at).IndexOfAny('{', '}') is >= 0 and var found ? at + found : format.Length;
            parts.Add(format.Slice(at, place - at));
            if (place == format.Length)
            {
                break;
            }

            if (place + 1 < format.Length && format.Value[place + 1] == format.Value[place])
            {
                parts.Add(format.Slice(place, 1));
                at = place + 2;
                continue;
            }

            int close = format.Value[place] == '{' ? format.Value.IndexOf('}', place) : -1;
            if (close < 0)
            {
                throw context.Error("A brace of a format has no partner.");
            }

            string[] field = format.Value[(place + 1)..close].Split(':', 2);
            object? value = Find(context, field[0], ref next, arguments, named);
            string specification = field.Length > 1 ? field[1] : "";
            parts.Add(specification.Length == 0 ? TemplateValues.Print(value)
                : char.IsAsciiLetter(specification[^1]) ? Convert(context, value, specification[..^1], specification[^1])
                : Convert(context, value, value is TemplateText && char.IsAsciiDigit(specification[0]) ? "<" + specification : specification, value is long ? 'd' : 's'));
            at = close + 1;
        }

        return Finish(context, parts);
    }

    private static object? Find(
        TemplateContext context, string field, ref int next, IReadOnlyList<object?> arguments, IReadOnlyDictionary<string, object?> named)
    {
        bool isNumber = int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out int index);
        if (field.Length == 0 || isNumber)
        {
            index = field.Length == 0 ? next++ : index;
            return index < arguments.Count ? arguments[index] : throw context.Error("A format has more places than values.");
        }

        return named.TryGetValue(field, out object? value) ? value : throw context.Error($"A format misses the value '{field}'.");
    }

    private static TemplateText Convert(TemplateContext context, object? value, string flags, char kind)
    {
        string[] sizes = flags.TrimStart('-', '+', '0', '<', '>').Split('.', 2);
        if ((sizes[0].Length > 0 && !int.TryParse(sizes[0], NumberStyles.None, CultureInfo.InvariantCulture, out _)) ||
            (sizes.Length > 1 && !int.TryParse(sizes[1], NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            throw context.Error($"The format '{flags}{kind}' is not supported.");
        }

        int width = sizes[0].Length > 0 ? Math.Min(int.Parse(sizes[0], CultureInfo.InvariantCulture), 1024) : 0;
        int precision = Math.Min(sizes.Length > 1 ? int.Parse(sizes[1], CultureInfo.InvariantCulture) : 6, MaximumPrecision);
        var text = (kind, value) switch
        {
            ('s', _) => TemplateValues.Print(value),
            ('d' or 'i', bool or long) => new TemplateText(((long)TemplateValues.ToDouble(value)).ToString(CultureInfo.InvariantCulture)),
            ('d' or 'i', double d) when Math.Abs(d) < 1L << 53 => new TemplateText(((long)d).ToString(CultureInfo.InvariantCulture)),
            ('f', bool or long or double) => new TemplateText(TemplateValues.ToDouble(value).ToString("F" + precision, CultureInfo.InvariantCulture)),
            ('x', long n) => new TemplateText(n.ToString("x", CultureInfo.InvariantCulture)),
            ('r', _) => TemplateJson.Represent(value),
            _ => throw context.Error($"The format '{flags}{kind}' does not work with a {TemplateValues.TypeName(value)}."),
        };
        bool left = flags.StartsWith('-') || flags.StartsWith('<');
        var pad = new TemplateText(new string(flags.StartsWith('0') && kind != 's' ? '0' : ' ', Math.Max(width - text.Length, 0)));
        return left ? TemplateText.Concat(text, pad) : TemplateText.Concat(pad, text);
    }

    private static TemplateText Finish(TemplateContext context, List<TemplateText> parts)
    {
        context.ChargeText(parts.Sum(static p => (long)p.Length));
        return TemplateText.Concat([.. parts]);
    }
}
