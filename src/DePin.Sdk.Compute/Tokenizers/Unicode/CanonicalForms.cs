using System.Text;

namespace DePin.Sdk.Compute.Tokenizers.Unicode;

/// <summary>The normalization forms C and D of Unicode (UAX 15).</summary>
internal static class CanonicalForms
{
    private const int HangulFirst = 0xAC00;
    private const int LeadFirst = 0x1100;
    private const int VowelFirst = 0x1161;
    private const int TrailFirst = 0x11A7;
    private const int VowelCount = 21;
    private const int TrailCount = 28;
    private const int HangulCount = 19 * VowelCount * TrailCount;

    /// <summary>Form D; lone surrogates become U+FFFD.</summary>
    public static string Decompose(string text) => Ascii.IsValid(text) ? text : Write(DecomposeToList(text));

    /// <summary>Form C; lone surrogates become U+FFFD.</summary>
    public static string Compose(string text)
    {
        if (IsBelowMarks(text))
        {
            return text;
        }

        var tables = CanonicalTables.Instance;
        var values = DecomposeToList(text);
        int starter = -1;
        int lastClass = 0;
        int written = 0;
        for (int read = 0; read < values.Count; read++)
        {
            int value = values[read];
            int own = tables.ClassOf(value);

            // A character is blocked from its starter by one of its class or a higher one between them.
            bool isFree = starter >= 0 && (lastClass < own || (lastClass == 0 && starter == written - 1));
            if (isFree && TryCompose(tables, values[starter], value, out int composed))
            {
                values[starter] = composed;
                continue;
            }

            if (own == 0)
            {
                starter = written;
            }

            lastClass = own;
            values[written++] = value;
        }

        values.RemoveRange(written, values.Count - written);
        return Write(values);
    }

    // What lies below U+0300 is composed.
    private static bool IsBelowMarks(string text) => text.AsSpan().IndexOfAnyExceptInRange('\0', '\u02FF') < 0;

    private static bool TryCompose(CanonicalTables tables, int first, int second, out int composed)
    {
        composed = 0;
        if (first is >= LeadFirst and < LeadFirst + 19 && second is >= VowelFirst and < VowelFirst + VowelCount)
        {
            composed = HangulFirst + ((((first - LeadFirst) * VowelCount) + second - VowelFirst) * TrailCount);
        }
        else if (first is >= HangulFirst and < HangulFirst + HangulCount && (first - HangulFirst) % TrailCount == 0 &&
            second is > TrailFirst and < TrailFirst + TrailCount)
        {
            composed = first + second - TrailFirst;
        }

        return composed > 0 || tables.TryCompose(first, second, out composed);
    }

    private static List<int> DecomposeToList(string text)
    {
        var tables = CanonicalTables.Instance;
        var values = new List<int>(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            Add(tables, rune.Value, values);
        }

        // Marks of one character stand in the order of their classes.
        for (int at = 0; at < values.Count; at++)
        {
            int end = at;
            while (end < values.Count && tables.ClassOf(values[end]) != 0)
            {
                end++;
            }

            if (end - at > 1)
            {
                int[] sorted = [.. values[at..end].OrderBy(v => tables.ClassOf(v))];
                for (int i = 0; i < sorted.Length; i++)
                {
                    values[at + i] = sorted[i];
                }
            }

            at = end;
        }

        return values;
    }

    private static void Add(CanonicalTables tables, int value, List<int> values)
    {
        if (value is >= HangulFirst and < HangulFirst + HangulCount)
        {
            int index = value - HangulFirst;
            values.Add(LeadFirst + (index / (VowelCount * TrailCount)));
            values.Add(VowelFirst + (index % (VowelCount * TrailCount) / TrailCount));
            if (index % TrailCount > 0)
            {
                values.Add(TrailFirst + (index % TrailCount));
            }
        }
        else if (value >= 0xC0 && tables.TryDecompose(value, out var parts))
        {
            Add(tables, parts.First, values);
            if (parts.Second > 0)
            {
                values.Add(parts.Second);
            }
        }
        else
        {
            values.Add(value);
        }
    }

    private static string Write(List<int> values)
    {
        var text = new StringBuilder(values.Count);
        Span<char> characters = stackalloc char[2];
        foreach (int value in values)
        {
            text.Append(characters[..new Rune(value).EncodeToUtf16(characters)]);
        }

        return text.ToString();
    }
}
