namespace DePin.Sdk.Compute.Tokenizers;

/// <summary>Which two tokens merge to which third, and in what order.</summary>
/// <remarks>
/// Pieces that are no tokens get numbers behind the vocabulary, because merges may go through them. Merges to a marker are left out:
/// text must never become one.
/// </remarks>
internal sealed class BpeMerges(Vocabulary vocabulary)
{
    private const ulong Empty = ulong.MaxValue;

    private readonly Dictionary<string, int> _others = new(StringComparer.Ordinal);
    private readonly List<string> _otherPieces = [];
    private ulong[] _keys = NewKeys(64);
    private long[] _values = new long[64];
    private int _used;
    private int _rank;

    /// <summary>Adds the next merge; of equal ones the first counts.</summary>
    public void Add(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        int a = Intern(left);
        int b = Intern(right);
        int length = left.Length + right.Length;
        char[]? rented = length > 256 ? new char[length] : null;
        Span<char> joined = rented ?? stackalloc char[length];
        left.CopyTo(joined);
        right.CopyTo(joined[left.Length..]);
        Add(a, b, Intern(joined));
    }

    /// <summary>Adds the next merge, whose result is not both pieces written together.</summary>
    public void Add(int left, int right, int joined)
    {
        int rank = _rank++;
        if (joined < vocabulary.Pieces.Length && !vocabulary.IsPlainText(joined))
        {
            return;
        }

        if (_used * 2 >= _keys.Length)
        {
            Grow();
        }

        int slot = Slot(Key(left, right));
        if (_keys[slot] == Empty)
        {
            _keys[slot] = Key(left, right);
            _values[slot] = ((long)rank << 32) | (uint)joined;
            _used++;
        }
    }

    /// <summary>The number of a piece.</summary>
    public int Intern(ReadOnlySpan<char> piece)
    {
        if (vocabulary.Lookup.TryGetValue(piece, out int id))
        {
            return id;
        }

        var others = _others.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!others.TryGetValue(piece, out id))
        {
            string text = piece.ToString();
            id = vocabulary.Pieces.Length + _otherPieces.Count;
            _others.Add(text, id);
            _otherPieces.Add(text);
        }

        return id;
    }

    /// <summary>The number of a piece that some merge names; -1 for others.</summary>
    public int Find(ReadOnlySpan<char> piece) =>
        vocabulary.Lookup.TryGetValue(piece, out int id) || _others.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(piece, out id) ? id : -1;

    /// <summary>The piece of a number that is no token's.</summary>
    public string OtherPiece(int id) => _otherPieces[id - vocabulary.Pieces.Length];

    /// <summary>Rank and result of merging two neighbours, rank in the upper half; <see cref="long.MaxValue"/> when they do not merge.</summary>
    public long Find(int left, int right)
    {
        int slot = Slot(Key(left, right));
        return _keys[slot] == Empty ? long.MaxValue : _values[slot];
    }

    private static ulong Key(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    private static ulong[] NewKeys(int count)
    {
        var keys = new ulong[count];
        Array.Fill(keys, Empty);
        return keys;
    }

    private int Slot(ulong key)
    {
        int mask = _keys.Length - 1;
        int slot = (int)((key * 0x9E3779B97F4A7C15) >> 33) & mask;
        while (_keys[slot] != Empty && _keys[slot] != key)
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }

    private void Grow()
    {
        var (keys, values) = (_keys, _values);
        _keys = NewKeys(keys.Length * 2);
        _values = new long[keys.Length * 2];
        for (int i = 0; i < keys.Length; i++)
        {
            if (keys[i] != Empty)
            {
                int slot = Slot(keys[i]);
                _keys[slot] = keys[i];
                _values[slot] = values[i];
            }
        }
    }
}
