using System.Buffers;
using System.Globalization;

namespace DePin.Sdk.Compute.Templates;

/// <summary>What a name stands for that nobody has set: prints as nothing, is false, and has no members.</summary>
internal sealed class Undefined(string name)
{
    public string Name => name;
}

/// <summary>Something that a template can call.</summary>
internal delegate object? TemplateFunction(TemplateContext context, IReadOnlyList<object?> arguments, IReadOnlyDictionary<string, object?> named);

/// <summary>Rules for values that hold everywhere: truth, equality, order, printing.</summary>
internal static class TemplateValues
{
    private static readonly SearchValues<char> IntegerCharacters = SearchValues.Create("-0123456789");

    public static bool IsTrue(object? value) => value switch
    {
        null or Undefined => false,
        bool b => b,
        long n => n != 0,
        double d => d != 0,
        TemplateText t => t.Length > 0,
        List<object?> list => list.Count > 0,
        TemplateMap map => map.IsNamespace || map.Entries.Count > 0,
        _ => true,
    };

    /// <summary>Equality by content. Bounded, because a template can build values that share parts many times over.</summary>
    public static bool AreEqual(object? a, object? b)
    {
        int budget = 10_000;
        return AreEqual(a, b, ref budget, 0);
    }

    /// <summary>Order of two numbers or two texts, or null when they have none.</summary>
    public static int? Compare(object? a, object? b) => (a, b) switch
    {
        (long x, long y) => x.CompareTo(y),
        (bool or long or double, bool or long or double) => ToDouble(a).CompareTo(ToDouble(b)),
        (TemplateText x, TemplateText y) => string.CompareOrdinal(x.Value, y.Value),
        _ => null,
    };

    public static double ToDouble(object? value) => value switch
    {
        bool b => b ? 1 : 0,
        long n => n,
        double d => d,
        _ => double.NaN,
    };

    /// <summary>The text that a value prints as.</summary>
    public static TemplateText Print(object? value) => value switch
    {
        TemplateText text => text,
        null => new TemplateText("None"),
        Undefined => TemplateText.Empty,
        bool b => new TemplateText(b ? "True" : "False"),
        long n => new TemplateText(n.ToString(CultureInfo.InvariantCulture)),
        double d => new TemplateText(PrintNumber(d)),
        List<object?> or TemplateMap => TemplateJson.Represent(value),
        _ => new TemplateText("<function>"),
    };

    /// <summary>A number as Python writes it: the shortest digits, with an exponent from 1e16 up and below 1e-4.</summary>
    public static string PrintNumber(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }

        string text = value.ToString("E16", CultureInfo.InvariantCulture);
        string shortest = value.ToString("R", CultureInfo.InvariantCulture);
        int exponent = int.Parse(text.AsSpan(text.IndexOf('E') + 1), CultureInfo.InvariantCulture);
        if (value != 0 && exponent is < -4 or >= 16)
        {
            string digits = shortest.Split('E')[0].Replace(".", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).Trim('0');
            return $"{(value < 0 ? "-" : "")}{digits[..1]}{(digits.Length > 1 ? "." + digits[1..] : "")}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        }

        if (shortest.Contains('E', StringComparison.Ordinal))
        {
            shortest = ((decimal)value).ToString(CultureInfo.InvariantCulture);
        }

        return shortest.AsSpan().ContainsAnyExcept(IntegerCharacters) ? shortest : shortest + ".0";
    }

    public static string TypeName(object? value) => value switch
    {
        null => "none",
        Undefined u => $"undefined ('{u.Name}')",
        bool => "boolean",
        long or double => "number",
        TemplateText => "string",
        List<object?> => "list",
        TemplateMap => "mapping",
        _ => "function",
    };

    private static bool AreEqual(object? a, object? b, ref int budget, int depth)
    {
        if (--budget < 0 || depth > 64)
        {
            throw new ChatTemplateException("Two values are too large to compare.");
        }

        switch (a, b)
        {
            case (null, null) or (Undefined, Undefined):
                return true;
            case (TemplateText x, TemplateText y):
                return x.Value == y.Value;
            case (bool or long or double, bool or long or double):
                return ToDouble(a) == ToDouble(b);
            case (List<object?> x, List<object?> y):
                bool same = x.Count == y.Count;
                for (int i = 0; same && i < x.Count; i++)
                {
                    same = AreEqual(x[i], y[i], ref budget, depth + 1);
                }

                return same;
            case (TemplateMap x, TemplateMap y):
                if (x.Entries.Count != y.Entries.Count)
                {
                    return false;
                }

                foreach (var (key, value) in x.Entries)
                {
                    if (!y.Entries.TryGetValue(key, out object? other) || !AreEqual(value, other, ref budget, depth + 1))
                    {
                        return false;
                    }
                }

                return true;
            default:
                return ReferenceEquals(a, b);
        }
    }
}
