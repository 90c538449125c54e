using DePin.Sdk.Compute.Models;
using TorchSharp;

namespace DePin.Sdk.Compute.TorchSharp.Internal;

/// <summary>The weights of one layer on the device; matrices of the same input lie in one.</summary>
internal sealed class TorchLayer : IDisposable
{
    public TorchLayer(LayerTensors tensors, ModelConfig config, RopeTable rope, WeightLoader loader)
    {
        Rope = rope;

        // The library divides scores by the root of the head's length; what the model wants besides goes into the queries' weights.
        float scale = (float)(config.AttentionScale * Math.Sqrt(config.HeadLength));
        scale = Math.Abs(scale - 1) < 1e-6f ? 1 : scale;
        float queryScale = config.HasQueryKeyNorm ? 1 : scale;
        var layout = rope.Layout;
        AttentionNorm = loader.Vector(tensors.AttentionNorm)!;
        var (query, key, value) = (new WeightPart(tensors.Query, layout, queryScale), new WeightPart(tensors.Key, layout), new WeightPart(tensors.Value));
        var (output, gate, up, down) = (new WeightPart(tensors.Output), new WeightPart(tensors.Gate), new WeightPart(tensors.Up), new WeightPart(tensors.Down));
        Parts =
        [
            (AdapterPlace.Attention, query, 0),
            (AdapterPlace.Attention, key, query.Source.Rows),
            (AdapterPlace.Attention, value, query.Source.Rows + key.Source.Rows),
            (AdapterPlace.Output, output, 0),
            (AdapterPlace.FeedForward, gate, 0),
            (AdapterPlace.FeedForward, up, gate.Source.Rows),
            (AdapterPlace.Down, down, 0),
        ];
        Attention = loader.Matrix(query, key, value);
        if (tensors.QueryBias is not null || tensors.KeyBias is not null || tensors.ValueBias is not null)
        {
            float[] queryBias = layout.Reorder(tensors.QueryBias ?? new float[tensors.Query.Rows]);
            float[] keyBias = layout.Reorder(tensors.KeyBias ?? new float[tensors.Key.Rows]);
            using var bias = loader.Vector([.. Scale(queryBias, queryScale), .. keyBias, .. tensors.ValueBias ?? new float[tensors.Value.Rows]])!;
            AttentionBias = bias.to(Attention.dtype, copy: true);
        }

        if (config.HasQueryKeyNorm)
        {
            float[] queryNorm = Scale(layout.Reorder(tensors.QueryNorm), scale);
            float[] keyNorm = layout.Reorder(tensors.KeyNorm);
            using var heads = loader.Vector(
                [.. Enumerable.Repeat(queryNorm, config.HeadCount).SelectMany(static v => v), .. Enumerable.Repeat(keyNorm, config.KeyValueHeadCount).SelectMany(static v => v)])!;
            HeadNorm = heads.reshape(config.HeadCount + config.KeyValueHeadCount, config.HeadLength);
        }

        Output = loader.Matrix(output);
        AttentionPostNorm = loader.Vector(tensors.AttentionPostNorm);
        FeedForwardNorm = loader.Vector(tensors.FeedForwardNorm)!;
        FeedForward = loader.Matrix(gate, up);
        Down = loader.Matrix(down);
        FeedForwardPostNorm = loader.Vector(tensors.FeedForwardPostNorm);
    }

    public RopeTable Rope { get; }

    /// <summary>The matrices of the file with the product that each is a part of, and its first column there.</summary>
    public IReadOnlyList<(AdapterPlace Place, WeightPart Part, int Column)> Parts { get; }

    public torch.Tensor AttentionNorm { get; }

    /// <summary>To queries, keys and values.</summary>
    public torch.Tensor Attention { get; }

    public torch.Tensor? AttentionBias { get; }

    /// <summary>One row for each query head, then one for each key head.</summary>
    public torch.Tensor? HeadNorm { get; }

    public torch.Tensor Output { get; }

    public torch.Tensor? AttentionPostNorm { get; }

    public torch.Tensor FeedForwardNorm { get; }

    /// <summary>To the gate and the up projection.</summary>
    public torch.Tensor FeedForward { get; }

    public torch.Tensor Down { get; }

    public torch.Tensor? FeedForwardPostNorm { get; }

    public void Dispose()
    {
        foreach (var tensor in (torch.Tensor?[])[AttentionNorm, Attention, AttentionBias, HeadNorm, Output, AttentionPostNorm, FeedForwardNorm, FeedForward, Down, FeedForwardPostNorm])
        {
            tensor?.Dispose();
        }
    }

    private static float[] Scale(float[] values, float scale) => scale == 1 ? values : Array.ConvertAll(values, v => v * scale);
}
