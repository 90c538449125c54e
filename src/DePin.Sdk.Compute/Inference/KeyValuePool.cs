using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.Inference;

/// <summary>Pages of keys and values of a fixed number of tokens, within a limit of memory.</summary>
/// <remarks>
/// A page holds, for each layer, the keys of its tokens and then their values. Pages are allocated when first used and kept for
/// later sequences. Reserving ahead means that a sequence that was admitted never runs out half-way.
/// </remarks>
internal sealed class KeyValuePool(ModelConfig config, long limitBytes) : IDisposable
{
    public const int PageTokens = 32;

    private readonly Stack<NativeBuffer> _free = new();
    private readonly long _pageFloats = 2L * config.BlockCount * PageTokens * config.KeyValueHeadCount * config.HeadLength;
    private long _reservedPages;

    /// <summary>How many pages the limit allows.</summary>
    public long MaxPages => limitBytes / (_pageFloats * sizeof(float));

    public static int PagesFor(int tokens) => (int)(((long)tokens + PageTokens - 1) / PageTokens);

    public bool TryReserve(int pages)
    {
        if (pages > MaxPages - _reservedPages)
        {
            return false;
        }

        _reservedPages += pages;
        return true;
    }

    public void Unreserve(int pages) => _reservedPages -= pages;

    /// <summary>A page out of those reserved before.</summary>
    public NativeBuffer Take() => _free.TryPop(out var page) ? page : new NativeBuffer(_pageFloats);

    public void Return(NativeBuffer page) => _free.Push(page);

    public void Dispose()
    {
        while (_free.TryPop(out var page))
        {
            page.Dispose();
        }
    }
}
