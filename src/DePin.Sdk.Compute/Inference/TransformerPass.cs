using DePin.Sdk.Compute.Inference.Numerics;
using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.Inference;

/// <summary>One batch of tokens on its way through all layers, by several threads side by side.</summary>
/// <remarks>
/// Matrices are shared out by rows, attention by heads and everything else by tokens. No sum is ever split between threads, so results do
/// not depend on their number, nor on what else is in the batch.
/// </remarks>
internal sealed unsafe class TransformerPass : ITeamWork, IDisposable
{
    // Pieces of rows end on multiples of it, so that they hold whole panels of every matrix.
    private const int RowUnit = 32;
    private const int PiecesPerMember = 4;

    private readonly ModelConfig _config;
    private readonly PackedModel _model;
    private readonly ThreadTeam _team;
    private readonly PassBuffers _buffers;
    private readonly AttentionStep _attention;
    private readonly List<ActivationStream> _streams = [];
    private readonly List<(int First, int Count)> _tiles = [];
    private readonly PassToken[] _tokens;
    private readonly int[] _logitTokens;
    private readonly int _widest;
    private int _count;
    private int _logitCount;
    private bool _isSplit;
    private bool _storesFirst;
    private bool _hasAdapters;
    private float* _logits;
    private float* _hidden;

    public TransformerPass(ModelConfig config, PackedModel model, ThreadTeam team, KeyValuePool pool, int contextLength, int maxTokens)
    {
        _config = config;
        _model = model;
        _team = team;
        _buffers = new PassBuffers(config);
        _attention = new AttentionStep(config, contextLength, pool, _buffers);
        _tokens = new PassToken[maxTokens];
        _logitTokens = new int[maxTokens];
        _widest = _buffers.WidestInput;
    }

    public void SetToken(int index, in PassToken token) => _tokens[index] = token;

    /// <summary>Runs the first tokens that were set.</summary>
    public void Run(int count, int members, Span<float> logits, Span<float> hidden)
    {
        Plan(count, members);
        fixed (float* logitRows = logits, hiddenRows = hidden)
        {
            _logits = logitRows;
            _hidden = hiddenRows;
            _team.Run(members, this);
            _logits = null;
            _hidden = null;
        }

        Array.Clear(_tokens, 0, count);
    }

    public void Execute(int member, int members)
    {
        var stream = _streams[_isSplit ? 0 : member];
        var (first, end) = _isSplit ? (_count * member / members, _count * (member + 1) / members) : (0, _count);
        for (int t = first; t < end; t++)
        {
            float* residual = stream.ResidualOf(t);
            _model.ReadEmbedding(_tokens[t].Token, residual);
            if (_config.EmbeddingScale != 1)
            {
                Rows.Scale(residual, _config.EmbeddingScale, _config.EmbeddingLength);
            }
        }

        for (int i = 0; i < _model.Layers.Length; i++)
        {
            RunLayer(i, stream, first, end, member, members);
        }

        RunOutput(stream, member, members);
    }

    public void Dispose()
    {
        _attention.Dispose();
        _buffers.Dispose();
        _streams.ForEach(static s => s.Dispose());
    }

    private void Plan(int count, int members)
    {
        _count = count;

        // Below this, every member normalizes all tokens for itself: cheaper than waiting for each other.
        int own = 2 * members;
        _isSplit = members == 1 || count > own;
        _buffers.EnsureTokens(count);
        EnsureStream(0, count);
        _tiles.Clear();
        _logitCount = 0;
        _storesFirst = false;
        int maxRank = 0;
        int longest = 0;
        for (int t = 0; t < count; t++)
        {
            ref readonly var token = ref _tokens[t];
            longest = Math.Max(longest, token.Position + 1);
            maxRank = Math.Max(maxRank, token.Adapter?.MaxRank ?? 0);
            if (token.WantsLogits)
            {
                _logitTokens[_logitCount++] = t;
            }

            bool continues = t > 0 && token.State == _tokens[t - 1].State;
            _storesFirst |= continues;
            if (continues && _tiles[^1].Count < _attention.TileTokens)
            {
                _tiles[^1] = (_tiles[^1].First, _tiles[^1].Count + 1);
            }
            else
            {
                _tiles.Add((t, 1));
            }
        }

        // A sequence may also come twice with others between, so whether tokens see each other is asked of the positions.
        for (int t = 0; t < count && !_storesFirst; t++)
        {
            _storesFirst = _tokens[t].State.Length != _tokens[t].Position + 1;
        }

        for (int i = 1; i < members && !_isSplit; i++)
        {
            EnsureStream(i, own);
        }

        _hasAdapters = maxRank > 0;
        foreach (var stream in _streams)
        {
            stream.Input.EnsureRank(maxRank);
        }

        _attention.Prepare(longest, members);
    }

