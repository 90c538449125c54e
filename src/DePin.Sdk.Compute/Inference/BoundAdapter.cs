namespace DePin.Sdk.Compute.Inference;

/// <summary>An adapter, looked up once for all matrices of a model.</summary>
internal sealed class BoundAdapter
{
    private readonly LoraPair?[][][] _layers;

    /// <exception cref="ArgumentException">The adapter was made for another model.</exception>
    public BoundAdapter(LoraAdapter adapter, PackedModel model)
    {
        // Loading fits an adapter to one model; nothing keeps a caller from giving it to another, where it would reach beyond the matrices.
        _layers = [.. model.Layers.Select(l => l.Find(adapter))];
        if (adapter.Pairs.Keys.Except(model.Layers.SelectMany(static l => l.MatrixNames)).FirstOrDefault() is { } stranger)
        {
            throw new ArgumentException($"The adapter was made for another model: it changes {stranger}, which is none of the layers' matrices here.", nameof(adapter));
        }

        MaxRank = adapter.Pairs.Values.Select(static p => p.Rank).DefaultIfEmpty(1).Max();
    }

    public int MaxRank { get; }

    public LoraPair?[] this[int layer, AdapterSlot slot] => _layers[layer][(int)slot];
}
