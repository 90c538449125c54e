using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.Inference;

/// <summary>The weights of one transformer layer.</summary>
internal sealed class LayerWeights
{
    public LayerWeights(WeightBinder binder, ModelConfig config, int layer)
    {
        string Name(string part) => $"blk.{layer}.{part}";
        int width = config.EmbeddingLength;
        int query = config.HeadCount * config.HeadLength;
        int keyValue = config.KeyValueHeadCount * config.HeadLength;
        AttentionNorm = binder.Vector(Name("attn_norm.weight"), width);
        Query = binder.Matrix(Name("attn_q.weight"), query, width);
        Key = binder.Matrix(Name("attn_k.weight"), keyValue, width);
        Value = binder.Matrix(Name("attn_v.weight"), keyValue, width);
        QueryBias = binder.OptionalVector(Name("attn_q.bias"), query);
        KeyBias = binder.OptionalVector(Name("attn_k.bias"), keyValue);
        ValueBias = binder.OptionalVector(Name("attn_v.bias"), keyValue);
        Output = binder.Matrix(Name("attn_output.weight"), width, query);
        FeedForwardNorm = binder.Vector(Name("ffn_norm.weight"), width);
        Gate = binder.Matrix(Name("ffn_gate.weight"), config.FeedForwardLength, width);
        Up = binder.Matrix(Name("ffn_up.weight"), config.FeedForwardLength, width);
        Down = binder.Matrix(Name("ffn_down.weight"), width, config.FeedForwardLength);
    }

    public float[] AttentionNorm { get; }

    public WeightMatrix Query { get; }

    public WeightMatrix Key { get; }

    public WeightMatrix Value { get; }

    public float[]? QueryBias { get; }

    public float[]? KeyBias { get; }

    public float[]? ValueBias { get; }

    public WeightMatrix Output { get; }

    public float[] FeedForwardNorm { get; }

    public WeightMatrix Gate { get; }

    public WeightMatrix Up { get; }

    public WeightMatrix Down { get; }
}
