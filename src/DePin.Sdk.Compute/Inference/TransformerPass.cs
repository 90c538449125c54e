using System.Numerics.Tensors;
using DePin.Sdk.Compute.Models;
using DePin.Sdk.Compute.Inference.Kernels;

namespace DePin.Sdk.Compute.Inference;

/// <summary>One pass of a batch of tokens through all layers, with the memory that it works in.</summary>
internal sealed unsafe class TransformerPass : IDisposable
{
    // Rows of a matrix that one piece of work covers. Fixed, so that how threads share the work never changes a result.
    private const int PieceRows = 32;

    // Below this many multiplications, waking another thread costs more than it saves.
    private const long ParallelWork = 1 << 17;

    private readonly ModelConfig _config;
    private readonly ModelWeights _weights;
    private readonly ThreadTeam _team;
    private readonly RotaryEmbedding _rotary;
    private readonly AttentionKernel _attention;
    private readonly int _queryLength;
    private readonly int _keyValueLength;
    private readonly SequenceState[] _states;
    private readonly int[] _tokens;
    private readonly int[] _positions;
    private readonly NativeBuffer _residual;
    private readonly NativeBuffer _normed;
    private readonly NativeBuffer _projected;
    private readonly NativeBuffer _mixed;
    private readonly NativeBuffer _delta;
    private readonly NativeBuffer _gate;
    private readonly NativeBuffer _up;
    private readonly NativeBuffer _angles;
    private readonly Action<int, int> _projectPiece;
    private readonly Action<int, int> _attendPiece;
    private readonly Action<int, int> _outputPiece;
    private readonly Action<int, int> _feedPiece;
    private readonly Action<int, int> _downPiece;
    private readonly Action<int, int> _logitPiece;
    private NativeBuffer _scores;
    private int _scoreStride;
    private LayerWeights _layer;
    private int _layerIndex;
    private int _count;
    private int _logitRows;
    private float* _logits;

    public TransformerPass(ModelConfig config, ModelWeights weights, ThreadTeam team, int maxTokens)
    {
        _config = config;
        _weights = weights;
        _team = team;
        _rotary = new RotaryEmbedding(config.Rope);
        _attention = AttentionKernel.ForHead(config.HeadLength);
        _queryLength = config.HeadCount * config.HeadLength;
        _keyValueLength = config.KeyValueHeadCount * config.HeadLength;
        _states = new SequenceState[maxTokens];
        _tokens = new int[maxTokens];
        _positions = new int[maxTokens];
        _residual = new NativeBuffer((long)maxTokens * config.EmbeddingLength);
        _normed = new NativeBuffer((long)maxTokens * config.EmbeddingLength);
        _projected = new NativeBuffer((long)maxTokens * (_queryLength + (2L * _keyValueLength)));
        _mixed = new NativeBuffer((long)maxTokens * _queryLength);
        _delta = new NativeBuffer((long)maxTokens * config.EmbeddingLength);
        _gate = new NativeBuffer((long)maxTokens * config.FeedForwardLength);
        _up = new NativeBuffer((long)maxTokens * config.FeedForwardLength);
        _angles = new NativeBuffer((long)maxTokens * 2 * _rotary.Pairs);
        _scoreStride = 256;
        _scores = new NativeBuffer((long)_scoreStride * team.Count);
        _layer = weights.Layers[0];
        _projectPiece = ProjectPiece;
        _attendPiece = AttendPiece;
        _outputPiece = (piece, _) => MultiplyPiece(_layer.Output, piece, _mixed.Pointer, _delta.Pointer);
        _feedPiece = FeedPiece;
        _downPiece = (piece, _) => MultiplyPiece(_layer.Down, piece, _gate.Pointer, _delta.Pointer);
        _logitPiece = LogitPiece;
    }

    private int ProjectedLength => _queryLength + (2 * _keyValueLength);

    public void SetToken(int index, int token, int position, SequenceState state)
    {
        _tokens[index] = token;
        _positions[index] = position;
        _states[index] = state;
    }

