using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.Inference;

/// <summary>The rows of a pass that all members share, grown when a larger batch comes.</summary>
internal sealed unsafe class PassBuffers(ModelConfig config) : IDisposable
{
    private NativeBuffer? _projected;
    private NativeBuffer? _mixed;
    private NativeBuffer? _delta;
    private NativeBuffer? _gated;
    private int _tokens;

    /// <summary>Width of all queries of a token.</summary>
    public int QueryLength { get; } = config.HeadCount * config.HeadLength;

    /// <summary>Width of all keys, and of all values, of a token.</summary>
    public int KeyValueLength { get; } = config.KeyValueHeadCount * config.HeadLength;

    /// <summary>Length of a row of <see cref="Projected"/>: queries, keys, values.</summary>
    public int ProjectedLength => QueryLength + (2 * KeyValueLength);

    /// <summary>Length of a row of <see cref="Gated"/>: gate, up.</summary>
    public int GatedLength => 2 * config.FeedForwardLength;

    /// <summary>The widest input of a projection.</summary>
    public int WidestInput => Math.Max(config.EmbeddingLength, Math.Max(QueryLength, config.FeedForwardLength));

    public float* Projected => _projected!.Pointer;

    /// <summary>What attention mixed from the values.</summary>
    public float* Mixed => _mixed!.Pointer;

    /// <summary>What is to be added to the residual.</summary>
    public float* Delta => _delta!.Pointer;

    public float* Gated => _gated!.Pointer;

    /// <summary>Bytes for a batch of so many tokens.</summary>
    public long BytesFor(int tokens) => (ProjectedLength + QueryLength + config.EmbeddingLength + GatedLength) * (long)tokens * sizeof(float);

    public void EnsureTokens(int tokens)
    {
        if (tokens <= _tokens)
        {
            return;
        }

        Dispose();
        _tokens = tokens;
        _projected = new NativeBuffer((long)tokens * ProjectedLength);
        _mixed = new NativeBuffer((long)tokens * QueryLength);
        _delta = new NativeBuffer((long)tokens * config.EmbeddingLength);
        _gated = new NativeBuffer((long)tokens * GatedLength);
    }

    public void Dispose()
    {
        foreach (var buffer in (ReadOnlySpan<NativeBuffer?>)[_projected, _mixed, _delta, _gated])
        {
            buffer?.Dispose();
        }
    }
}
