namespace DePin.Sdk.Compute.Tokenizers.Words;

/// <summary>A set of code points: ranges, as a bracket expression lists them, and classes.</summary>
internal sealed class CharacterSet
{
    private readonly CodePointClass _classes;
    private readonly int[] _starts;
    private readonly int[] _ends;
    private readonly ulong[] _ascii = new ulong[2];
    private readonly bool _isNegated;

    /// <param name="ranges">First and last of each range, all in one text: <c>"azAZ__"</c> is what brackets write <c>[a-zA-Z_]</c>.</param>
    /// <param name="classes">Classes that belong to the set too.</param>
    /// <param name="isNegated">Whether the set is all that is listed by neither.</param>
    public CharacterSet(string ranges, CodePointClass classes = CodePointClass.None, bool isNegated = false)
    {
        List<(int Start, int End)> list = [];
        for (int at = 0; at < ranges.Length;)
        {
            int start = CodePoints.Value(ranges, at, out int length);
            at += length;
            int end = CodePoints.Value(ranges, at, out length);
            at += length;
            list.Add((start, end));
        }

        list.Sort();
        _starts = [.. list.Select(static r => r.Start)];
        _ends = [.. list.Select(static r => r.End)];
        _classes = classes;
        _isNegated = isNegated;
        for (int c = 0; c < 128; c++)
        {
            if (Find(c, CodePoints.At([(char)c], 0, out _)))
            {
                _ascii[c >> 6] |= 1UL << (c & 63);
            }
        }
    }

    /// <summary>Whether the code point at a place belongs to the set.</summary>
    public bool Contains(ReadOnlySpan<char> text, int at, out int length)
    {
        char c = text[at];
        if (c < 128)
        {
            length = 1;
            return (_ascii[c >> 6] >> (c & 63) & 1) != 0;
        }

        int value = CodePoints.Value(text, at, out length);
        return Find(value, _classes == CodePointClass.None ? CodePointClass.None : CodePoints.At(text, at, out _));
    }

    private bool Find(int value, CodePointClass kind)
    {
        if ((kind & _classes) != 0)
        {
            return !_isNegated;
        }

        int found = Array.BinarySearch(_starts, value);
        found = found >= 0 ? found : ~found - 1;
        return (found >= 0 && value <= _ends[found]) != _isNegated;
    }
}
