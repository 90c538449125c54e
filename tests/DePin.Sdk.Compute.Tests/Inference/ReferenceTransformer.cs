using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.Tests.Inference;

/// <summary>
/// A plain transformer in double precision, written from the description of a model alone, without caches, batches or vectors:
/// what every runner must compute, for every architecture.
/// </summary>
internal sealed class ReferenceTransformer(ModelFile file)
{
    private readonly ModelConfig _c = file.Config;
    private readonly ModelTensors _tensors = new(file);

    /// <summary>The logits behind the last token.</summary>
    /// <param name="tokens">The sequence.</param>
    /// <param name="contextLength">The longest sequence that the runner is made for; it decides between two rotations in LongRoPE.</param>
    public double[] Logits(int[] tokens, int? contextLength = null)
    {
        var x = Array.ConvertAll(tokens, t => Array.ConvertAll(Row(_tensors.Embedding, t), v => v * _c.EmbeddingScale));
        for (int i = 0; i < _c.BlockCount; i++)
        {
            var layer = _tensors.Layers[i];
            var rope = _c.RopeOf(i, contextLength ?? _c.ContextLength);
            var normed = Array.ConvertAll(x, v => Norm(v, layer.AttentionNorm));
            var queries = Project(normed, layer.Query, layer.QueryBias, layer.QueryNorm, rope);
            var keys = Project(normed, layer.Key, layer.KeyBias, layer.KeyNorm, rope);
            var values = Project(normed, layer.Value, layer.ValueBias, null, null);
            for (int t = 0; t < x.Length; t++)
            {
                int first = _c.IsSliding(i) ? Math.Max(t + 1 - _c.SlidingWindow!.Value, 0) : 0;
                double[] attended = Multiply(layer.Output, Attend(queries[t], keys, values, first, t));
                Add(x[t], layer.AttentionPostNorm is { } norm ? Norm(attended, norm) : attended);
                double[] n = Norm(x[t], layer.FeedForwardNorm);
                double[] gated = [.. Multiply(layer.Gate, n).Zip(Multiply(layer.Up, n), (g, u) => Activate(g) * u)];
                double[] fed = Multiply(layer.Down, gated);
                Add(x[t], layer.FeedForwardPostNorm is { } postNorm ? Norm(fed, postNorm) : fed);
            }
        }

        double[] logits = Multiply(_tensors.Output, Norm(x[^1], _tensors.OutputNorm));
        return Array.ConvertAll(logits, v => Cap(v, _c.LogitSoftCap));
    }

    private double[][] Project(double[][] inputs, TensorRows matrix, float[]? bias, float[]? norm, RopeConfig? rope)
    {
        var outputs = Array.ConvertAll(inputs, v => Multiply(matrix, v));
        for (int t = 0; t < outputs.Length; t++)
        {
            if (bias is not null)
            {
                Add(outputs[t], Array.ConvertAll(bias, b => (double)b));
            }

            for (int at = 0; at < outputs[t].Length; at += _c.HeadLength)
            {
                var head = outputs[t].AsSpan(at, _c.HeadLength);
                if (norm is not null)
                {
                    Norm(head.ToArray(), norm).CopyTo(head);
                }

                if (rope is not null)
                {
                    Rotate(head, t, rope);
                }
            }
        }

        return outputs;
    }

    private double[] Attend(double[] query, double[][] keys, double[][] values, int first, int t)
    {
        int size = _c.HeadLength;
        double[] output = new double[query.Length];
        for (int h = 0; h < _c.HeadCount; h++)
        {
            int shared = h / (_c.HeadCount / _c.KeyValueHeadCount) * size;
            double[] weights = new double[t + 1];
            for (int p = first; p <= t; p++)
            {
                double score = Enumerable.Range(0, size).Sum(i => query[(h * size) + i] * keys[p][shared + i]) * _c.AttentionScale;
                weights[p] = Math.Exp(Cap(score, _c.AttentionSoftCap));
            }

            for (int i = 0; i < size; i++)
            {
                output[(h * size) + i] = Enumerable.Range(0, t + 1).Sum(p => weights[p] * values[p][shared + i]) / weights.Sum();
            }
        }

        return output;
    }

    private static void Rotate(Span<double> head, int position, RopeConfig rope)
    {
        int half = rope.Length / 2;
        for (int i = 0; i < half; i++)
        {
            double angle = position * rope.Frequencies[i];
            double cos = Math.Cos(angle) * rope.Magnitude;
            double sin = Math.Sin(angle) * rope.Magnitude;
            var (a, b) = rope.RotatesHalves ? (i, i + half) : (2 * i, (2 * i) + 1);
            (head[a], head[b]) = ((head[a] * cos) - (head[b] * sin), (head[a] * sin) + (head[b] * cos));
        }
    }

    private double Activate(double x) => _c.Activation == FeedForwardActivation.Silu
        ? x / (1 + Math.Exp(-x))
        : 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))));

    private static double Cap(double x, float? cap) => cap is { } limit ? limit * Math.Tanh(x / limit) : x;

    private double[] Norm(double[] v, float[] weights)
    {
        double scale = 1 / Math.Sqrt(v.Average(e => e * e) + _c.NormEpsilon);
        return [.. v.Zip(weights, (e, w) => e * scale * w)];
    }

    private static double[] Multiply(TensorRows matrix, double[] v) =>
        [.. Enumerable.Range(0, matrix.Rows).Select(r => Row(matrix, r).Zip(v, (a, b) => a * b).Sum())];

    private static double[] Row(TensorRows matrix, int row)
    {
        float[] values = new float[matrix.Columns];
        matrix.Tensor.ReadRow(matrix.FirstRow + row, values);
        return Array.ConvertAll(values, f => (double)f);
    }

    private static void Add(double[] target, double[] other)
    {
        for (int i = 0; i < target.Length; i++)
        {
            target[i] += other[i];
        }
    }
}
