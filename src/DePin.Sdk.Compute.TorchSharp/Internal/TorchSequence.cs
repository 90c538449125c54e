using DePin.Sdk.Compute.Inference;

namespace DePin.Sdk.Compute.TorchSharp.Internal;

/// <summary>What the runner keeps of one sequence.</summary>
internal sealed class TorchSequence(KeyValueSlab slab, LoraAdapter? adapter)
{
    private readonly List<int> _pages = [];
    private int _promised;

    public LoraAdapter? Adapter => adapter;

    public int MaxTokens { get; private set; }

    public int Length { get; private set; }

    public IReadOnlyList<int> Pages => _pages;

    /// <summary>Where a position lies in the slab, in tokens.</summary>
    public long SlotOf(int position) => ((long)_pages[position / KeyValueSlab.PageTokens] * KeyValueSlab.PageTokens) + (position % KeyValueSlab.PageTokens);

    /// <summary>Whether the pages lie one behind the other.</summary>
    public bool IsContiguous(int firstPage, int pages)
    {
        for (int i = firstPage + 1; i < firstPage + pages; i++)
        {
            if (_pages[i] != _pages[i - 1] + 1)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Promises the pages of a sequence that will begin with whole pages of another.</summary>
    public void Open(int maxTokens, int sharedTokens)
    {
        int wanted = KeyValueSlab.PagesFor(maxTokens) - (sharedTokens / KeyValueSlab.PageTokens);
        slab.Promise(wanted);
        _promised = wanted;
        MaxTokens = maxTokens;
    }

    /// <exception cref="InferenceException">The memory is spoken for; nothing has changed.</exception>
    public void Resize(int maxTokens)
    {
        for (int i = _pages.Count - 1; i >= KeyValueSlab.PagesFor(maxTokens); i--)
        {
            slab.Release(_pages[i]);
            _pages.RemoveAt(i);
        }

        int wanted = Math.Max(KeyValueSlab.PagesFor(maxTokens) - _pages.Count, 0);
        if (wanted > _promised)
        {
            slab.Promise(wanted - _promised);
        }
        else
        {
            slab.TakeBack(_promised - wanted);
        }

        _promised = wanted;
        MaxTokens = maxTokens;
    }

    /// <summary>Makes room for one more token, on a page that no other sequence holds.</summary>
    public void Append()
    {
        int page = Length / KeyValueSlab.PageTokens;
        if (page == _pages.Count)
        {
            _pages.Add(Take());
        }
        else if (slab.IsShared(_pages[page]))
        {
            slab.Promise(1);
            int own = slab.Take(page > 0 ? _pages[page - 1] : -1);
            slab.Copy(_pages[page], own);
            slab.Release(_pages[page]);
            _pages[page] = own;
        }

        Length++;
    }

    public void Truncate(int length)
    {
        Length = length;
        for (int i = _pages.Count - 1; i >= KeyValueSlab.PagesFor(length) && slab.IsShared(_pages[i]); i--)
        {
            // Others keep the page, so the promise of a new one in its place is memory that may not be there; then it is asked for later.
            slab.Release(_pages[i]);
            _pages.RemoveAt(i);
        }
    }

    /// <summary>Begins with the first tokens of another sequence: whole pages are shared, a part of one is copied.</summary>
    public void TakeOver(TorchSequence source, int length)
    {
        int whole = length / KeyValueSlab.PageTokens;
        for (int i = 0; i < whole; i++)
        {
            slab.Share(source._pages[i]);
            _pages.Add(source._pages[i]);
        }

        if (length % KeyValueSlab.PageTokens > 0)
        {
            int page = Take();
            slab.Copy(source._pages[whole], page);
            _pages.Add(page);
        }

        Length = length;
    }

    /// <summary>Adds a page that will be filled with restored state.</summary>
    public int AppendPage(int tokens)
    {
        int page = Take();
        _pages.Add(page);
        Length += tokens;
        return page;
    }

    public void Close()
    {
        _pages.ForEach(slab.Release);
        _pages.Clear();
        slab.TakeBack(_promised);
        _promised = 0;
        Length = 0;
    }

    private int Take()
    {
        if (_promised == 0)
        {
            slab.Promise(1);
        }
        else
        {
            _promised--;
        }

        return slab.Take(_pages.Count > 0 ? _pages[^1] : -1);
    }
}
