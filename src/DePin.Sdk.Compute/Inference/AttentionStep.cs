using System.Runtime.InteropServices;
using DePin.Sdk.Compute.Inference.Attention;
using DePin.Sdk.Compute.Inference.Numerics;
using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.Inference;

/// <summary>Attention of a layer: stores the keys and values of new tokens, and mixes values for their queries.</summary>
internal sealed unsafe class AttentionStep : IDisposable
{
    private readonly ModelConfig _config;
    private readonly KeyValuePool _pool;
    private readonly PassBuffers _buffers;
    private readonly RotaryEmbedding[] _rotary;
    private readonly RotaryEmbedding[] _rotaryOfLayer;
    private readonly int _group;
    private readonly List<NativeBuffer> _scratch = [];
    private int _scoreStride;

    public AttentionStep(ModelConfig config, int contextLength, KeyValuePool pool, PassBuffers buffers)
    {
        _config = config;
        _pool = pool;
        _buffers = buffers;
        _group = config.HeadCount / config.KeyValueHeadCount;
        TileTokens = Math.Max(1, AttentionHead.Queries / _group);
        var ropes = Enumerable.Range(0, config.BlockCount).Select(i => config.RopeOf(i, contextLength)).ToArray();
        var distinct = ropes.Distinct().ToDictionary(static r => r, static r => new RotaryEmbedding(r));
        _rotary = [.. distinct.Values];
        _rotaryOfLayer = [.. ropes.Select(r => distinct[r])];
    }

    /// <summary>How many consecutive tokens of a sequence one call of <see cref="Attend"/> takes at most.</summary>
    public int TileTokens { get; }

    /// <summary>Makes room for sequences up to a length, for so many members.</summary>
    public void Prepare(int longest, int members)
    {
        foreach (var rotary in _rotary)
        {
            rotary.EnsurePositions(longest);
        }

        int stride = KeyValuePool.PagesFor(longest) * KeyValuePool.PageTokens;
        if (stride > _scoreStride)
        {
            _scoreStride = Math.Max(stride, 2 * _scoreStride);
            Dispose(_scratch);
        }

        while (_scratch.Count < members)
        {
            _scratch.Add(new NativeBuffer((_scoreStride + _pool.Head.PaddedLength) * (long)AttentionHead.Queries));
        }
    }

    /// <summary>Adds biases to one key head of a token and to its queries, normalizes and rotates them, and stores key and value.</summary>
    public void Store(PackedLayer layer, int layerIndex, int token, in PassToken at, int keyHead)
    {
        int size = _config.HeadLength;
        float* row = _buffers.Projected + ((long)token * _buffers.ProjectedLength);
        float* key = row + _buffers.QueryLength + (keyHead * size);
        float* value = key + _buffers.KeyValueLength;
        var tensors = layer.Tensors;
        AddBias(value, tensors.ValueBias, keyHead);
        Turn(key, tensors.KeyBias, keyHead, tensors.KeyNorm, layerIndex, at.Position);
        for (int h = keyHead * _group; h < (keyHead + 1) * _group; h++)
        {
            Turn(row + (h * size), tensors.QueryBias, h, tensors.QueryNorm, layerIndex, at.Position);
        }

        byte* page = Page(at.State, at.Position / KeyValuePool.PageTokens, layerIndex, keyHead);
        _pool.Head.Store(page, at.Position % KeyValuePool.PageTokens, key, value);
    }

    /// <summary>Attention of the queries that share one key head, for a few consecutive tokens of a sequence.</summary>
    public void Attend(int layerIndex, int firstToken, ReadOnlySpan<PassToken> tokens, int keyHead, int member)
    {
        int queries = tokens.Length * _group;
        float** heads = stackalloc float*[AttentionHead.Queries];
        Span<int> positions = stackalloc int[AttentionHead.Queries];
        for (int first = 0; first < queries; first += AttentionHead.Queries)
        {
            int count = Math.Min(AttentionHead.Queries, queries - first);
            for (int q = 0; q < AttentionHead.Queries; q++)
            {
                // Places that are left over repeat the last query; their result is not used.
                int index = first + Math.Min(q, count - 1);
                int t = index / _group;
                heads[q] = Head(_buffers.Projected, _buffers.ProjectedLength, firstToken + t, (keyHead * _group) + (index % _group));
                positions[q] = tokens[t].Position;
            }

            float* outputs = Mix(layerIndex, tokens[0].State, keyHead, heads, positions, count, member);
            for (int q = 0; q < count; q++)
            {
                int t = (first + q) / _group;
                float* target = Head(_buffers.Mixed, _buffers.QueryLength, firstToken + t, (keyHead * _group) + ((first + q) % _group));
                new ReadOnlySpan<float>(outputs + (q * _pool.Head.PaddedLength), _config.HeadLength).CopyTo(new Span<float>(target, _config.HeadLength));
            }
        }
    }

