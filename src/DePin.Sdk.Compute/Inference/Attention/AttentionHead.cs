namespace DePin.Sdk.Compute.Inference.Attention;

/// <summary>How the keys and values of one head lie in a page, and the two products of attention over them.</summary>
/// <remarks>
/// A page holds <see cref="KeyValuePool.PageTokens"/> positions. Keys lie transposed, all positions of an element side by side, and values
/// position after position: so both products broadcast a number and add it to whole vectors, no vector is ever summed across, and each
/// result is one chain of fused operations whose order depends on nothing but the model. Four queries share every load.
/// </remarks>
internal abstract unsafe class AttentionHead(int length)
{
    /// <summary>Queries that the products take together.</summary>
    public const int Queries = 4;

    /// <summary>Elements of a head.</summary>
    public int Length => length;

    /// <summary>Elements of a row of values: the head's, up to whole vectors.</summary>
    public int PaddedLength => (length + 15) & ~15;

    /// <summary>Bytes of the keys and values of one head in a page; a multiple of 64.</summary>
    public abstract int PageBytes { get; }

    public static AttentionHead Create(KeyValueType type, int length) =>
        type == KeyValueType.F32 ? new SingleAttentionHead(length) : new ByteAttentionHead(length);

    /// <summary>Stores key and value of a position.</summary>
    public abstract void Store(byte* page, int slot, float* key, float* value);

    /// <summary>scores[q][slot] = scale * queries[q] . key of the slot, for all slots of a page.</summary>
    /// <param name="page">Keys and values of the head.</param>
    /// <param name="queries">Four queries.</param>
    /// <param name="scale">Multiplies the products.</param>
    /// <param name="scores">Where the first query's scores of this page go.</param>
    /// <param name="stride">Distance from one query's scores to the next one's.</param>
    public abstract void Score(byte* page, float** queries, float scale, float* scores, long stride);

    /// <summary>outputs[q] += sum over the slots of weights[q][slot] * value of the slot; rows of <see cref="PaddedLength"/>.</summary>
    public abstract void Accumulate(byte* page, float* weights, long stride, int slots, float* outputs);

    /// <summary>Copies the first slots of a page; what lies behind them becomes zero.</summary>
    public abstract void Copy(byte* source, byte* target, int slots);
}
