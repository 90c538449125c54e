namespace DePin.Sdk.Compute.Grammars.Syntax;

/// <summary>A set of Unicode scalar values, as sorted ranges that neither touch nor overlap.</summary>
internal sealed class CharacterSet
{
    private const int FirstSurrogate = 0xD800;
    private const int LastSurrogate = 0xDFFF;
    private const int Last = 0x10FFFF;

    private CharacterSet(List<(int First, int Last)> ranges) => Ranges = ranges;

    /// <summary>Every character.</summary>
    public static CharacterSet All { get; } = Of((0, Last));

    public IReadOnlyList<(int First, int Last)> Ranges { get; }

    public bool IsEmpty => Ranges.Count == 0;

    /// <summary>Makes a set of ranges in any order; surrogates are left out, since no text holds them.</summary>
    public static CharacterSet Of(params IEnumerable<(int First, int Last)> ranges)
    {
        var merged = new List<(int First, int Last)>();
        foreach (var (first, last) in ranges.SelectMany(WithoutSurrogates).OrderBy(r => r.First))
        {
            if (merged.Count > 0 && first <= merged[^1].Last + 1)
            {
                merged[^1] = (merged[^1].First, Math.Max(merged[^1].Last, last));
            }
            else
            {
                merged.Add((first, last));
            }
        }

        return new CharacterSet(merged);
    }

    /// <summary>The set of the characters of a text.</summary>
    public static CharacterSet Of(string characters) => Of(characters.EnumerateRunes().Select(r => (r.Value, r.Value)));

    public CharacterSet Complement()
    {
        var ranges = new List<(int, int)>();
        int next = 0;
        foreach (var (first, last) in Ranges)
        {
            ranges.Add((next, first - 1));
            next = last + 1;
        }

        ranges.Add((next, Last));
        return Of(ranges);
    }

    public CharacterSet Union(CharacterSet other) => Of(Ranges.Concat(other.Ranges));

    public CharacterSet Except(CharacterSet other) => Complement().Union(other).Complement();

    public CharacterSet Intersect(CharacterSet other) => Except(other.Complement());

    public bool Contains(int scalar) => Ranges.Any(r => r.First <= scalar && scalar <= r.Last);

    private static IEnumerable<(int First, int Last)> WithoutSurrogates((int First, int Last) range)
    {
        if (range.First < FirstSurrogate && range.First <= range.Last)
        {
            yield return (range.First, Math.Min(range.Last, FirstSurrogate - 1));
        }

        if (range.Last > LastSurrogate && range.First <= range.Last)
        {
            yield return (Math.Max(range.First, LastSurrogate + 1), range.Last);
        }
    }
}