    public void Dispose()
    {
        Dispose(_scratch);
        Array.ForEach(_rotary, static r => r.Dispose());
    }

    private static void Dispose(List<NativeBuffer> buffers)
    {
        buffers.ForEach(static b => b.Dispose());
        buffers.Clear();
    }

    private float* Mix(int layer, SequenceState state, int keyHead, float** heads, ReadOnlySpan<int> positions, int count, int member)
    {
        float* scores = _scratch[member].Pointer;
        float* outputs = scores + ((long)_scoreStride * AttentionHead.Queries);
        int earliest = Start(layer, positions[0]);
        int latest = positions[count - 1];
        int firstPage = earliest / KeyValuePool.PageTokens;
        int lastPage = latest / KeyValuePool.PageTokens;
        for (int page = firstPage; page <= lastPage; page++)
        {
            float* target = scores + ((page - firstPage) * KeyValuePool.PageTokens);
            _pool.Head.Score(Page(state, page, layer, keyHead), heads, _config.AttentionScale, target, _scoreStride);
        }

        int origin = firstPage * KeyValuePool.PageTokens;
        int length = ((lastPage + 1) * KeyValuePool.PageTokens) - origin;
        float* sums = stackalloc float[AttentionHead.Queries];
        for (int q = 0; q < AttentionHead.Queries; q++)
        {
            float* row = scores + ((long)q * _scoreStride);
            sums[q] = q < count ? Weigh(row, Start(layer, positions[q]) - origin, positions[q] + 1 - origin, length) : 1;
        }

        NativeMemory.Clear(outputs, (nuint)(AttentionHead.Queries * _pool.Head.PaddedLength * sizeof(float)));
        for (int page = firstPage; page <= lastPage; page++)
        {
            int slots = Math.Min(KeyValuePool.PageTokens, latest + 1 - (page * KeyValuePool.PageTokens));
            float* weights = scores + ((page - firstPage) * KeyValuePool.PageTokens);
            _pool.Head.Accumulate(Page(state, page, layer, keyHead), weights, _scoreStride, slots, outputs);
        }

        for (int q = 0; q < count; q++)
        {
            Rows.Scale(outputs + (q * _pool.Head.PaddedLength), 1 / sums[q], _pool.Head.PaddedLength);
        }

        return outputs;
    }

    /// <summary>Turns scores into weights; those outside of what the query may see become 0. Returns their sum.</summary>
    private float Weigh(float* scores, int start, int end, int length)
    {
        if (_config.AttentionSoftCap is { } cap)
        {
            Rows.SoftCap(scores, cap, length);
        }

        new Span<float>(scores, start).Fill(float.NegativeInfinity);
        new Span<float>(scores + end, length - end).Fill(float.NegativeInfinity);
        return Rows.Exponentiate(scores, length);
    }

    /// <summary>The first position that a query looks back on.</summary>
    private int Start(int layer, int position) => _config.IsSliding(layer) ? Math.Max(0, position + 1 - _config.SlidingWindow!.Value) : 0;

    private void Turn(float* head, float[]? bias, int index, float[]? norm, int layer, int position)
    {
        AddBias(head, bias, index);
        if (norm is not null)
        {
            Rows.Normalize(head, norm, _config.NormEpsilon, head);
        }

        _rotaryOfLayer[layer].Rotate(head, position);
    }

    private void AddBias(float* head, float[]? bias, int index)
    {
        if (bias is not null)
        {
            fixed (float* source = &bias[index * _config.HeadLength])
            {
                Rows.Add(head, source, _config.HeadLength);
            }
        }
    }

    private float* Head(float* rows, int rowLength, int token, int head) => rows + ((long)token * rowLength) + (head * _config.HeadLength);

    private byte* Page(SequenceState state, int page, int layer, int keyHead) => state.Pages[page].Pointer + _pool.OffsetOf(layer, keyHead);
}
