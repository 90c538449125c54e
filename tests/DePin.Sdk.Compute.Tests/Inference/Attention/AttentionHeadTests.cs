using System.Runtime.InteropServices;
using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Inference.Attention;

namespace DePin.Sdk.Compute.Tests.Inference.Attention;

public sealed unsafe class AttentionHeadTests
{
    private const int Slots = KeyValuePool.PageTokens;

    [Theory]
    [InlineData(KeyValueType.F32, 8, 1e-6)]
    [InlineData(KeyValueType.F32, 20, 1e-6)]
    [InlineData(KeyValueType.F32, 64, 1e-6)]
    [InlineData(KeyValueType.F32, 80, 1e-6)]
    [InlineData(KeyValueType.F32, 128, 1e-6)]
    [InlineData(KeyValueType.Q8, 8, 2e-2)]
    [InlineData(KeyValueType.Q8, 20, 2e-2)]
    [InlineData(KeyValueType.Q8, 64, 2e-2)]
    [InlineData(KeyValueType.Q8, 128, 2e-2)]
    public void ScoreAndAccumulate_FilledPage_AreTheTwoProducts(KeyValueType type, int size, double tolerance)
    {
        var head = AttentionHead.Create(type, size);
        float[][] keys = Rows(Slots, size, 1);
        float[][] values = Rows(Slots, size, 2);
        float[][] queries = Rows(AttentionHead.Queries, size, 3);
        float[][] weights = Rows(AttentionHead.Queries, Slots, 4);
        using var page = new Page(head.PageBytes);
        for (int s = 0; s < Slots; s++)
        {
            fixed (float* key = keys[s], value = values[s])
            {
                head.Store(page.Pointer, s, key, value);
            }
        }

        float[] scores = new float[AttentionHead.Queries * 48];
        float[] outputs = new float[AttentionHead.Queries * head.PaddedLength];
        float[] flat = new float[AttentionHead.Queries * 48];
        for (int q = 0; q < AttentionHead.Queries; q++)
        {
            weights[q].CopyTo(flat, q * 48);
        }

        const int Used = 21;
        fixed (float* q0 = queries[0], q1 = queries[1], q2 = queries[2], q3 = queries[3], s = scores, w = flat, o = outputs)
        {
            float** pointers = stackalloc float*[] { q0, q1, q2, q3 };
            head.Score(page.Pointer, pointers, 0.5f, s, 48);
            head.Accumulate(page.Pointer, w, 48, Used, o);
        }

        for (int q = 0; q < AttentionHead.Queries; q++)
        {
            for (int s = 0; s < Slots; s++)
            {
                Assert.Equal(0.5 * Dot(queries[q], keys[s]), scores[(q * 48) + s], tolerance * size);
            }

            for (int i = 0; i < size; i++)
            {
                double expected = Enumerable.Range(0, Used).Sum(s => (double)weights[q][s] * values[s][i]);
                Assert.Equal(expected, outputs[(q * head.PaddedLength) + i], tolerance * Slots);
            }
        }
    }

    [Theory]
    [InlineData(KeyValueType.F32, 20)]
    [InlineData(KeyValueType.F32, 64)]
    [InlineData(KeyValueType.Q8, 20)]
    [InlineData(KeyValueType.Q8, 64)]
    public void Copy_PartOfPage_IsAPageThatNeverHeldTheRest(KeyValueType type, int size)
    {
        var head = AttentionHead.Create(type, size);
        float[][] rows = Rows(2 * Slots, size, 5);
        using var full = new Page(head.PageBytes);
        using var part = new Page(head.PageBytes);
        using var copy = new Page(head.PageBytes);
        new Span<byte>(copy.Pointer, head.PageBytes).Fill(0xA5);
        for (int s = 0; s < Slots; s++)
        {
            fixed (float* key = rows[s], value = rows[Slots + s])
            {
                head.Store(full.Pointer, s, key, value);
                if (s < 9)
                {
                    head.Store(part.Pointer, s, key, value);
                }
            }
        }

        head.Copy(full.Pointer, copy.Pointer, 9);
        Assert.True(new ReadOnlySpan<byte>(part.Pointer, head.PageBytes).SequenceEqual(new ReadOnlySpan<byte>(copy.Pointer, head.PageBytes)));
    }

    private static double Dot(float[] a, float[] b) => a.Zip(b, static (x, y) => (double)x * y).Sum();

    private static float[][] Rows(int count, int size, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, size).Select(_ => (random.NextSingle() * 2) - 1).ToArray())];
    }

    private sealed class Page : IDisposable
    {
        public Page(int bytes)
        {
            Pointer = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, 64);
            NativeMemory.Clear(Pointer, (nuint)bytes);
        }

        public byte* Pointer { get; }

        public void Dispose() => NativeMemory.AlignedFree(Pointer);
    }
}
