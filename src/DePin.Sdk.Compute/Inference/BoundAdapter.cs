namespace DePin.Sdk.Compute.Inference;

/// <summary>An adapter, looked up once for all matrices of a model.</summary>
internal sealed class BoundAdapter
{
    private readonly LoraPair?[][][] _layers;

    public BoundAdapter(LoraAdapter adapter, PackedModel model)
    {
        _layers = [.. model.Layers.Select(l => l.Find(adapter))];
        MaxRank = adapter.Pairs.Values.Select(static p => p.Rank).DefaultIfEmpty(1).Max();
    }

    public int MaxRank { get; }

    public LoraPair?[] this[int layer, AdapterSlot slot] => _layers[layer][(int)slot];
}
