using DePin.Sdk.Compute.Gguf;

namespace DePin.Sdk.Compute.Tests.Inference.Kernels;

/// <summary>The definition of every format and of every product, one number at a time from the bytes of a file.</summary>
internal static class WeightReference
{
    /// <summary>The weights as real numbers; those of the formats are exact in double precision.</summary>
    public static double[] Decode(byte[] bytes, GgufTensorType type)
    {
        GgufTensorTypeLayout.TryGetBlock(type, out _, out int size);
        return [.. bytes.Chunk(size).SelectMany(block => type switch
        {
            GgufTensorType.F32 => [BitConverter.ToSingle(block)],
            GgufTensorType.F16 => [(double)BitConverter.ToHalf(block)],
            GgufTensorType.BF16 => [BitConverter.UInt32BitsToSingle((uint)BitConverter.ToUInt16(block) << 16)],
            GgufTensorType.Q8_0 or GgufTensorType.Q4_0 => Integers(block, type).Select(i => i * (double)BitConverter.ToHalf(block)),
            _ => throw new ArgumentOutOfRangeException(nameof(type)),
        })];
    }

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
                y[(t * rows) + r] = elements == 1 ? Chain(row, type, activations) : Blocks(row, type, quantized);
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
        for (int i = 0; i < row.Length; i++)
        {
            sum = MathF.FusedMultiplyAdd((float)Decode(row[i], type)[0], x[i], sum);
        }

        return sum;
    }

    private static float Blocks(byte[][] row, GgufTensorType type, (float Scale, int[] Values)[] x)
    {
        float sum = 0;
        for (int b = 0; b < row.Length; b++)
        {
            int product = Integers(row[b], type).Zip(x[b].Values, (w, v) => w * v).Sum();
            sum = MathF.FusedMultiplyAdd(product, (float)BitConverter.ToHalf(row[b]) * x[b].Scale, sum);
        }

        return sum;
    }

    private static IEnumerable<int> Integers(byte[] block, GgufTensorType type) => type == GgufTensorType.Q8_0
        ? block.Skip(2).Select(b => (int)(sbyte)b)
        : [.. block.Skip(2).Select(b => (b & 15) - 8), .. block.Skip(2).Select(b => (b >> 4) - 8)];
}