    public void Run(ReadOnlySpan<TokenInput> batch, Span<float> logits, Span<float> hidden)
    {
        _count = batch.Length;
        int width = _config.EmbeddingLength;
        int longest = 0;
        for (int t = 0; t < _count; t++)
        {
            _weights.Embedding.ReadRow(_tokens[t], _residual.Pointer + ((long)t * width));
            _rotary.WriteAngles(_positions[t], _angles.Pointer + ((long)t * 2 * _rotary.Pairs));
            longest = Math.Max(longest, _positions[t] + 1);
        }

        EnsureScores(longest);
        for (int i = 0; i < _weights.Layers.Length; i++)
        {
            _layerIndex = i;
            _layer = _weights.Layers[i];
            RunLayer(longest);
        }

        int hiddenRows = 0;
        for (int t = 0; t < _count; t++)
        {
            if (batch[t].WantsHidden)
            {
                fixed (float* target = hidden.Slice(hiddenRows++ * width, width))
                {
                    Normalize(_residual.Pointer + ((long)t * width), _weights.OutputNorm, target);
                }
            }
        }

        _logitRows = 0;
        for (int t = 0; t < _count; t++)
        {
            if (batch[t].WantsLogits)
            {
                Normalize(_residual.Pointer + ((long)t * width), _weights.OutputNorm, _normed.Pointer + ((long)_logitRows++ * width));
            }
        }

        if (_logitRows > 0)
        {
            fixed (float* target = logits)
            {
                _logits = target;
                RunPieces(_weights.Output.Rows, (long)_weights.Output.Rows * width * _logitRows, _logitPiece);
                _logits = null;
            }
        }

        Array.Clear(_states, 0, _count);
    }

    public void Dispose()
    {
        foreach (var buffer in (ReadOnlySpan<NativeBuffer>)[_residual, _normed, _projected, _mixed, _delta, _gate, _up, _angles, _scores])
        {
            buffer.Dispose();
        }
    }

    private void RunLayer(int longest)
    {
        int width = _config.EmbeddingLength;
        NormalizeAll(_layer.AttentionNorm);
        RunPieces(ProjectedLength, (long)ProjectedLength * width * _count, _projectPiece);
        for (int t = 0; t < _count; t++)
        {
            StoreKeysAndValues(t);
        }

        long attentionWork = 2L * _count * _queryLength * longest;
        _team.Run(_count * _config.KeyValueHeadCount, attentionWork > ParallelWork, _attendPiece);
        RunPieces(width, (long)_queryLength * width * _count, _outputPiece);
        AddDelta();
        NormalizeAll(_layer.FeedForwardNorm);
        RunPieces(_config.FeedForwardLength, 2L * _config.FeedForwardLength * width * _count, _feedPiece);
        RunPieces(width, (long)_config.FeedForwardLength * width * _count, _downPiece);
        AddDelta();
    }

    private void RunPieces(int rows, long work, Action<int, int> body) =>
        _team.Run((rows + PieceRows - 1) / PieceRows, work > ParallelWork, body);

    private void MultiplyPiece(WeightMatrix matrix, int piece, float* x, float* y)
    {
        int first = piece * PieceRows;
        matrix.Multiply(first, Math.Min(first + PieceRows, matrix.Rows), x, _count, y, matrix.Rows);
    }

    /// <summary>Queries, keys and values lie one after the other; a piece may reach from one into the next.</summary>
    private void ProjectPiece(int piece, int member)
    {
        int first = piece * PieceRows;
        int end = Math.Min(first + PieceRows, ProjectedLength);
        Project(_layer.Query, 0, first, end);
        Project(_layer.Key, _queryLength, first, end);
        Project(_layer.Value, _queryLength + _keyValueLength, first, end);
    }

    private void Project(WeightMatrix matrix, int start, int first, int end)
    {
        int from = Math.Max(first - start, 0);
        int to = Math.Min(end - start, matrix.Rows);
        if (from < to)
        {
            matrix.Multiply(from, to, _normed.Pointer, _count, _projected.Pointer + start, ProjectedLength);
        }
    }

    private void StoreKeysAndValues(int t)
    {
        float* query = _projected.Pointer + ((long)t * ProjectedLength);
        float* key = query + _queryLength;
        float* value = key + _keyValueLength;
        AddBias(query, _layer.QueryBias);
        AddBias(key, _layer.KeyBias);
        AddBias(value, _layer.ValueBias);
        float* angles = _angles.Pointer + ((long)t * 2 * _rotary.Pairs);
        for (float* head = query; head < value; head += _config.HeadLength)
        {
            _rotary.Rotate(head, angles);
        }

        float* keys = LayerKeys(_states[t], _positions[t] / KeyValuePool.PageTokens);
        long slot = (long)(_positions[t] % KeyValuePool.PageTokens) * _keyValueLength;
        new Span<float>(key, _keyValueLength).CopyTo(new Span<float>(keys + slot, _keyValueLength));
        new Span<float>(value, _keyValueLength).CopyTo(new Span<float>(keys + PageValues + slot, _keyValueLength));
    }

    /// <summary>Offset of a layer's values behind its keys, in a page.</summary>
    private long PageValues => (long)KeyValuePool.PageTokens * _keyValueLength;

    private float* LayerKeys(SequenceState state, int page) => state.Pages[page].Pointer + (2 * _layerIndex * PageValues);

