using TorchSharp;
using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.TorchSharp.Internal;

/// <summary>Keys and values of all layers in one tensor on the device, shared out in pages.</summary>
/// <remarks>Pages are promised to a sequence before it needs them. Sequences may share pages; the last one to let go makes them free.</remarks>
internal sealed class KeyValueSlab : IDisposable
{
    public const int PageTokens = 32;

    private readonly torch.Tensor _all;
    private readonly int[] _references;
    private readonly List<IDisposable> _views = [];
    private int _taken;
    private int _promised;

    public KeyValueSlab(ModelConfig config, int pages, TorchDevice device)
    {
        // In zeros, because what nobody wrote is read too, with weight 0, and 0 times NaN is NaN.
        _all = torch.zeros([config.BlockCount, 2, pages, PageTokens, config.KeyValueHeadCount, config.HeadLength], device.Type, device.Device);
        _references = new int[pages];
        for (int layer = 0; layer < config.BlockCount; layer++)
        {
            using var both = _all.select(0, layer);
            var keys = Keep(both.select(0, 0));
            var values = Keep(both.select(0, 1));
            Keys.Add(keys);
            Values.Add(values);
            FlatKeys.Add(Keep(keys.view((long)pages * PageTokens, config.KeyValueHeadCount, config.HeadLength)));
            FlatValues.Add(Keep(values.view((long)pages * PageTokens, config.KeyValueHeadCount, config.HeadLength)));
        }

        PageBytes = BytesOfPage(config, device);
    }

    /// <summary>For each layer the keys as pages x tokens x heads x elements.</summary>
    public List<torch.Tensor> Keys { get; } = [];

    public List<torch.Tensor> Values { get; } = [];

    /// <summary>For each layer the keys as tokens x heads x elements.</summary>
    public List<torch.Tensor> FlatKeys { get; } = [];

    public List<torch.Tensor> FlatValues { get; } = [];

    public int PageBytes { get; }

    public int Pages => _references.Length;

    public static int PagesFor(int tokens) => (tokens + PageTokens - 1) / PageTokens;

    public static int BytesOfPage(ModelConfig config, TorchDevice device) =>
        checked(config.BlockCount * 2 * PageTokens * config.KeyValueHeadCount * config.HeadLength * device.ElementBytes);

    public bool IsShared(int page) => _references[page] > 1;

    public void Share(int page) => _references[page]++;

    /// <exception cref="InferenceException">So many pages are not to be had.</exception>
    public void Promise(int pages)
    {
        if (pages > Pages - _taken - _promised)
        {
            throw new InferenceException(
                InferenceErrorCode.OutOfKeyValueMemory,
                $"{pages} more pages of {PageTokens} tokens are needed for keys and values; of {Pages} on the device, {_taken + _promised} are spoken for.");
        }

        _promised += pages;
    }

    public void TakeBack(int pages) => _promised -= pages;

    /// <summary>An empty page out of those promised; the one behind a given page where that is free, so that sequences need not be gathered.</summary>
    public int Take(int after)
    {
        int page = after >= 0 && after + 1 < Pages && _references[after + 1] == 0 ? after + 1 : FindSpacious();
        _promised--;
        _taken++;
        _references[page] = 1;
        using var scope = torch.NewDisposeScope();
        _all.select(2, page).zero_();
        return page;
    }

    public void Release(int page)
    {
        if (--_references[page] == 0)
        {
            _taken--;
        }
    }

    public void Copy(int source, int target)
    {
        using var scope = torch.NewDisposeScope();
        _all.select(2, target).copy_(_all.select(2, source));
    }

    /// <summary>The first tokens of a page in host memory, zeros behind them.</summary>
    public void Read(int page, int tokens, Span<byte> target)
    {
        using var scope = torch.NewDisposeScope();
        var host = torch.zeros(_all.select(2, page).shape, _all.dtype, torch.CPU);
        host.narrow(2, 0, tokens).copy_(_all.select(2, page).narrow(2, 0, tokens));
        host.bytes.CopyTo(target);
    }

    public void Write(int page, ReadOnlySpan<byte> source)
    {
        using var scope = torch.NewDisposeScope();
        var host = torch.empty(_all.select(2, page).shape, _all.dtype, torch.CPU);
        source.CopyTo(host.bytes);
        _all.select(2, page).copy_(host);
    }

    public void Dispose()
    {
        _views.ForEach(static v => v.Dispose());
        _all.Dispose();
    }

    /// <summary>The middle of the longest row of free pages, which leaves room to grow both for it and for who ends before it.</summary>
    private int FindSpacious()
    {
        int best = 0;
        int bestLength = 0;
        for (int start = 0; start < Pages; start++)
        {
            int end = start;
            while (end < Pages && _references[end] == 0)
            {
                end++;
            }

            if (end - start > bestLength)
            {
                (best, bestLength) = (start, end - start);
            }

            start = end;
        }

        return best == 0 ? 0 : best + (bestLength / 2);
    }

    private torch.Tensor Keep(torch.Tensor view)
    {
        _views.Add(view);
        return view;
    }
}
