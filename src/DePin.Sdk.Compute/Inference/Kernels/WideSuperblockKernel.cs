using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>The kernel of AVX-512 for formats with superblocks: a block of 16 rows lies in eight registers while the tokens pass.</summary>
/// <remarks>
/// As in <see cref="WideBlockKernel"/> products are summed up in 16 bits as far as they fit; the widening multiplies them with the
/// block's scales. The formula is that of <see cref="SuperblockKernel{TFormat, TOps, TV}"/>.
/// </remarks>
internal sealed unsafe class WideSuperblockKernel<TFormat> : PanelKernel
    where TFormat : struct, ISuperblockFormat
{
    private const int Tile = 16;

    // How far ahead of the arithmetic the weights are asked for.
    private const int PrefetchBytes = 8192;

    protected override int MaximumTile => Tile;

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void MultiplyTile(byte* panel, int blocks, QuantizedActivations q, int token, int tokens, float* y, long yStride, int rows)
    {
        // The results, then the sums of this superblock.
        float* results = stackalloc float[2 * Tile * Rows];
        float* sums = results + (Tile * Rows);
        for (int t = 0; t < tokens; t++)
        {
            Vector512<float>.Zero.Store(results + (t * Rows));
            Vector512<float>.Zero.Store(sums + (t * Rows));
        }

        nint first = (nint)token * blocks;
        for (int unit = 0; unit < blocks / 8; unit++, panel += TFormat.PackedBytes, first += 8)
        {
            byte* block = panel + TFormat.HeaderBytes;
            for (int b = 0; b < 8; b++, block += TFormat.BlockBytes)
            {
                AddBlock(block, q, first + b, blocks, tokens, sums);
            }

            var d = Avx512Ops.WidenHalf((ushort*)panel).AsSingle();
            if (TFormat.HasMinimums)
            {
                var n = Avx512Ops.WidenHalf((ushort*)panel + Rows).AsSingle();
                AddSuperblock(panel + TFormat.HeaderBytes + TFormat.ScalesAt + Rows, d, n, q.ScaledSums + first, blocks, tokens, sums, results);
            }
            else
            {
                for (int i = 0; i < tokens * Rows; i += Rows)
                {
                    Vector512.FusedMultiplyAdd(Vector512.Load(sums + i), d, Vector512.Load(results + i)).Store(results + i);
                    Vector512<float>.Zero.Store(sums + i);
                }
            }
        }

        Store(results, Rows, tokens, y, yStride, rows);
    }

    /// <summary>Each token's sums += (products * row scales) * token scale.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddBlock(byte* block, QuantizedActivations q, nint of, nint stride, int tokens, float* sums)
    {
        for (int i = 0; i < TFormat.BlockBytes; i += 64)
        {
            Sse.Prefetch0(block + PrefetchBytes + i);
        }

        TFormat.Load<Avx512Ops, Vector512<int>>(block, 0, out var w0, out var w4);
        TFormat.Load<Avx512Ops, Vector512<int>>(block, 1, out var w1, out var w5);
        TFormat.Load<Avx512Ops, Vector512<int>>(block, 2, out var w2, out var w6);
        TFormat.Load<Avx512Ops, Vector512<int>>(block, 3, out var w3, out var w7);
        var s0 = Pairs(block + TFormat.ScalesAt);
        var s1 = TFormat.HasMinimums ? s0 : Pairs(block + TFormat.ScalesAt + Rows);
        sbyte* x = q.Values + (of * QuantizedActivations.BlockColumns);
        float* scale = q.Scales + of;
        int* offsets = (int*)(q.HalfOffsets + of);
        for (int t = tokens; t > 0; t--)
        {
            // Six bits less 32 times eight bits, eight of them, fit 16 bits, though not on the way there: the additions wrap around.
            var low = Products(w0, x);
            low = TFormat.HasMinimums ? low : low + Vector512.Create(offsets[0]).AsInt16();
            low += Products(w1, x + 4);
            low += Products(w2, x + 8) + Products(w3, x + 12);
            var high = Products(w4, x + 16);
            high = TFormat.HasMinimums ? high : high + Vector512.Create(offsets[1]).AsInt16();
            high += Products(w5, x + 20);
            high += Products(w6, x + 24) + Products(w7, x + 28);

            // Sixteen products of four bits fit as well.
            var sum = TFormat.Bits == 4
                ? Avx512BW.MultiplyAddAdjacent(low + high, s0)
                : Avx512BW.MultiplyAddAdjacent(low, s0) + Avx512BW.MultiplyAddAdjacent(high, s1);
            Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(sum), Vector512.Create(*scale), Vector512.Load(sums)).Store(sums);
            x += stride * QuantizedActivations.BlockColumns;
            scale += stride;
            offsets += 2 * stride;
            sums += Rows;
        }
    }

    /// <summary>Each token's results += sums * d + (minimums * token sums) * n; clears the sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddSuperblock(
        byte* minimums, Vector512<float> d, Vector512<float> n, float* x, nint stride, int tokens, float* sums, float* results)
    {
        var m0 = Minimum(minimums, 0);
        var m1 = Minimum(minimums, 1);
        var m2 = Minimum(minimums, 2);
        var m3 = Minimum(minimums, 3);
        var m4 = Minimum(minimums, 4);
        var m5 = Minimum(minimums, 5);
        var m6 = Minimum(minimums, 6);
        var m7 = Minimum(minimums, 7);
        for (int t = tokens; t > 0; t--)
        {
            var h = Vector512.FusedMultiplyAdd(m0, Vector512.Create(x[0]), Vector512<float>.Zero);
            h = Vector512.FusedMultiplyAdd(m1, Vector512.Create(x[1]), h);
            h = Vector512.FusedMultiplyAdd(m2, Vector512.Create(x[2]), h);
            h = Vector512.FusedMultiplyAdd(m3, Vector512.Create(x[3]), h);
            h = Vector512.FusedMultiplyAdd(m4, Vector512.Create(x[4]), h);
            h = Vector512.FusedMultiplyAdd(m5, Vector512.Create(x[5]), h);
            h = Vector512.FusedMultiplyAdd(m6, Vector512.Create(x[6]), h);
            h = Vector512.FusedMultiplyAdd(m7, Vector512.Create(x[7]), h);
            var value = Vector512.FusedMultiplyAdd(Vector512.Load(sums), d, Vector512.Load(results));
            Vector512.FusedMultiplyAdd(h, n, value).Store(results);
            Vector512<float>.Zero.Store(sums);
            x += stride;
            sums += Rows;
            results += Rows;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Products(Vector512<int> weights, sbyte* x) =>
        Avx512BW.MultiplyAddAdjacent(weights.AsByte(), Vector512.Create(*(int*)x).AsSByte());

    /// <summary>Each row's scale in both halves of its lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Pairs(byte* scales)
    {
        var wide = Avx512Ops.WidenSByte((sbyte*)scales);
        return ((wide << 16) | (wide & Vector512.Create(0xFFFF))).AsInt16();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Minimum(byte* minimums, int b) =>
        Vector512.ConvertToSingle(Avx512Ops.WidenSByte((sbyte*)minimums + (b * TFormat.BlockBytes)));
}
