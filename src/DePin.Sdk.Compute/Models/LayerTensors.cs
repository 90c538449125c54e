using System.Globalization;

namespace DePin.Sdk.Compute.Models;

/// <summary>The weights of one transformer layer by their part in it, with shapes that fit the description of the model.</summary>
public sealed class LayerTensors
{
    internal LayerTensors(TensorBinder binder, ModelConfig config, int layer)
    {
        string Name(string part) => string.Create(CultureInfo.InvariantCulture, $"blk.{layer}.{part}");
        int width = config.EmbeddingLength;
        int query = config.HeadCount * config.HeadLength;
        int keyValue = config.KeyValueHeadCount * config.HeadLength;
        AttentionNorm = binder.Vector(Name("attn_norm.weight"), width);
        if (binder.Has(Name("attn_qkv.weight")))
        {
            (Query, Key, Value) = binder.Matrices(Name("attn_qkv.weight"), query, keyValue, keyValue, width);
            (QueryBias, KeyBias, ValueBias) = Split(binder.OptionalVector(Name("attn_qkv.bias"), query + (2 * keyValue)), query, keyValue);
        }
        else
        {
            Query = binder.Matrix(Name("attn_q.weight"), query, width);
            Key = binder.Matrix(Name("attn_k.weight"), keyValue, width);
            Value = binder.Matrix(Name("attn_v.weight"), keyValue, width);
            QueryBias = binder.OptionalVector(Name("attn_q.bias"), query);
            KeyBias = binder.OptionalVector(Name("attn_k.bias"), keyValue);
            ValueBias = binder.OptionalVector(Name("attn_v.bias"), keyValue);
        }

        if (config.HasQueryKeyNorm)
        {
            QueryNorm = binder.Vector(Name("attn_q_norm.weight"), config.HeadLength);
            KeyNorm = binder.Vector(Name("attn_k_norm.weight"), config.HeadLength);
        }

        Output = binder.Matrix(Name("attn_output.weight"), width, query);
        FeedForwardNorm = binder.Vector(Name("ffn_norm.weight"), width);
        if (config.HasPostNorms)
        {
            AttentionPostNorm = binder.Vector(Name("post_attention_norm.weight"), width);
            FeedForwardPostNorm = binder.Vector(Name("post_ffw_norm.weight"), width);
        }

        // Phi-3 stores the gate in front of the up projection, under the latter's name.
        if (!binder.Has(Name("ffn_gate.weight")) && binder.RowsOf(Name("ffn_up.weight")) == 2L * config.FeedForwardLength)
        {
            (Gate, Up, _) = binder.Matrices(Name("ffn_up.weight"), config.FeedForwardLength, config.FeedForwardLength, 0, width);
        }
        else
        {
            Gate = binder.Matrix(Name("ffn_gate.weight"), config.FeedForwardLength, width);
            Up = binder.Matrix(Name("ffn_up.weight"), config.FeedForwardLength, width);
        }

        Down = binder.Matrix(Name("ffn_down.weight"), width, config.FeedForwardLength);
    }

    /// <summary>Weights of the norm in front of attention.</summary>
    public float[] AttentionNorm { get; }

    /// <summary>Projects to queries: heads x head length rows.</summary>
    public TensorRows Query { get; }

    /// <summary>Projects to keys.</summary>
    public TensorRows Key { get; }

    /// <summary>Projects to values.</summary>
    public TensorRows Value { get; }

    /// <summary>Added to the queries; null for none.</summary>
    public float[]? QueryBias { get; }

    /// <summary>Added to the keys; null for none.</summary>
    public float[]? KeyBias { get; }

    /// <summary>Added to the values; null for none.</summary>
    public float[]? ValueBias { get; }

    /// <summary>Weights of the norm of each query head; null unless <see cref="ModelConfig.HasQueryKeyNorm"/>.</summary>
    public float[]? QueryNorm { get; }

    /// <summary>Weights of the norm of each key head; null unless <see cref="ModelConfig.HasQueryKeyNorm"/>.</summary>
    public float[]? KeyNorm { get; }

    /// <summary>Projects the heads back to the width of the residual.</summary>
    public TensorRows Output { get; }

    /// <summary>Weights of the norm behind attention; null unless <see cref="ModelConfig.HasPostNorms"/>.</summary>
    public float[]? AttentionPostNorm { get; }

    /// <summary>Weights of the norm in front of the feed-forward part.</summary>
    public float[] FeedForwardNorm { get; }

    /// <summary>The projection that goes through the activation.</summary>
    public TensorRows Gate { get; }

    /// <summary>The projection that the activated gate multiplies.</summary>
    public TensorRows Up { get; }

    /// <summary>Projects back to the width of the residual.</summary>
    public TensorRows Down { get; }

    /// <summary>Weights of the norm behind the feed-forward part; null unless <see cref="ModelConfig.HasPostNorms"/>.</summary>
    public float[]? FeedForwardPostNorm { get; }

    private static (float[]? Query, float[]? Key, float[]? Value) Split(float[]? bias, int query, int keyValue) =>
        bias is null ? default : (bias[..query], bias[query..(query + keyValue)], bias[(query + keyValue)..]);
}
