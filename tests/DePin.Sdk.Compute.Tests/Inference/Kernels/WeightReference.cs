using DePin.Sdk.Compute.Gguf;

namespace DePin.Sdk.Compute.Tests.Inference.Kernels;

/// <summary>The definition of every product, one number at a time from the bytes of a file.</summary>
internal static class WeightReference
{
    /// <summary>The products of each row with each token, token after token.</summary>
    public static float[] Multiply(byte[] bytes, GgufTensorType type, int rows, int columns, float[] x, int tokens)
    {
        GgufTensorTypeLayout.TryGetBlock(type, out int elements, out int size);
        int perRow = columns / elements;
        byte[][] blocks = [.. bytes.Chunk(size)];
        float[] y = new float[tokens * rows];
        for (int t = 0; t < tokens; t++)
        {
            var activations = x.AsSpan(t * columns, columns).ToArray();
            var quantized = activations.Chunk(32).Select(Quantize).ToArray();
            for (int r = 0; r < rows; r++)
            {
                var row = blocks[(r * perRow)..((r + 1) * perRow)];
                y[(t * rows) + r] = elements switch
                {
                    1 => Chain(row, type, activations),
                    32 => Blocks(row, type, quantized),
                    _ => Superblocks(row, type, quantized),
                };
            }
        }

        return y;
    }

    public static (float Scale, int[] Values) Quantize(float[] block)
    {
        float largest = block.Max(MathF.Abs);
        float factor = 127f / largest;
        return float.IsFinite(factor)
            ? (largest / 127f, [.. block.Select(v => (int)MathF.Round(v * factor, MidpointRounding.ToEven))])
            : (0, new int[block.Length]);
    }

    private static float Chain(byte[][] row, GgufTensorType type, float[] x)
    {
        float sum = 0;
        float[] weight = new float[1];
        for (int i = 0; i < row.Length; i++)
        {
            Dequantizer.Read(type, row[i], weight);
            sum = MathF.FusedMultiplyAdd(weight[0], x[i], sum);
        }

        return sum;
    }

    private static float Blocks(byte[][] row, GgufTensorType type, (float Scale, int[] Values)[] x)
    {
        float sum = 0;
        for (int b = 0; b < row.Length; b++)
        {
            int[] weights = type switch
            {
                GgufTensorType.Q8_0 => [.. row[b].Skip(2).Select(w => (sbyte)w)],
                GgufTensorType.Q5_0 => FiveBits(row[b]),
                _ => [.. row[b].Skip(2).Select(w => (w & 15) - 8), .. row[b].Skip(2).Select(w => (w >> 4) - 8)],
            };
            sum = MathF.FusedMultiplyAdd(Product(weights, x[b].Values), (float)BitConverter.ToHalf(row[b]) * x[b].Scale, sum);
        }

        return sum;
    }

    private static int[] FiveBits(byte[] block)
    {
        var fifth = new System.Collections.BitArray(block[2..6]);
        int[] low = [.. block.Skip(6).Select(w => w & 15), .. block.Skip(6).Select(w => w >> 4)];
        return [.. low.Select((w, i) => w + (fifth[i] ? 16 : 0) - 16)];
    }

    private static float Superblocks(byte[][] row, GgufTensorType type, (float Scale, int[] Values)[] x)
    {
        float sum = 0;
        for (int i = 0; i < row.Length; i++)
        {
            float products = 0;
            float minimums = 0;
            for (int b = 0; b < 8; b++)
            {
                var (scale, values) = x[(i * 8) + b];
                int[] weights = Weights(row[i], type, b);
                if (type == GgufTensorType.Q6_K)
                {
                    int low = Product(weights[..16], values[..16]) * (sbyte)row[i][192 + (2 * b)];
                    int high = Product(weights[16..], values[16..]) * (sbyte)row[i][193 + (2 * b)];
                    products = MathF.FusedMultiplyAdd(low + high, scale, products);
                    continue;
                }

                var (s, m) = GroupScale(row[i], b);
                products = MathF.FusedMultiplyAdd(Product(weights, values) * s, scale, products);
                minimums = MathF.FusedMultiplyAdd(m, scale * values.Sum(), minimums);
            }

            sum = MathF.FusedMultiplyAdd(products, (float)BitConverter.ToHalf(row[i], type == GgufTensorType.Q6_K ? 208 : 0), sum);
            if (type != GgufTensorType.Q6_K)
            {
                sum = MathF.FusedMultiplyAdd(minimums, -(float)BitConverter.ToHalf(row[i], 2), sum);
            }
        }

        return sum;
    }

    /// <summary>The 32 integers of a block, which dequantizing gives where all factors are 1.</summary>
    private static int[] Weights(byte[] superblock, GgufTensorType type, int b)
    {
        byte[] plain = [.. superblock];
        float[] values = new float[256];
        if (type == GgufTensorType.Q6_K)
        {
            BitConverter.TryWriteBytes(plain.AsSpan(208), (Half)1);
            plain.AsSpan(192, 16).Fill(1);
        }
        else
        {
            BitConverter.TryWriteBytes(plain, (Half)1);
            BitConverter.TryWriteBytes(plain.AsSpan(2), (Half)0);
            byte[] ones = [1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1];
            ones.CopyTo(plain, 4);
        }

        Dequantizer.Read(type, plain, values);
        return [.. values.Skip(b * 32).Take(32).Select(v => (int)v)];
    }

    // The six-bit scales and minimums follow each other as bits: of the groups 0 to 3 in order, those of the others in two parts.
    private static (int Scale, int Minimum) GroupScale(byte[] superblock, int b)
    {
        byte[] s = superblock[4..16];
        return b < 4
            ? (s[b] % 64, s[b + 4] % 64)
            : ((s[b + 4] % 16) + (s[b - 4] / 64 * 16), (s[b + 4] / 16) + (s[b] / 64 * 16));
    }

    private static int Product(int[] weights, int[] values) => weights.Zip(values, (w, v) => w * v).Sum();
}
