using DePin.Sdk.Compute.Models;
using DePin.Sdk.Compute.Gguf;
using DePin.Sdk.Compute.Inference;

namespace DePin.Sdk.Compute.Tests.Inference;

/// <summary>A plain transformer in double precision, written from the definition, without caches, batches or vectors.</summary>
internal sealed class ReferenceTransformer(GgufFile file)
{
    private readonly ModelConfig _c = GgufConfigReader.Read(file);

    public double[] Logits(int[] tokens)
    {
        var x = Array.ConvertAll(tokens, t => Row("token_embd.weight", t));
        for (int layer = 0; layer < _c.BlockCount; layer++)
        {
            string b = $"blk.{layer}.";
            var normed = Array.ConvertAll(x, v => Norm(v, b + "attn_norm.weight"));
            var queries = Project(normed, b + "attn_q", rotate: true);
            var keys = Project(normed, b + "attn_k", rotate: true);
            var values = Project(normed, b + "attn_v", rotate: false);
            for (int t = 0; t < x.Length; t++)
            {
                Add(x[t], Multiply(b + "attn_output.weight", Attend(queries[t], keys, values, t)));
                double[] n = Norm(x[t], b + "ffn_norm.weight");
                double[] gate = Multiply(b + "ffn_gate.weight", n);
                double[] up = Multiply(b + "ffn_up.weight", n);
                Add(x[t], Multiply(b + "ffn_down.weight", [.. gate.Zip(up, (g, u) => g / (1 + Math.Exp(-g)) * u)]));
            }
        }

        double[] last = Norm(x[^1], "output_norm.weight");
        return Multiply(file.Tensors.ContainsKey("output.weight") ? "output.weight" : "token_embd.weight", last);
    }

    private double[][] Project(double[][] inputs, string name, bool rotate)
    {
        var outputs = Array.ConvertAll(inputs, v => Multiply(name + ".weight", v));
        for (int t = 0; t < outputs.Length; t++)
        {
            if (file.Tensors.ContainsKey(name + ".bias"))
            {
                Add(outputs[t], Row(name + ".bias", 0));
            }

            for (int head = 0; rotate && head < outputs[t].Length; head += _c.HeadLength)
            {
                Rotate(outputs[t].AsSpan(head, _c.HeadLength), t);
            }
        }

        return outputs;
    }

    private double[] Attend(double[] query, double[][] keys, double[][] values, int t)
    {
        int size = _c.HeadLength;
        double[] output = new double[query.Length];
        for (int h = 0; h < _c.HeadCount; h++)
        {
            int shared = h / (_c.HeadCount / _c.KeyValueHeadCount) * size;
            double[] weights = new double[t + 1];
            for (int p = 0; p <= t; p++)
            {
                weights[p] = Math.Exp(Enumerable.Range(0, size).Sum(i => query[(h * size) + i] * keys[p][shared + i]) / Math.Sqrt(size));
            }

            for (int i = 0; i < size; i++)
            {
                output[(h * size) + i] = Enumerable.Range(0, t + 1).Sum(p => weights[p] * values[p][shared + i]) / weights.Sum();
            }
        }

        return output;
    }

    private void Rotate(Span<double> head, int position)
    {
        int half = _c.Rope.Length / 2;
        for (int i = 0; i < half; i++)
        {
            double factor = file.Tensors.ContainsKey("rope_freqs.weight") ? Row("rope_freqs.weight", 0)[i] : 1;
            double angle = position / Number("rope.scaling.factor", 1) * Math.Pow(Number("rope.freq_base", 10000), -2.0 * i / _c.Rope.Length) / factor;
            var (a, b) = _c.Architecture == "qwen2" ? (i, i + half) : (2 * i, (2 * i) + 1);
            (head[a], head[b]) = ((head[a] * Math.Cos(angle)) - (head[b] * Math.Sin(angle)), (head[a] * Math.Sin(angle)) + (head[b] * Math.Cos(angle)));
        }
    }

    private double Number(string key, double absent) =>
        file.Metadata.TryGetNumber($"{_c.Architecture}.{key}", out double value) ? value : absent;

    private double[] Norm(double[] v, string weight)
    {
        double scale = 1 / Math.Sqrt(v.Average(e => e * e) + _c.NormEpsilon);
        return [.. v.Zip(Row(weight, 0), (e, w) => e * scale * w)];
    }

    private double[] Multiply(string name, double[] v) =>
        [.. Enumerable.Range(0, (int)file.Tensors[name].Rows).Select(r => Row(name, r).Zip(v, (a, b) => a * b).Sum())];

    private double[] Row(string name, int row)
    {
        var tensor = file.Tensors[name];
        float[] values = new float[tensor.Columns];
        file.ReadRows(tensor, row, values);
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