    /// <summary>Attention of the query heads that share one key head, for one token.</summary>
    private void AttendPiece(int piece, int member)
    {
        int t = piece / _config.KeyValueHeadCount;
        int keyHead = piece % _config.KeyValueHeadCount;
        int group = _config.HeadCount / _config.KeyValueHeadCount;
        int size = _config.HeadLength;
        int length = _positions[t] + 1;
        float scale = 1f / MathF.Sqrt(size);
        float* scores = _scores.Pointer + ((long)member * _scoreStride);
        var span = new Span<float>(scores, length);
        for (int h = keyHead * group; h < (keyHead + 1) * group; h++)
        {
            float* query = _projected.Pointer + ((long)t * ProjectedLength) + (h * size);
            for (int start = 0; start < length; start += KeyValuePool.PageTokens)
            {
                float* keys = LayerKeys(_states[t], start / KeyValuePool.PageTokens) + (keyHead * size);
                _attention.Score(query, keys, _keyValueLength, size, Math.Min(KeyValuePool.PageTokens, length - start), scale, scores + start);
            }

            TensorPrimitives.Subtract(span, TensorPrimitives.Max<float>(span), span);
            TensorPrimitives.Exp<float>(span, span);
            TensorPrimitives.Multiply(span, 1f / TensorPrimitives.Sum<float>(span), span);
            float* output = _mixed.Pointer + ((long)t * _queryLength) + (h * size);
            new Span<float>(output, size).Clear();
            for (int start = 0; start < length; start += KeyValuePool.PageTokens)
            {
                float* values = LayerKeys(_states[t], start / KeyValuePool.PageTokens) + PageValues + (keyHead * size);
                _attention.Accumulate(scores + start, values, _keyValueLength, size, Math.Min(KeyValuePool.PageTokens, length - start), output);
            }
        }
    }

    /// <summary>gate = silu(gate) * up for a piece of the feed-forward layer.</summary>
    private void FeedPiece(int piece, int member)
    {
        MultiplyPiece(_layer.Gate, piece, _normed.Pointer, _gate.Pointer);
        MultiplyPiece(_layer.Up, piece, _normed.Pointer, _up.Pointer);
        int first = piece * PieceRows;
        int rows = Math.Min(PieceRows, _config.FeedForwardLength - first);
        Span<float> sigmoid = stackalloc float[PieceRows];
        sigmoid = sigmoid[..rows];
        for (int t = 0; t < _count; t++)
        {
            long at = ((long)t * _config.FeedForwardLength) + first;
            var gate = new Span<float>(_gate.Pointer + at, rows);
            TensorPrimitives.Sigmoid<float>(gate, sigmoid);
            TensorPrimitives.Multiply<float>(gate, sigmoid, gate);
            TensorPrimitives.Multiply(gate, new ReadOnlySpan<float>(_up.Pointer + at, rows), gate);
        }
    }

    private void LogitPiece(int piece, int member)
    {
        int first = piece * PieceRows;
        int end = Math.Min(first + PieceRows, _weights.Output.Rows);
        _weights.Output.Multiply(first, end, _normed.Pointer, _logitRows, _logits, _weights.Output.Rows);
    }

    private void NormalizeAll(float[] weight)
    {
        for (int t = 0; t < _count; t++)
        {
            long at = (long)t * _config.EmbeddingLength;
            Normalize(_residual.Pointer + at, weight, _normed.Pointer + at);
        }
    }

    private void Normalize(float* source, float[] weight, float* target)
    {
        var from = new ReadOnlySpan<float>(source, weight.Length);
        var to = new Span<float>(target, weight.Length);
        float scale = 1f / MathF.Sqrt((TensorPrimitives.SumOfSquares(from) / weight.Length) + _config.NormEpsilon);
        TensorPrimitives.Multiply(from, scale, to);
        TensorPrimitives.Multiply(to, weight, to);
    }

    private void AddDelta()
    {
        int count = _config.EmbeddingLength;
        for (int t = 0; t < _count; t++)
        {
            long at = (long)t * count;
            var target = new Span<float>(_residual.Pointer + at, count);
            TensorPrimitives.Add(target, new ReadOnlySpan<float>(_delta.Pointer + at, count), target);
        }
    }

    private static void AddBias(float* target, float[]? bias)
    {
        if (bias is not null)
        {
            var span = new Span<float>(target, bias.Length);
            TensorPrimitives.Add(span, bias, span);
        }
    }

    private void EnsureScores(int length)
    {
        if (length > _scoreStride)
        {
            _scoreStride = Math.Max(length, _scoreStride * 2);
            _scores.Dispose();
            _scores = new NativeBuffer((long)_scoreStride * _team.Count);
        }
    }
}
