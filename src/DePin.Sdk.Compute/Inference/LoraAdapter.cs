namespace DePin.Sdk.Compute.Inference;

/// <summary>A low-rank adapter (LoRA, arXiv:2106.09685): for some matrices W of a model, y = Wx + scale * B(Ax).</summary>
/// <remarks>Immutable and safe to share between sequences and threads.</remarks>
public sealed class LoraAdapter
{
    internal LoraAdapter(IReadOnlyDictionary<string, LoraPair> pairs) => Pairs = pairs;

    /// <summary>The pairs by the name of the matrix that they add to, such as <c>blk.0.attn_q.weight</c>.</summary>
    internal IReadOnlyDictionary<string, LoraPair> Pairs { get; }
}
