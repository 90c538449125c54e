using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>
/// The kernel of AVX-512 for Q4_0: a block of 16 rows lies in eight
/// registers while the tokens pass.
/// </summary>
/// <remarks>
/// There is no 512-bit dot product instruction to be had, but 16 products of four bits less 8 by eight bits fit 16 bits (not always on the
/// way there: the additions wrap around), so that the sums are widened once a block. The formula is that of <see cref="BlockKernel{TFormat, TOps, TV}"/>.
/// </remarks>
internal sealed unsafe class WideBlockKernel : PanelKernel
{
    // How far ahead of the arithmetic the weights are asked for.
    private const int PrefetchBytes = 8192;

    protected override int MaximumTile => 16;

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void MultiplyTile(byte* panel, int blocks, QuantizedActivations q, int token, int tokens, float* y, long yStride, int rows)
    {
        nint stride = (nint)blocks * QuantizedActivations.BlockColumns;
        sbyte* x = q.Values + (token * stride);
        float* scales = q.Scales + ((nint)token * blocks);
        int* offsets = q.Offsets + ((nint)token * blocks);

        // A constant would be read from memory each time; that its upper bits are zero is for the compiler to find out.
        var ones = Vector512.Create((short)(1 + (blocks >> 31)));
        float* results = stackalloc float[16 * Rows];
        for (int t = 0; t < tokens; t++)
        {
            Vector512<float>.Zero.Store(results + (t * Rows));
        }

        // A single token's result stays in a register: through memory each block would wait for the one before.
        var single = Vector512<float>.Zero;
        for (nint b = 0; b < blocks; b++)
        {
            for (int i = 0; i < Q4Panel.PackedBytes; i += 64)
            {
                Sse.Prefetch0(panel + PrefetchBytes + i);
            }

            Q4Panel.Load<Avx512Ops, Vector512<int>>(panel, 0, out var w0, out var w4);
            Q4Panel.Load<Avx512Ops, Vector512<int>>(panel, 1, out var w1, out var w5);
            Q4Panel.Load<Avx512Ops, Vector512<int>>(panel, 2, out var w2, out var w6);
            Q4Panel.Load<Avx512Ops, Vector512<int>>(panel, 3, out var w3, out var w7);
            var d = Avx512Ops.WidenHalf((ushort*)(panel + Q4Panel.ScalesAt)).AsSingle();
            if (tokens == 1)
            {
                var sum = Sum(w0, w1, w2, w3, w4, w5, w6, w7, x, offsets + b, ones);
                single = Vector512.FusedMultiplyAdd(sum, d * Vector512.Create(scales[b]), single);
            }
            else
            {
                nint of = b;
                sbyte* v = x;
                float* r = results;
                for (int t = tokens; t > 0; t--)
                {
                    var sum = Sum(w0, w1, w2, w3, w4, w5, w6, w7, v, offsets + of, ones);
                    Vector512.FusedMultiplyAdd(sum, d * Vector512.Create(scales[of]), Vector512.Load(r)).Store(r);
                    v += stride;
                    of += blocks;
                    r += Rows;
                }
            }

            x += QuantizedActivations.BlockColumns;
            panel += Q4Panel.PackedBytes;
        }

        if (tokens == 1)
        {
            single.Store(results);
        }

        Store(results, Rows, tokens, y, yStride, rows);
    }

    /// <summary>The products of a block with one token's 32 columns, summed up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Sum(
        Vector512<int> w0, Vector512<int> w1, Vector512<int> w2, Vector512<int> w3, Vector512<int> w4, Vector512<int> w5, Vector512<int> w6, Vector512<int> w7, sbyte* x, int* offset, Vector512<short> ones)
    {
        // Summed up as a tree: the processor works on several tokens at a time, on more of them the sooner each is done.
        var pairs = Products(w0, x) + Vector512.Create(*offset).AsInt16() + Products(w1, x + 4);
        pairs += Products(w2, x + 8) + Products(w3, x + 12);
        var more = Products(w4, x + 16) + Products(w5, x + 20);
        more += Products(w6, x + 24) + Products(w7, x + 28);
        pairs += more;
        return Vector512.ConvertToSingle(Avx512BW.MultiplyAddAdjacent(pairs, ones));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Products(Vector512<int> weights, sbyte* x) =>
        Avx512BW.MultiplyAddAdjacent(weights.AsByte(), Vector512.Create(*(int*)x).AsSByte());
}