    private void EnsureStream(int index, int tokens)
    {
        if (index == _streams.Count)
        {
            _streams.Add(new ActivationStream(tokens, _config.EmbeddingLength, _widest));
        }
        else if (_streams[index].MaxTokens < tokens)
        {
            _streams[index].Dispose();
            _streams[index] = new ActivationStream(tokens, _config.EmbeddingLength, _widest);
        }
    }

    private void RunLayer(int index, ActivationStream stream, int first, int end, int member, int members)
    {
        var layer = _model.Layers[index];
        var tensors = layer.Tensors;
        var input = stream.Input;
        Normalize(stream, tensors.AttentionNorm, first, end);
        Prepare(index, AdapterSlot.Attention, layer.Attention, input, stream.Normed, _config.EmbeddingLength, first, end);
        Multiply(layer.Attention, input, _count, _buffers.Projected, _buffers.ProjectedLength, members);
        _team.Barrier();
        Attend(layer, index, member);
        _team.Barrier();
        Prepare(index, AdapterSlot.Output, layer.Output, input, _buffers.Mixed, _buffers.QueryLength, first, end);
        Multiply(layer.Output, input, _count, _buffers.Delta, _config.EmbeddingLength, members);
        _team.Barrier();
        AddDelta(stream, tensors.AttentionPostNorm, first, end);
        Normalize(stream, tensors.FeedForwardNorm, first, end);
        Prepare(index, AdapterSlot.FeedForward, layer.FeedForward, input, stream.Normed, _config.EmbeddingLength, first, end);
        Feed(layer, input, members);
        _team.Barrier();
        Prepare(index, AdapterSlot.Down, layer.Down, input, _buffers.Gated, _buffers.GatedLength, first, end);
        Multiply(layer.Down, input, _count, _buffers.Delta, _config.EmbeddingLength, members);
        _team.Barrier();
        AddDelta(stream, tensors.FeedForwardPostNorm, first, end);
    }

    private void Normalize(ActivationStream stream, float[] weight, int first, int end)
    {
        for (int t = first; t < end; t++)
        {
            Rows.Normalize(stream.ResidualOf(t), weight, _config.NormEpsilon, stream.NormedOf(t));
        }
    }

    /// <summary>Prepares the rows that this member answers for; where members share the rows, waits for all.</summary>
    private void Prepare(
        int layer, AdapterSlot slot, Projection projection, ProjectionInput input, float* rows, long stride, int first, int end)
    {
        input.Begin(rows, stride, _hasAdapters);
        for (int t = first; t < end; t++)
        {
            input.Prepare(t, projection, _tokens[t].Adapter?[layer, slot]);
        }

        if (_isSplit)
        {
            _team.Barrier();
        }
    }

    private void Multiply(Projection projection, ProjectionInput input, int tokens, float* output, long stride, int members)
    {
        int rows = PieceRows(projection.Rows, members);
        for (long first = (long)_team.NextPiece() * rows; first < projection.Rows; first = (long)_team.NextPiece() * rows)
        {
            projection.Multiply((int)first, (int)Math.Min(first + rows, projection.Rows), input, tokens, output, stride);
        }
    }

