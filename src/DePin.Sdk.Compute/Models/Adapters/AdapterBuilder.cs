using DePin.Sdk.Compute.Inference;

namespace DePin.Sdk.Compute.Models.Adapters;

/// <summary>Collects the halves of an adapter's pairs and fits them to a model.</summary>
/// <param name="model">The model.</param>
/// <param name="rotatesHalves">Whether the adapter has the rows of queries and keys in the order for rotating halves.</param>
internal sealed class AdapterBuilder(ModelFile model, bool rotatesHalves)
{
    private readonly Dictionary<string, (AdapterMatrix? A, AdapterMatrix? B)> _pairs = new(StringComparer.Ordinal);

    /// <summary>Adds one half.</summary>
    /// <param name="target">The model's tensor that the pair adds to, by its GGUF name.</param>
    /// <param name="isA">Whether this is A, which is applied first.</param>
    /// <param name="matrix">The half.</param>
    public void Add(string target, bool isA, AdapterMatrix matrix)
    {
        var pair = _pairs.GetValueOrDefault(target);
        if ((isA ? pair.A : pair.B) is not null)
        {
            throw matrix.Error("The adapter has the matrix twice.");
        }

        _pairs[target] = isA ? (matrix, pair.B) : (pair.A, matrix);
    }

    /// <summary>Checks all pairs and multiplies the scale in.</summary>
    /// <param name="scaleOf">The scale for a pair of a target and a rank.</param>
    public LoraAdapter Build(Func<string, int, double> scaleOf)
    {
        if (_pairs.Count == 0)
        {
            throw new ModelFormatException("The adapter has no matrices.");
        }

        var pairs = new Dictionary<string, LoraPair>(_pairs.Count, StringComparer.Ordinal);
        foreach (var (target, (a, b)) in _pairs)
        {
            if (a is null || b is null)
            {
                throw (a ?? b)!.Error("The other matrix of the pair is missing.");
            }

            pairs.Add(target, Fit(target, a, b, scaleOf(target, a.Rows)));
        }

        return new LoraAdapter(pairs);
    }

    private LoraPair Fit(string target, AdapterMatrix a, AdapterMatrix b, double scale)
    {
        if (target == "token_embd.weight")
        {
            throw a.Error("Adapters that change the embedding are not supported.");
        }

        if (!model.Tensors.TryGetValue(target, out var tensor) || tensor.Rows == 1)
        {
            throw a.Error($"The model has no matrix {target} for the adapter to add to; it was made for another model.");
        }

        if (a.Columns != tensor.Columns)
        {
            throw a.Error($"The matrix has {a.Columns} columns; {target} has {tensor.Columns}.");
        }

        if (b.Rows != tensor.Rows || b.Columns != a.Rows)
        {
            throw b.Error($"The matrix has the shape {b.Columns} x {b.Rows}; {a.Rows} x {tensor.Rows} is wanted.");
        }

        float[] up = b.Read();
        foreach (ref float value in up.AsSpan())
        {
            value = (float)(value * scale);
        }

        return new LoraPair(a.Rows, a.Columns, b.Rows, a.Read(), Reorder(target, up, b.Columns));
    }

    // Llama's queries and keys have their rows in another order in GGUF than anywhere else, and so have the rows of what adds to them.
    private float[] Reorder(string target, float[] up, int rank)
    {
        var config = model.Config;
        if (config.Rope.RotatesHalves == rotatesHalves
            || !(target.EndsWith(".attn_q.weight", StringComparison.Ordinal) || target.EndsWith(".attn_k.weight", StringComparison.Ordinal)))
        {
            return up;
        }

        int length = config.HeadLength;
        int half = length / 2;
        float[] reordered = new float[up.Length];
        for (int row = 0; row < up.Length / rank; row++)
        {
            int within = row % length;
            int moved = rotatesHalves ? (within % half * 2) + (within / half) : (within % 2 * half) + (within / 2);
            up.AsSpan(row * rank, rank).CopyTo(reordered.AsSpan((row - within + moved) * rank));
        }

        return reordered;
    }
}
