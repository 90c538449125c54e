using System.Runtime.InteropServices;
using DePin.Sdk.Compute.Inference.Kernels;

namespace DePin.Sdk.Compute.Tests.Inference.Kernels;

/// <summary>Activations as bytes: the plain formula's numbers, and the sums that belong to them.</summary>
public sealed unsafe class QuantizedActivationsTests
{
    [Theory]
    [InlineData(32)]
    [InlineData(352)]
    [InlineData(896)]
    public void Quantize_RandomNumbers_HasTheBitsOfTheFormula(int columns)
    {
        const int Tokens = 3;
        float[] x = WeightSamples.Activations(Tokens, columns, 1);
        using var q = new QuantizedActivations(Tokens, columns);
        fixed (float* px = x)
        {
            for (int t = 0; t < Tokens; t++)
            {
                q.Quantize(t, px + (t * columns), columns);
            }
        }

        foreach (var (block, i) in x.Chunk(32).Select((b, i) => (b, i)))
        {
            var (scale, values) = WeightReference.Quantize(block);
            AssertBlock(q, i, scale, values);
        }
    }

    [Fact]
    public void Quantize_TiesAndExtremes_RoundToEvenWithin127()
    {
        float[] x = new float[32];
        x[0] = -127;
        x[1] = 127;
        x[2] = 0.5f;
        x[3] = 1.5f;
        x[4] = -2.5f;
        x[5] = 126.5f;
        int[] expected = new int[32];
        new[] { -127, 127, 0, 2, -2, 126 }.CopyTo(expected, 0);
        using var q = Quantize(x);
        AssertBlock(q, 0, 1, expected);
    }

    [Fact]
    public void Quantize_ColumnsThatAreNotWholeBlocks_PadsWithZeros()
    {
        float[] x = [.. Enumerable.Range(1, 40).Select(i => (float)i)];
        using var memory = new GuardedMemory(MemoryMarshal.AsBytes(x.AsSpan()));
        using var q = new QuantizedActivations(2, 40);
        q.Quantize(1, (float*)memory.Pointer, 40);
        var (scale, values) = WeightReference.Quantize([.. x[32..], .. new float[24]]);
        AssertBlock(q, 3, scale, values);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Quantize_NotFinite_MakesTheBlockZeroAndItsScaleNaN(float value)
    {
        float[] x = new float[64];
        x.AsSpan().Fill(1);
        x[7] = value;
        using var q = Quantize(x);
        Assert.Equal(float.NaN, q.Scales[0]);
        Assert.All(Enumerable.Range(0, 32), i => Assert.Equal(0, q.Values[i]));
        Assert.Equal(1f / 127, q.Scales[1]);
        Assert.Equal(127, q.Values[32]);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(float.Epsilon)]
    [InlineData(1e-38f)]
    public void Quantize_ZeroOrNextToIt_IsZero(float value)
    {
        float[] x = new float[32];
        x.AsSpan().Fill(value);
        using var q = Quantize(x);
        AssertBlock(q, 0, 0, new int[32]);
    }

    [Fact]
    public void Quantize_OutOfRange_Throws()
    {
        using var q = new QuantizedActivations(2, 64);
        float[] x = new float[128];
        fixed (float* px = x)
        {
            float* source = px;
            Assert.Throws<ArgumentOutOfRangeException>(() => q.Quantize(2, source, 64));
            Assert.Throws<ArgumentOutOfRangeException>(() => q.Quantize(0, source, 65));
        }
    }

    private static QuantizedActivations Quantize(float[] x)
    {
        var q = new QuantizedActivations(1, x.Length);
        fixed (float* px = x)
        {
            q.Quantize(0, px, x.Length);
        }

        return q;
    }

    private static void AssertBlock(QuantizedActivations q, int block, float scale, int[] values)
    {
        Assert.Equal(values, Enumerable.Range(0, 32).Select(i => (int)q.Values[(block * 32) + i]));
        Assert.Equal(scale, q.Scales[block]);
        Assert.Equal(-values.Sum(), q.NegatedSums[block]);
        Assert.Equal(scale * values.Sum(), q.ScaledSums[block]);
        int[] halfSums = [PairSum(values[..16], 0), PairSum(values[..16], 2), PairSum(values[16..], 0), PairSum(values[16..], 2)];
        Assert.Equal(halfSums.Select(s => (short)(-32 * s)), new Span<short>(q.HalfOffsets + block, 4).ToArray());
        short[] offsets = [(short)(-8 * (halfSums[0] + halfSums[2])), (short)(-8 * (halfSums[1] + halfSums[3]))];
        Assert.Equal(offsets, new Span<short>(q.Offsets + block, 2).ToArray());
    }

    private static int PairSum(int[] half, int first) => half.Where((_, i) => i % 4 == first || i % 4 == first + 1).Sum();
}