    /// <summary>Gate and up projection of the same rows, then the activation of what is still in the cache.</summary>
    private void Feed(PackedLayer layer, ProjectionInput input, int members)
    {
        int length = _config.FeedForwardLength;
        int rows = PieceRows(length, members);
        for (long from = (long)_team.NextPiece() * rows; from < length; from = (long)_team.NextPiece() * rows)
        {
            int first = (int)from;
            int end = Math.Min(first + rows, length);
            layer.FeedForward.Multiply(0, first, end, input, _count, _buffers.Gated, _buffers.GatedLength);
            layer.FeedForward.Multiply(1, first, end, input, _count, _buffers.Gated, _buffers.GatedLength);
            for (int t = 0; t < _count; t++)
            {
                float* gate = _buffers.Gated + ((long)t * _buffers.GatedLength) + first;
                Rows.Gate(_config.Activation, gate, gate + length, end - first);
            }
        }
    }

    private void Attend(PackedLayer layer, int index, int member)
    {
        int heads = _config.KeyValueHeadCount;
        if (_storesFirst)
        {
            for (int piece = _team.NextPiece(); piece < _count * heads; piece = _team.NextPiece())
            {
                _attention.Store(layer, index, piece / heads, _tokens[piece / heads], piece % heads);
            }

            _team.Barrier();
        }

        for (int piece = _team.NextPiece(); piece < _tiles.Count * heads; piece = _team.NextPiece())
        {
            // Later tokens look back further, so they are begun first.
            var (first, count) = _tiles[_tiles.Count - 1 - (piece / heads)];
            if (!_storesFirst)
            {
                _attention.Store(layer, index, first, _tokens[first], piece % heads);
            }

            _attention.Attend(index, first, _tokens.AsSpan(first, count), piece % heads, member);
        }
    }

    private void AddDelta(ActivationStream stream, float[]? norm, int first, int end)
    {
        int width = _config.EmbeddingLength;
        for (int t = first; t < end; t++)
        {
            float* delta = _buffers.Delta + ((long)t * width);
            if (norm is not null)
            {
                // Others may be reading the same row, so the result goes to a row of this member's.
                Rows.Normalize(delta, norm, _config.NormEpsilon, stream.NormedOf(t));
                delta = stream.NormedOf(t);
            }

            Rows.Add(stream.ResidualOf(t), delta, width);
        }
    }

    /// <summary>The norm and, for the tokens that want them, hidden states and logits.</summary>
    private void RunOutput(ActivationStream stream, int member, int members)
    {
        if (_isSplit)
        {
            _team.Barrier();
        }

        int width = _config.EmbeddingLength;
        int hidden = 0;
        for (int t = 0; t < _count; t++)
        {
            if (_tokens[t].WantsHidden)
            {
                if (hidden % members == member)
                {
                    Rows.Normalize(stream.ResidualOf(t), _model.OutputNorm, _config.NormEpsilon, _hidden + ((long)hidden * width));
                }

                hidden++;
            }
        }

        if (_logitCount == 0)
        {
            return;
        }

        // The rows that want logits move together; nobody reads the normalized rows of the last layer any more.
        var input = stream.Input;
        input.Begin(stream.Normed, width, hasAdapters: false);
        for (int i = 0; i < _logitCount; i++)
        {
            if (!_isSplit || i % members == member)
            {
                Rows.Normalize(stream.ResidualOf(_logitTokens[i]), _model.OutputNorm, _config.NormEpsilon, stream.NormedOf(i));
                input.Prepare(i, _model.Output, null);
            }
        }

        if (_isSplit)
        {
            _team.Barrier();
        }

        MultiplyOutput(input, members);
    }

    private void MultiplyOutput(ProjectionInput input, int members)
    {
        int length = _model.Output.Rows;
        int rows = PieceRows(length, members);
        for (long from = (long)_team.NextPiece() * rows; from < length; from = (long)_team.NextPiece() * rows)
        {
            int end = (int)Math.Min(from + rows, length);
            _model.Output.Multiply(0, (int)from, end, input, _logitCount, _logits, length);
            for (int i = 0; i < _logitCount && _config.LogitSoftCap is { } cap; i++)
            {
                Rows.SoftCap(_logits + ((long)i * length) + from, cap, end - (int)from);
            }
        }
    }

    private static int PieceRows(int rows, int members)
    {
        int pieces = members == 1 ? 1 : members * PiecesPerMember;
        return Math.Max(RowUnit, (((rows + pieces - 1) / pieces) + RowUnit - 1) / RowUnit * RowUnit);
    }
}
