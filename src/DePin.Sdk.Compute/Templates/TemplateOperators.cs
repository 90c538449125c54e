namespace DePin.Sdk.Compute.Templates;

/// <summary>The operators with two operands.</summary>
internal static class TemplateOperators
{
    public static object? Apply(TemplateContext context, string symbol, object? left, object? right)
    {
        switch (symbol)
        {
            case "==":
                return TemplateValues.AreEqual(left, right);
            case "!=":
                return !TemplateValues.AreEqual(left, right);
            case "in":
                return Contains(context, right, left);
            case "not in":
                return !Contains(context, right, left);
            case "~":
                return Concat(context, TemplateValues.Print(left), TemplateValues.Print(right));
            case "<" or "<=" or ">" or ">=":
                int order = TemplateValues.Compare(left, right) ?? throw Mismatch(context, symbol, left, right);
                return symbol switch { "<" => order < 0, "<=" => order <= 0, ">" => order > 0, _ => order >= 0 };
            case "+" when left is TemplateText a && right is TemplateText b:
                return Concat(context, a, b);
            case "+" when left is List<object?> a && right is List<object?> b:
                context.ChargeText((long)a.Count + b.Count);
                return (List<object?>)[.. a, .. b];
            case "*" when left is long count && right is TemplateText or List<object?>:
                return Repeat(context, right, count);
            case "*" when right is long count && left is TemplateText or List<object?>:
                return Repeat(context, left, count);
            case "%" when left is TemplateText format:
                return TemplateFormat.Percent(context, format, right is List<object?> values ? values : [right]);
            default:
                return Calculate(context, symbol, left, right);
        }
    }

    public static bool Contains(TemplateContext context, object? container, object? item)
    {
        switch (container)
        {
            case TemplateText text when item is TemplateText part:
                context.ChargeText(text.Length);
                return text.Value.Contains(part.Value, StringComparison.Ordinal);
            case List<object?> list:
                context.Charge(list.Count);
                return list.Exists(i => TemplateValues.AreEqual(i, item));
            case TemplateMap map:
                return map.Entries.ContainsKey(TemplateValues.Print(item).Value);
            case Undefined:
                return false;
            default:
                throw context.Error($"'in' does not work with a {TemplateValues.TypeName(item)} and a {TemplateValues.TypeName(container)}.");
        }
    }

    private static TemplateText Concat(TemplateContext context, TemplateText a, TemplateText b)
    {
        context.ChargeText((long)a.Length + b.Length);
        return TemplateText.Concat(a, b);
    }

    private static object Repeat(TemplateContext context, object? value, long count)
    {
        count = Math.Max(count, 0);
        if (value is TemplateText text)
        {
            context.ChargeText((long)Int128.Min((Int128)text.Length * count, long.MaxValue));
            context.Charge(text.Length == 0 ? 0 : count);
            return text.Length == 0 ? text : TemplateText.Concat([.. Enumerable.Repeat(text, (int)count)]);
        }

        var list = (List<object?>)value!;
        context.ChargeText((long)Int128.Min((Int128)list.Count * count, long.MaxValue));
        List<object?> repeated = [];
        for (long i = 0; i < count && list.Count > 0; i++)
        {
            context.Charge(list.Count);
            repeated.AddRange(list);
        }

        return repeated;
    }

    private static object Calculate(TemplateContext context, string symbol, object? left, object? right)
    {
        if (left is not (bool or long or double) || right is not (bool or long or double))
        {
            throw Mismatch(context, symbol, left, right);
        }

        double x = TemplateValues.ToDouble(left);
        double y = TemplateValues.ToDouble(right);
        if (symbol is "/" or "//" or "%" && y == 0)
        {
            throw context.Error("Division by zero.");
        }

        if (left is double || right is double || symbol == "/")
        {
            return symbol switch
            {
                "+" => x + y,
                "-" => x - y,
                "*" => x * y,
                "/" => x / y,
                "//" => Math.Floor(x / y),
                "%" => x - (y * Math.Floor(x / y)),
                _ => Math.Pow(x, y),
            };
        }

        Int128 a = (Int128)x;
        Int128 b = (Int128)y;
        (a, b) = (left is long l ? l : a, right is long r ? r : b);
        Int128 result = symbol switch
        {
            "+" => a + b,
            "-" => a - b,
            "*" => a * b,
            "//" => FloorDivide(a, b),
            "%" => a - (b * FloorDivide(a, b)),
            _ => Power(context, a, b),
        };
        return result >= long.MinValue && result <= long.MaxValue ? (long)result : throw context.Error("A number is too large.");
    }

    private static Int128 FloorDivide(Int128 a, Int128 b)
    {
        Int128 quotient = a / b;
        return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
    }

    private static Int128 Power(TemplateContext context, Int128 a, Int128 b)
    {
        double result = Math.Pow((double)a, (double)b);
        return b >= 0 && Math.Abs(result) < 1L << 53 ? (Int128)result : throw context.Error("A power is too large.");
    }

    private static ChatTemplateException Mismatch(TemplateContext context, string symbol, object? left, object? right) =>
        context.Error($"'{symbol}' does not work with a {TemplateValues.TypeName(left)} and a {TemplateValues.TypeName(right)}.");
}
