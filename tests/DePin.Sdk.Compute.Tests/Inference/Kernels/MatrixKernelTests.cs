using DePin.Sdk.Compute.Gguf;
using DePin.Sdk.Compute.Inference.Kernels;
using DePin.Sdk.Compute.Tests.Gguf;

namespace DePin.Sdk.Compute.Tests.Inference.Kernels;

/// <summary>Every width and format against sums in double precision.</summary>
public sealed unsafe class MatrixKernelTests
{
    public static TheoryData<GgufTensorType, int, int> Cases
    {
        get
        {
            var data = new TheoryData<GgufTensorType, int, int>();
            foreach (var type in (GgufTensorType[])[GgufTensorType.F32, GgufTensorType.F16, GgufTensorType.BF16, GgufTensorType.Q8_0, GgufTensorType.Q4_0])
            {
                foreach (int width in (int[])[0, 1, 2, 3])
                {
                    data.Add(type, width, 64);
                    data.Add(type, width, 96);
                    if (type is GgufTensorType.F32 or GgufTensorType.F16 or GgufTensorType.BF16)
                    {
                        data.Add(type, width, 1);
                        data.Add(type, width, 31);
                        data.Add(type, width, 172);
                    }
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Multiply_AnyTokensAndRows_MatchesDoublePrecision(GgufTensorType type, int width, int columns)
    {
        const int Rows = 11;
        const int Tokens = 9;
        byte[] weights = WeightEncoder.Encode(Random(Rows * columns, 1), type);
        double[] exact = WeightEncoder.Decode(weights, type);
        float[] x = Random(Tokens * columns, 2);
        float[] whole = Multiply(type, width, weights, columns, 0, Rows, x, Tokens);
        for (int t = 0; t < Tokens; t++)
        {
            for (int r = 0; r < Rows; r++)
            {
                double expected = Enumerable.Range(0, columns).Sum(c => exact[(r * columns) + c] * x[(t * columns) + c]);
                Assert.InRange(whole[(t * Rows) + r], expected - 1e-4, expected + 1e-4);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Multiply_CutIntoRowsAndTokens_IsTheSameBitForBit(GgufTensorType type, int width, int columns)
    {
        const int Rows = 11;
        const int Tokens = 9;
        byte[] weights = WeightEncoder.Encode(Random(Rows * columns, 3), type);
        float[] x = Random(Tokens * columns, 4);
        float[] whole = Multiply(type, width, weights, columns, 0, Rows, x, Tokens);
        for (int t = 0; t < Tokens; t++)
        {
            for (int r = 0; r < Rows; r++)
            {
                float[] single = Multiply(type, width, weights, columns, r, r + 1, x[(t * columns)..((t + 1) * columns)], 1);
                Assert.Equal(whole[(t * Rows) + r], single[r]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ReadRow_AnyWidth_MatchesTheStoredNumbers(GgufTensorType type, int width, int columns)
    {
        byte[] weights = WeightEncoder.Encode(Random(columns, 5), type);
        float[] row = new float[columns];
        fixed (byte* source = weights)
        fixed (float* target = row)
        {
            MatrixKernel.For(type, (VectorWidth)width).ReadRow(source, columns, target);
        }

        Assert.Equal(WeightEncoder.Decode(weights, type).Select(d => (float)d), row);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Multiply_WeightsAtTheEndOfTheMapping_ReadsNothingBeyond(GgufTensorType type, int width, int columns)
    {
        if (!GuardedMemory.IsSupported)
        {
            return;
        }

        const int Rows = 7;
        const int Tokens = 5;
        byte[] weights = WeightEncoder.Encode(Random(Rows * columns, 9), type);
        float[] x = Random(Tokens * columns, 10);
        using var guardedWeights = new GuardedMemory(weights);
        using var guardedX = new GuardedMemory(System.Runtime.InteropServices.MemoryMarshal.AsBytes(x.AsSpan()));
        using var guardedY = new GuardedMemory(new byte[Rows * Tokens * sizeof(float)]);
        using var guardedRow = new GuardedMemory(new byte[columns * sizeof(float)]);
        var kernel = MatrixKernel.For(type, (VectorWidth)width);
        int rowBytes = weights.Length / Rows;
        kernel.Multiply(guardedWeights.Pointer, rowBytes, columns, 0, Rows, (float*)guardedX.Pointer, columns, Tokens, (float*)guardedY.Pointer, Rows);
        kernel.ReadRow(guardedWeights.Pointer + ((Rows - 1) * rowBytes), columns, (float*)guardedRow.Pointer);
        double[] exact = WeightEncoder.Decode(weights, type);
        double last = Enumerable.Range(0, columns).Sum(c => exact[((Rows - 1) * columns) + c] * x[((Tokens - 1) * columns) + c]);
        Assert.InRange(((float*)guardedY.Pointer)[(Rows * Tokens) - 1], last - 1e-4, last + 1e-4);
    }

    [Fact]
    public void ReadRow_EveryFiniteHalf_IsExactAtEveryWidth()
    {
        ushort[] halves = [.. Enumerable.Range(0, 65536).Select(i => (ushort)i).Where(h => (h & 0x7C00) != 0x7C00)];
        byte[] bytes = [.. halves.SelectMany(BitConverter.GetBytes)];
        float[] row = new float[halves.Length];
        foreach (var width in Enum.GetValues<VectorWidth>())
        {
            fixed (byte* source = bytes)
            fixed (float* target = row)
            {
                MatrixKernel.For(GgufTensorType.F16, width).ReadRow(source, row.Length, target);
            }

            for (int i = 0; i < row.Length; i++)
            {
                Assert.Equal((float)BitConverter.UInt16BitsToHalf(halves[i]), row[i]);
            }
        }
    }

    private static float[] Multiply(GgufTensorType type, int width, byte[] weights, int columns, int first, int end, float[] x, int tokens)
    {
        const int Rows = 11;
        float[] y = new float[tokens * Rows];
        fixed (byte* w = weights)
        fixed (float* px = x, py = y)
        {
            MatrixKernel.For(type, (VectorWidth)width).Multiply(w, weights.Length / Rows, columns, first, end, px, columns, tokens, py, Rows);
        }

        return y;
    }

    private static float[] Random(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
    }
}
