namespace DePin.Sdk.Compute.Inference;

/// <summary>What a runner keeps of one sequence.</summary>
internal sealed class SequenceState(KeyValuePool pool, BoundAdapter? adapter)
{
    private readonly List<KeyValuePage> _pages = [];
    private int _promised;

    public BoundAdapter? Adapter => adapter;

    /// <summary>The most tokens that the sequence may hold.</summary>
    public int MaxTokens { get; private set; }

    /// <summary>Tokens that it holds.</summary>
    public int Length { get; private set; }

    public IReadOnlyList<KeyValuePage> Pages => _pages;

    /// <exception cref="InferenceException">The memory is spoken for; nothing has changed.</exception>
    public void Resize(int maxTokens)
    {
        for (int i = _pages.Count - 1; i >= KeyValuePool.PagesFor(maxTokens); i--)
        {
            pool.Release(_pages[i]);
            _pages.RemoveAt(i);
        }

        int wanted = Math.Max(KeyValuePool.PagesFor(maxTokens) - _pages.Count, 0);
        if (wanted > _promised)
        {
            pool.Promise(wanted - _promised);
        }
        else
        {
            pool.TakeBack(_promised - wanted);
        }

        _promised = wanted;
        MaxTokens = maxTokens;
    }

    /// <summary>Makes room for one more token behind those held, on a page that no other sequence holds.</summary>
    public void Append()
    {
        int page = Length / KeyValuePool.PageTokens;
        int slots = Length % KeyValuePool.PageTokens;
        if (page == _pages.Count)
        {
            _pages.Add(Take());
        }
        else if (_pages[page].References > 1)
        {
            var shared = _pages[page];
            var own = TakeExtra();
            pool.Copy(shared, own, slots);
            _pages[page] = own;
            pool.Release(shared);
        }

        Length++;
    }

    /// <summary>Drops the last tokens.</summary>
    public void Truncate(int length)
    {
        Length = length;
        int keep = KeyValuePool.PagesFor(length);
        for (int i = _pages.Count - 1; i >= keep && _pages[i].References > 1; i--)
        {
            // Others keep the page, so the promise of a new one in its place is memory that may not be there; then it is asked for later.
            pool.Release(_pages[i]);
            _pages.RemoveAt(i);
        }
    }

    /// <summary>Begins with the first tokens of another sequence: whole pages are shared, a part of one is copied.</summary>
    public void TakeOver(SequenceState source, int length)
    {
        int whole = length / KeyValuePool.PageTokens;
        for (int i = 0; i < whole; i++)
        {
            source._pages[i].References++;
            _pages.Add(source._pages[i]);
        }

        int rest = length % KeyValuePool.PageTokens;
        if (rest > 0)
        {
            var page = Take();
            pool.Copy(source._pages[whole], page, rest);
            _pages.Add(page);
        }

        Length = length;
    }

    /// <summary>Promises the pages of a sequence that will begin with whole pages of another.</summary>
    public void Open(int maxTokens, int sharedTokens)
    {
        int wanted = KeyValuePool.PagesFor(maxTokens) - (sharedTokens / KeyValuePool.PageTokens);
        pool.Promise(wanted);
        _promised = wanted;
        MaxTokens = maxTokens;
    }

    /// <summary>Adds an empty page that will be filled with restored state.</summary>
    public KeyValuePage AppendPage(int tokens)
    {
        var page = Take();
        _pages.Add(page);
        Length += tokens;
        return page;
    }

    public void Close()
    {
        _pages.ForEach(pool.Release);
        _pages.Clear();
        pool.TakeBack(_promised);
        _promised = 0;
        Length = 0;
    }

    private KeyValuePage Take()
    {
        if (_promised == 0)
        {
            return TakeExtra();
        }

        _promised--;
        return pool.Take();
    }

    private KeyValuePage TakeExtra()
    {
        pool.Promise(1);
        return pool.Take();
    }
}
