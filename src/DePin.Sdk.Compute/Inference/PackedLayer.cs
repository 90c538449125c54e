using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.Inference;

/// <summary>The weights of one layer, laid out for the processor.</summary>
internal sealed class PackedLayer : IDisposable
{
    public PackedLayer(LayerTensors tensors)
    {
        Tensors = tensors;
        try
        {
            Attention = new Projection(tensors.Query, tensors.Key, tensors.Value);
            Output = new Projection(tensors.Output);
            FeedForward = new Projection(tensors.Gate, tensors.Up);
            Down = new Projection(tensors.Down);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The vectors of the layer.</summary>
    public LayerTensors Tensors { get; }

    /// <summary>To queries, keys and values.</summary>
    public Projection Attention { get; } = null!;

    /// <summary>From the heads back to the residual.</summary>
    public Projection Output { get; } = null!;

    /// <summary>To the gate and the up projection.</summary>
    public Projection FeedForward { get; } = null!;

    /// <summary>From the feed-forward layer back to the residual.</summary>
    public Projection Down { get; } = null!;

    /// <summary>Names of the tensors behind the projections.</summary>
    public IEnumerable<string> MatrixNames =>
        ((Projection[])[Attention, Output, FeedForward, Down]).SelectMany(static p => p.Sources).Select(static s => s.Tensor.Name);

    /// <summary>What an adapter adds to each projection, in the order of <see cref="AdapterSlot"/>.</summary>
    public LoraPair?[][] Find(LoraAdapter adapter) => [Attention.Find(adapter), Output.Find(adapter), FeedForward.Find(adapter), Down.Find(adapter)];

    public void Dispose()
    {
        Attention?.Dispose();
        Output?.Dispose();
        FeedForward?.Dispose();
        Down?.Dispose();
    }
}
