namespace DePin.Sdk.Compute.Tokenizers;

/// <summary>Merges the symbols of one word, lowest rank first and of equal ranks the left one, until none merges.</summary>
/// <remarks>O(n log n) for long words; it allocates only to grow. Not thread-safe.</remarks>
internal sealed class BpeMerger(BpeMerges merges)
{
    // Up to this length, moving the rest of a word along costs less than a queue.
    private const int LongWord = 40;

    private readonly PriorityQueue<Candidate, ulong> _queue = new();
    private readonly long[] _found = new long[LongWord];
    private int[] _ids = new int[64];
    private int[] _next = new int[64];
    private int[] _previous = new int[64];
    private int _count;

    /// <summary>The symbols; after <see cref="Merge"/>, those that are left.</summary>
    public ReadOnlySpan<int> Symbols => _ids.AsSpan(0, _count);

    /// <summary>Begins a word.</summary>
    public void Clear() => _count = 0;

    /// <summary>Adds a symbol.</summary>
    public void Add(int id)
    {
        if (_count == _ids.Length)
        {
            Array.Resize(ref _ids, _count * 2);
        }

        _ids[_count++] = id;
    }

    /// <summary>Merges all that merges.</summary>
    public void Merge()
    {
        if (_count > LongWord)
        {
            MergeLong();
        }
        else if (_count > 1)
        {
            MergeShort();
        }
    }

    private void MergeShort()
    {
        var ids = _ids.AsSpan(0, _count);
        var found = _found.AsSpan(0, _count - 1);
        for (int i = 0; i < found.Length; i++)
        {
            found[i] = merges.Find(ids[i], ids[i + 1]);
        }

        while (!found.IsEmpty)
        {
            int best = 0;
            for (int i = 1; i < found.Length; i++)
            {
                best = found[i] < found[best] ? i : best;
            }

            if (found[best] == long.MaxValue)
            {
                break;
            }

            ids[best] = (int)found[best];
            ids[(best + 2)..].CopyTo(ids[(best + 1)..]);
            ids = ids[..^1];
            if (best + 1 < found.Length)
            {
                found[(best + 1)..].CopyTo(found[best..]);
                found[best] = merges.Find(ids[best], ids[best + 1]);
            }

            found = found[..^1];
            if (best > 0)
            {
                found[best - 1] = merges.Find(ids[best - 1], ids[best]);
            }
        }

        _count = ids.Length;
    }

    private void MergeLong()
    {
        if (_next.Length < _count)
        {
            _next = new int[_ids.Length];
            _previous = new int[_ids.Length];
        }

        for (int i = 0; i < _count; i++)
        {
            _next[i] = i + 1;
            _previous[i] = i - 1;
        }

        int end = _count;
        for (int i = 0; i + 1 < end; i++)
        {
            Consider(i, i + 1);
        }

        while (_queue.TryDequeue(out var candidate, out _))
        {
            int left = candidate.Left;
            int right = _next[left];
            if (_ids[left] != candidate.LeftId || right >= end || _ids[right] != candidate.RightId)
            {
                // One of the two has been merged with another since.
                continue;
            }

            _ids[left] = candidate.Joined;
            _ids[right] = -1;
            int after = _next[right];
            _next[left] = after;
            if (after < end)
            {
                _previous[after] = left;
                Consider(left, after);
            }

            if (_previous[left] >= 0)
            {
                Consider(_previous[left], left);
            }
        }

        _count = 0;
        for (int i = 0; i < end; i = _next[i])
        {
            _ids[_count++] = _ids[i];
        }
    }

    private void Consider(int left, int right)
    {
        long found = merges.Find(_ids[left], _ids[right]);
        if (found != long.MaxValue)
        {
            _queue.Enqueue(new Candidate(left, _ids[left], _ids[right], (int)found), ((ulong)(found >> 32) << 32) | (uint)left);
        }
    }

    private readonly record struct Candidate(int Left, int LeftId, int RightId, int Joined);
}
