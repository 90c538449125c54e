namespace DePin.Sdk.Compute.Tokenizers;

/// <summary>Joins neighbouring symbols, best pair first, until no pair can be joined: the core of both kinds of tokenizer.</summary>
/// <remarks>O(n log n) in the number of symbols. Not thread-safe; each encoding makes its own.</remarks>
internal abstract class SymbolMerger
{
    private readonly List<Symbol> _symbols = [];
    private readonly PriorityQueue<Candidate, ulong> _queue = new();

    /// <summary>Whether two neighbours may be joined; a lower rank is joined earlier, and of equal ranks the left one.</summary>
    protected abstract bool TryMerge(in Symbol left, in Symbol right, out uint rank, out int id);

    protected void Clear() => _symbols.Clear();

    protected void Add(int start, int length, int id)
    {
        int index = _symbols.Count;
        _symbols.Add(new Symbol { Start = start, Length = length, Id = id, Previous = index - 1, Next = -1 });
        if (index > 0)
        {
            var previous = _symbols[index - 1];
            previous.Next = index;
            _symbols[index - 1] = previous;
        }
    }

    /// <summary>Joins all that can be joined; the first symbol then starts the chain of those that are left.</summary>
    protected void Merge()
    {
        for (int i = 1; i < _symbols.Count; i++)
        {
            Consider(i - 1, i);
        }

        while (_queue.TryDequeue(out var candidate, out _))
        {
            var left = _symbols[candidate.Left];
            var right = _symbols[candidate.Right];
            if (left.Length != candidate.LeftLength || right.Length != candidate.RightLength)
            {
                // One of the two has been joined with another symbol since.
                continue;
            }

            left.Length += right.Length;
            left.Id = candidate.Id;
            left.Next = right.Next;
            right.Length = 0;
            _symbols[candidate.Left] = left;
            _symbols[candidate.Right] = right;
            if (left.Next >= 0)
            {
                var next = _symbols[left.Next];
                next.Previous = candidate.Left;
                _symbols[left.Next] = next;
                Consider(candidate.Left, left.Next);
            }

            if (left.Previous >= 0)
            {
                Consider(left.Previous, candidate.Left);
            }
        }
    }

    /// <summary>The symbol at a place in the list; begin with 0 and follow <see cref="Symbol.Next"/>.</summary>
    protected Symbol At(int index) => _symbols[index];

    protected int Count => _symbols.Count;

    private void Consider(int left, int right)
    {
        var a = _symbols[left];
        var b = _symbols[right];
        if (TryMerge(a, b, out uint rank, out int id))
        {
            _queue.Enqueue(new Candidate(left, right, a.Length, b.Length, id), ((ulong)rank << 32) | (uint)left);
        }
    }

    private readonly record struct Candidate(int Left, int Right, int LeftLength, int RightLength, int Id);

    protected struct Symbol
    {
        public int Start;
        public int Length;
        public int Id;
        public int Previous;
        public int Next;
    }
}
