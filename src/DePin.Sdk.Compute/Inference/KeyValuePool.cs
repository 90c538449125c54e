using DePin.Sdk.Compute.Inference.Attention;
using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.Inference;

/// <summary>Pages of keys and values of a fixed number of tokens, within a limit of memory.</summary>
/// <remarks>
/// Pages are allocated when first used and kept for later sequences. A sequence is promised the pages that it may come to need, so that
/// one that was admitted never runs out half-way. Sequences may share pages, which then count once.
/// </remarks>
internal sealed unsafe class KeyValuePool : IDisposable
{
    public const int PageTokens = 32;

    private readonly ModelConfig _config;
    private readonly Stack<KeyValuePage> _free = new();
    private long _taken;
    private long _promised;

    public KeyValuePool(ModelConfig config, KeyValueType type, long limitBytes)
    {
        _config = config;
        Head = AttentionHead.Create(type, config.HeadLength);
        PageBytes = (long)config.BlockCount * config.KeyValueHeadCount * Head.PageBytes;
        MaxPages = limitBytes / PageBytes;
    }

    /// <summary>How the keys and values of one head lie in a page.</summary>
    public AttentionHead Head { get; }

    public long PageBytes { get; }

    /// <summary>Bytes of all pages that there are, those without a user included.</summary>
    public long AllocatedBytes => (_taken + _free.Count) * PageBytes;

    /// <summary>How many pages the limit allows.</summary>
    public long MaxPages { get; }

    public static int PagesFor(int tokens) => (int)(((long)tokens + PageTokens - 1) / PageTokens);

    /// <summary>Bytes from the beginning of a page to one head of one layer.</summary>
    public long OffsetOf(int layer, int head) => (((long)layer * _config.KeyValueHeadCount) + head) * Head.PageBytes;

    /// <exception cref="InferenceException">So many pages are not to be had.</exception>
    public void Promise(int pages)
    {
        if (pages > MaxPages - _taken - _promised)
        {
            throw new InferenceException(
                InferenceErrorCode.OutOfKeyValueMemory,
                $"{pages} more pages of {PageTokens} tokens are needed for keys and values; of {MaxPages} that the limit allows, {_taken + _promised} are spoken for.");
        }

        _promised += pages;
    }

    public void TakeBack(int pages) => _promised -= pages;

    /// <summary>A page out of those promised before. What it holds is left over from others.</summary>
    public KeyValuePage Take()
    {
        _promised--;
        _taken++;
        if (!_free.TryPop(out var page))
        {
            return new KeyValuePage(PageBytes);
        }

        page.References = 1;
        return page;
    }

    /// <summary>Lets go of a page; the last one to do so makes it free for others.</summary>
    public void Release(KeyValuePage page)
    {
        if (--page.References == 0)
        {
            _taken--;
            _free.Push(page);
        }
    }

    /// <summary>Copies the first positions of a page.</summary>
    public void Copy(KeyValuePage source, KeyValuePage target, int slots)
    {
        for (long at = 0; at < PageBytes; at += Head.PageBytes)
        {
            Head.Copy(source.Pointer + at, target.Pointer + at, slots);
        }
    }

    public void Dispose()
    {
        while (_free.TryPop(out var page))
        {
            page.Dispose();
        }
    }
}
