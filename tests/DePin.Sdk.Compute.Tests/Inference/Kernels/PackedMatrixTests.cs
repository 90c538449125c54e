using System.Runtime.InteropServices;
using DePin.Sdk.Compute.Gguf;
using DePin.Sdk.Compute.Inference.Kernels;
using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.Tests.Inference.Kernels;

/// <summary>Every instruction set that this machine runs gives the bits that the plain formula gives.</summary>
public sealed unsafe class PackedMatrixTests
{
    private static readonly (int Rows, int Columns)[] BlockShapes = [(16, 32), (7, 96), (37, 64), (64, 256)];
    private static readonly (int Rows, int Columns)[] SuperblockShapes = [(16, 256), (7, 512), (37, 256)];
    private static readonly (int Rows, int Columns)[] FloatShapes = [(16, 32), (1, 1), (7, 31), (37, 172), (48, 5), (33, 400)];

    public static TheoryData<GgufTensorType, int, int> Cases
    {
        get
        {
            var data = new TheoryData<GgufTensorType, int, int>();
            foreach (var type in Enum.GetValues<GgufTensorType>())
            {
                foreach (var (rows, columns) in Shapes(type))
                {
                    data.Add(type, rows, columns);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Multiply_EveryPathAndTokenCount_HasTheBitsOfTheFormula(GgufTensorType type, int rows, int columns)
    {
        const int Tokens = 20;
        using var weights = new WeightSamples(type, rows, columns, 1);
        float[] x = WeightSamples.Activations(Tokens, columns, 2);
        float[] expected = Expected(weights, x, Tokens);
        foreach (var path in WeightSamples.Paths)
        {
            using var matrix = weights.Pack(path);
            for (int tokens = 1; tokens <= Tokens; tokens++)
            {
                float[] y = Multiply(matrix, x, 0, tokens, 0, matrix.Groups);
                AssertBits(expected.AsSpan(0, tokens * rows), y.AsSpan(0, tokens * rows), path, tokens);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Multiply_AnySplit_WritesItsPartAlone(GgufTensorType type, int rows, int columns)
    {
        const int Tokens = 9;
        using var weights = new WeightSamples(type, rows, columns, 3);
        float[] x = WeightSamples.Activations(Tokens, columns, 4);
        foreach (var path in WeightSamples.Paths)
        {
            using var matrix = weights.Pack(path);
            float[] whole = Multiply(matrix, x, 0, Tokens, 0, matrix.Groups);
            for (int token = 0; token <= Tokens; token++)
            {
                for (int group = 0; group <= matrix.Groups; group++)
                {
                    float[] y = Multiply(matrix, x, 0, token, 0, group);
                    Assert.All(Enumerable.Range(0, Tokens * rows), i =>
                    {
                        bool isPart = i / rows < token && i % rows < group * PackedMatrix.GroupRows;
                        Assert.Equal(isPart ? BitConverter.SingleToInt32Bits(whole[i]) : 0, BitConverter.SingleToInt32Bits(y[i]));
                    });
                }
            }
        }
    }

    [Theory]
    [InlineData(GgufTensorType.F32)]
    [InlineData(GgufTensorType.Q8_0)]
    [InlineData(GgufTensorType.Q5_0)]
    [InlineData(GgufTensorType.Q4_0)]
    [InlineData(GgufTensorType.Q4_K)]
    [InlineData(GgufTensorType.Q6_K)]
    public void Multiply_MoreWeightsThanStayInTheCache_IsTheSameAsTokenByToken(GgufTensorType type)
    {
        const int Rows = 300;
        const int Columns = 2560;
        const int Tokens = 101;
        using var weights = new WeightSamples(type, Rows, Columns, 11);
        float[] x = WeightSamples.Activations(Tokens, Columns, 12);
        foreach (var path in WeightSamples.Paths.Where(p => p >= KernelPath.Avx2))
        {
            using var matrix = weights.Pack(path);
            float[] whole = Multiply(matrix, x, 0, Tokens, 0, matrix.Groups);
            for (int t = 0; t < Tokens; t += 20)
            {
                float[] single = Multiply(matrix, x[(t * Columns)..((t + 1) * Columns)], 0, 1, 0, matrix.Groups);
                AssertBits(whole.AsSpan(t * Rows, Rows), single, path, 1);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Multiply_SomeRowsOfATensor_AreThoseRows(GgufTensorType type, int rows, int columns)
    {
        using var weights = new WeightSamples(type, rows, columns, 5);
        float[] x = WeightSamples.Activations(1, columns, 6);
        using var whole = weights.Pack(KernelPaths.Best);
        float[] expected = Multiply(whole, x, 0, 1, 0, whole.Groups);
        int first = rows / 3;
        using var part = weights.Pack(KernelPaths.Best, first, rows - first);
        AssertBits(expected.AsSpan(first), Multiply(part, x, 0, 1, 0, part.Groups).AsSpan(0, rows - first), KernelPaths.Best, 1);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ReadRow_PackedRow_HoldsTheStoredNumbers(GgufTensorType type, int rows, int columns)
    {
        using var weights = new WeightSamples(type, rows, columns, 7);
        using var matrix = weights.Pack(KernelPaths.Best);
        float[] exact = new float[rows * columns];
        Dequantizer.Read(type, weights.Bytes, exact);
        float[] row = new float[columns];
        for (int r = 0; r < rows; r++)
        {
            fixed (float* target = row)
            {
                matrix.ReadRow(r, target);
            }

            Assert.Equal(exact[(r * columns)..((r + 1) * columns)], row);
        }
    }

    [Fact]
    public void Multiply_EveryFiniteHalf_IsExactOnEveryPath()
    {
        ushort[] halves = [.. Enumerable.Range(0, 65536).Select(i => (ushort)i).Where(h => (h & 0x7C00) != 0x7C00)];
        byte[] bytes = [.. halves.SelectMany(BitConverter.GetBytes)];
        fixed (byte* data = bytes)
        {
            var tensor = new ModelTensor("test", GgufTensorType.F16, halves.Length, 1, "", 0) { Data = data };
            foreach (var path in WeightSamples.Paths)
            {
                using var matrix = PackedMatrix.Create(tensor, 0, halves.Length, path);
                matrix.Pack(0, matrix.Groups);
                float[] y = Multiply(matrix, [1], 0, 1, 0, matrix.Groups);
                Assert.Equal(halves.Select(h => (float)BitConverter.UInt16BitsToHalf(h)), y);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Multiply_OutputAtTheEndOfItsMemory_WritesNothingBeyond(GgufTensorType type, int rows, int columns)
    {
        if (!GuardedMemory.IsSupported)
        {
            return;
        }

        const int Tokens = 7;
        using var weights = new WeightSamples(type, rows, columns, 8);
        float[] x = WeightSamples.Activations(Tokens, columns, 9);
        using var q = Quantize(x, Tokens, columns);
        using var guardedX = new GuardedMemory(MemoryMarshal.AsBytes(x.AsSpan()));
        float[] expected = Expected(weights, x, Tokens);
        foreach (var path in WeightSamples.Paths)
        {
            using var matrix = weights.Pack(path);
            using var y = new GuardedMemory(new byte[Tokens * rows * sizeof(float)]);
            matrix.Multiply(q, (float*)guardedX.Pointer, columns, 0, Tokens, 0, matrix.Groups, (float*)y.Pointer, rows);
            AssertBits(expected, new ReadOnlySpan<float>(y.Pointer, expected.Length), path, Tokens);
        }
    }

    [Theory]
    [InlineData(GgufTensorType.Q8_0)]
    [InlineData(GgufTensorType.Q4_0)]
    [InlineData(GgufTensorType.Q4_K)]
    [InlineData(GgufTensorType.Q5_K)]
    [InlineData(GgufTensorType.Q6_K)]
    public void Bytes_QuantizedMatrix_IsAboutTheBytesOfTheFile(GgufTensorType type)
    {
        using var weights = new WeightSamples(type, 64, 512, 10);
        using var matrix = weights.Pack(KernelPaths.Best);
        Assert.InRange(matrix.Bytes, weights.Bytes.Length, weights.Bytes.Length * 1.03);
    }

    private static (int Rows, int Columns)[] Shapes(GgufTensorType type)
    {
        GgufTensorTypeLayout.TryGetBlock(type, out int elements, out _);
        return elements == 1 ? FloatShapes : elements == 32 ? BlockShapes : SuperblockShapes;
    }

    private static float[] Expected(WeightSamples weights, float[] x, int tokens) => WeightReference.Multiply(
        weights.Bytes, weights.Tensor.Type, weights.Tensor.Rows, weights.Tensor.Columns, x, tokens);

    private static QuantizedActivations Quantize(float[] x, int tokens, int columns)
    {
        var q = new QuantizedActivations(tokens, columns);
        fixed (float* px = x)
        {
            for (int t = 0; t < tokens; t++)
            {
                q.Quantize(t, px + (t * columns), columns);
            }
        }

        return q;
    }

    private static float[] Multiply(PackedMatrix matrix, float[] x, int firstToken, int endToken, int firstGroup, int endGroup)
    {
        int tokens = x.Length / matrix.Columns;
        float[] y = new float[tokens * matrix.Rows];
        using var q = Quantize(x, tokens, matrix.Columns);
        fixed (float* px = x, py = y)
        {
            matrix.Multiply(q, px, matrix.Columns, firstToken, endToken, firstGroup, endGroup, py, matrix.Rows);
        }

        return y;
    }

    private static void AssertBits(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, KernelPath path, int tokens)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            bool isSame = BitConverter.SingleToInt32Bits(expected[i]) == BitConverter.SingleToInt32Bits(actual[i]);
            Assert.True(isSame, $"{path}, {tokens} tokens, index {i}: expected {expected[i]:R}, not {actual[i]:R}");
        }
    }
}
