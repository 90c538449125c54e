using DePin.Sdk.Compute.Models;
using TorchSharp;
using static TorchSharp.torch.nn;

namespace DePin.Sdk.Compute.TorchSharp.Internal;

/// <summary>Attention of one group in one step: which keys its queries see, found once for all layers.</summary>
/// <remarks>Query heads that share a key head are rows of the same product, for the library has no grouped heads.</remarks>
internal sealed class GroupAttention
{
    private static readonly Scalar Hidden = float.NegativeInfinity;

    private readonly ModelConfig _config;
    private readonly KeyValueSlab _slab;
    private readonly BatchGroup _group;
    private readonly SoftCap? _cap;
    private readonly torch.Tensor? _pages;
    private readonly torch.Tensor? _fullMask;
    private readonly torch.Tensor? _slidingMask;
    private readonly int _slidingFirst;

    /// <summary>Its tensors belong to the current scope, which must be the step's.</summary>
    public GroupAttention(ModelConfig config, KeyValueSlab slab, BatchGroup group, SoftCap? cap, TorchDevice device)
    {
        _config = config;
        _slab = slab;
        _group = group;
        _cap = cap;
        var first = group.Segments[0];
        bool isView = group.Batch == 1 && first.Sequence.IsContiguous(0, group.Pages);
        if (!isView)
        {
            long[] pages = new long[group.Batch * group.Pages];
            for (int i = 0; i < group.Batch; i++)
            {
                var own = group.Segments[i].Sequence.Pages;
                for (int p = 0; p < Math.Min(group.Pages, own.Count); p++)
                {
                    pages[(i * group.Pages) + p] = own[p];
                }
            }

            _pages = device.Upload(pages);
        }

        int window = config.SlidingWindow ?? int.MaxValue;
        bool slides = group.Segments.Any(s => s.Visible > window);
        _slidingFirst = slides && group.Batch == 1 ? Math.Max(0, first.Position + 1 - window) : 0;
        if (group.Batch > 1 || group.Queries > 1)
        {
            _fullMask = Mask(device, 0, int.MaxValue);
            _slidingMask = slides ? Mask(device, _slidingFirst, window) : _fullMask;
        }
    }

    /// <summary>Tokens of all its sequences.</summary>
    public int Tokens => _group.Tokens;

    /// <summary>Mixes the values of a layer for queries of tokens x heads x elements; the same shape comes back as tokens x (heads x elements).</summary>
    public torch.Tensor Attend(int layer, torch.Tensor queries)
    {
        bool isSliding = _config.IsSliding(layer);
        int firstKey = isSliding ? _slidingFirst : 0;
        var mask = isSliding ? _slidingMask : _fullMask;
        var (batch, count, heads, size) = (_group.Batch, _group.Queries, _config.KeyValueHeadCount, _config.HeadLength);
        int shared = _config.HeadCount / heads;
        var keys = Read(_slab.Keys[layer], firstKey);
        var values = Read(_slab.Values[layer], firstKey);
        torch.Tensor mixed;
        if (batch == 1 && count > 1 && _cap is null && IsWholePrompt(isSliding))
        {
            // From its beginning on a prompt needs no mask, which the fastest kernels do not take; they want a key head for each query head.
            mixed = functional.scaled_dot_product_attention(
                queries.transpose(0, 1).unsqueeze(0), Repeat(keys, shared), Repeat(values, shared), is_casual: true);
            return mixed.transpose(1, 2).reshape(count, heads * shared * size);
        }

        var rows = queries.view(batch, count, heads, shared, size).permute(0, 2, 3, 1, 4).reshape(batch, heads, shared * count, size);
        mixed = _cap is { } cap
            ? Capped(rows, keys, values, mask, cap)
            : functional.scaled_dot_product_attention(rows, keys, values, attn_mask: mask);
        return mixed.view(batch, heads, shared, count, size).permute(0, 3, 1, 2, 4).reshape(batch * count, heads * shared * size);
    }

    private static torch.Tensor Repeat(torch.Tensor heads, int times) => times == 1 ? heads : heads.repeat_interleave(times, 1);

    private bool IsWholePrompt(bool isSliding) =>
        _group.Segments[0].Position == 0 && (!isSliding || ReferenceEquals(_slidingMask, _fullMask));

    private static torch.Tensor Capped(torch.Tensor queries, torch.Tensor keys, torch.Tensor values, torch.Tensor? mask, SoftCap cap)
    {
        var scores = cap.Apply(queries.matmul(keys.transpose(2, 3)).to(torch.ScalarType.Float32));
        if (mask is not null)
        {
            scores = scores.masked_fill(mask.logical_not(), Hidden);
        }

        return scores.softmax(-1).to(values.dtype).matmul(values);
    }

    /// <summary>Keys or values as sequences x heads x tokens x elements.</summary>
    private torch.Tensor Read(torch.Tensor all, int firstKey)
    {
        var (heads, size) = (_config.KeyValueHeadCount, _config.HeadLength);
        var pages = _pages is null ? all.narrow(0, _group.Segments[0].Sequence.Pages[0], _group.Pages) : all.index_select(0, _pages);
        var tokens = pages.view(_group.Batch, _group.Pages * KeyValueSlab.PageTokens, heads, size);
        return tokens.narrow(1, firstKey, KeyCount - firstKey).transpose(1, 2);
    }

    private int KeyCount => _group.Batch == 1 ? _group.Segments[0].Visible : _group.Pages * KeyValueSlab.PageTokens;

    /// <summary>Which keys each query sees: those up to its own position, and no further back than the window.</summary>
    private torch.Tensor Mask(TorchDevice device, int firstKey, int window)
    {
        var (batch, count, shared) = (_group.Batch, _group.Queries, _config.HeadCount / _config.KeyValueHeadCount);
        long[] seen = [.. Enumerable.Range(firstKey, KeyCount - firstKey).Select(static k => (long)k)];
        long[] positions = [.. _group.Segments.SelectMany(s => Enumerable.Range(s.Position, count)).Select(static p => (long)p)];
        var keys = device.Upload(seen).view(1, 1, KeyCount - firstKey);
        var sees = keys.le(device.Upload(positions).view(batch, count, 1));
        if (window != int.MaxValue)
        {
            sees = sees.logical_and(keys.gt(device.Upload(Array.ConvertAll(positions, p => p - window)).view(batch, count, 1)));
        }

        return sees.view(batch, 1, 1, count, KeyCount - firstKey).expand(batch, 1, shared, count, KeyCount - firstKey).reshape(batch, 1, shared * count, KeyCount - firstKey);
    }
}
