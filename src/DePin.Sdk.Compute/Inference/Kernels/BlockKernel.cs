using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>The kernel for formats with one scale for each 32 columns: tiles of two vectors of rows by up to six tokens.</summary>
/// <remarks>
/// For each block in the order of the columns: the exact integer sum of the products, then one fused multiplication with the product
/// of the two scales and addition to the result. So the result depends neither on the tile nor on the instruction set.
/// </remarks>
internal sealed unsafe class BlockKernel<TFormat, TOps, TV> : PanelKernel
    where TFormat : struct, IBlockFormat
    where TOps : struct, ILaneOps<TV>
    where TV : struct
{
    // How far ahead of the arithmetic the weights are asked for.
    private const int PrefetchBytes = 8192;

    protected override int MaximumTile => KernelPaths.HasManyRegisters ? 6 : 4;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void MultiplyTile(byte* panel, int blocks, QuantizedActivations q, int token, int tokens, float* y, long yStride, int rows)
    {
        for (int row = 0; row < rows; row += 2 * TOps.Lanes)
        {
            byte* p = panel + (row * 4);
            byte* scales = panel + TFormat.ScalesAt + (row * 2);
            int written = Math.Min(rows - row, 2 * TOps.Lanes);
            switch (tokens)
            {
                case 1:
                    Tile<TileOf1>(p, scales, blocks, q, token, y + row, yStride, written);
                    break;
                case 2:
                    Tile<TileOf2>(p, scales, blocks, q, token, y + row, yStride, written);
                    break;
                case 3:
                    Tile<TileOf3>(p, scales, blocks, q, token, y + row, yStride, written);
                    break;
                case 4:
                    Tile<TileOf4>(p, scales, blocks, q, token, y + row, yStride, written);
                    break;
                case 5:
                    Tile<TileOf5>(p, scales, blocks, q, token, y + row, yStride, written);
                    break;
                default:
                    Tile<TileOf6>(p, scales, blocks, q, token, y + row, yStride, written);
                    break;
            }
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TTile>(
        byte* p, byte* rowScales, nint blocks, QuantizedActivations q, int token, float* y, long yStride, int rows)
        where TTile : struct, ITileWidth
    {
        nint stride = blocks * 32;
        nint twice = stride * 2;
        nint twoBlocks = blocks * 2;
        sbyte* x = q.Values + (token * stride);
        sbyte* z = x + (3 * stride);
        float* scales = q.Scales + (token * blocks);
        float* scales3 = scales + (3 * blocks);
        int* sums = q.NegatedSums + (token * blocks);
        int* sums3 = sums + (3 * blocks);

        // The results lie in memory between the blocks: the instruction for dot products reaches half of the registers only.
        float* results = stackalloc float[TTile.Tokens * 2 * TOps.Lanes];
        new Span<float>(results, TTile.Tokens * 2 * TOps.Lanes).Clear();
        for (nint b = 0; b < blocks; b++)
        {
            if (Sse.IsSupported)
            {
                for (int i = 0; i < TFormat.PackedBytes; i += 64)
                {
                    Sse.Prefetch0(p + PrefetchBytes + i);
                }
            }

            TV a0 = TOps.Zero, c0 = TOps.Zero, a1 = TOps.Zero, c1 = TOps.Zero, a2 = TOps.Zero, c2 = TOps.Zero, a3 = TOps.Zero, c3 = TOps.Zero, a4 = TOps.Zero, c4 = TOps.Zero, a5 = TOps.Zero, c5 = TOps.Zero;
            if (!TFormat.IsWide || TOps.WideOffset == 0)
            {
                c0 = a0 = TOps.ShiftLeft(TOps.Broadcast(sums), TFormat.OffsetBits);

                if (TTile.Tokens > 1)
                {
                    c1 = a1 = TOps.ShiftLeft(TOps.Broadcast(sums + blocks), TFormat.OffsetBits);
                }

                if (TTile.Tokens > 2)
                {
                    c2 = a2 = TOps.ShiftLeft(TOps.Broadcast(sums + twoBlocks), TFormat.OffsetBits);
                }

                if (TTile.Tokens > 3)
                {
                    c3 = a3 = TOps.ShiftLeft(TOps.Broadcast(sums3), TFormat.OffsetBits);
                }

                if (TTile.Tokens > 4)
                {
                    c4 = a4 = TOps.ShiftLeft(TOps.Broadcast(sums3 + blocks), TFormat.OffsetBits);
                }

                if (TTile.Tokens > 5)
                {
                    c5 = a5 = TOps.ShiftLeft(TOps.Broadcast(sums3 + twoBlocks), TFormat.OffsetBits);
                }
            }

            for (int step = 0; step < 4; step++, x += 4, z += 4)
            {
                TFormat.Load<TOps, TV>(p, step, out var low0, out var high0);
                TFormat.Load<TOps, TV>(p + (4 * TOps.Lanes), step, out var low1, out var high1);
                var v = TOps.Broadcast(x);
                a0 = Dot(a0, low0, v);
                c0 = Dot(c0, low1, v);

                if (TTile.Tokens > 1)
                {
                    v = TOps.Broadcast(x + stride);
                    a1 = Dot(a1, low0, v);
                    c1 = Dot(c1, low1, v);
                }

                if (TTile.Tokens > 2)
                {
                    v = TOps.Broadcast(x + twice);
                    a2 = Dot(a2, low0, v);
                    c2 = Dot(c2, low1, v);
                }

                if (TTile.Tokens > 3)
                {
                    v = TOps.Broadcast(z);
                    a3 = Dot(a3, low0, v);
                    c3 = Dot(c3, low1, v);
                }

                if (TTile.Tokens > 4)
                {
                    v = TOps.Broadcast(z + stride);
                    a4 = Dot(a4, low0, v);
                    c4 = Dot(c4, low1, v);
                }

                if (TTile.Tokens > 5)
                {
                    v = TOps.Broadcast(z + twice);
                    a5 = Dot(a5, low0, v);
                    c5 = Dot(c5, low1, v);
                }

                v = TOps.Broadcast(x + 16);
                a0 = Dot(a0, high0, v);
                c0 = Dot(c0, high1, v);

                if (TTile.Tokens > 1)
                {
                    v = TOps.Broadcast(x + stride + 16);
                    a1 = Dot(a1, high0, v);
                    c1 = Dot(c1, high1, v);
                }

                if (TTile.Tokens > 2)
                {
                    v = TOps.Broadcast(x + twice + 16);
                    a2 = Dot(a2, high0, v);
                    c2 = Dot(c2, high1, v);
                }

                if (TTile.Tokens > 3)
                {
                    v = TOps.Broadcast(z + 16);
                    a3 = Dot(a3, high0, v);
                    c3 = Dot(c3, high1, v);
                }

                if (TTile.Tokens > 4)
                {
                    v = TOps.Broadcast(z + stride + 16);
                    a4 = Dot(a4, high0, v);
                    c4 = Dot(c4, high1, v);
                }

                if (TTile.Tokens > 5)
                {
                    v = TOps.Broadcast(z + twice + 16);
                    a5 = Dot(a5, high0, v);
                    c5 = Dot(c5, high1, v);
                }
            }

            var d = new RowScales(rowScales);
            d.AddTo(results, a0, c0, scales);

            if (TTile.Tokens > 1)
            {
                d.AddTo(results + (2 * TOps.Lanes), a1, c1, scales + blocks);
            }

            if (TTile.Tokens > 2)
            {
                d.AddTo(results + (4 * TOps.Lanes), a2, c2, scales + twoBlocks);
            }

            if (TTile.Tokens > 3)
            {
                d.AddTo(results + (6 * TOps.Lanes), a3, c3, scales3);
            }

            if (TTile.Tokens > 4)
            {
                d.AddTo(results + (8 * TOps.Lanes), a4, c4, scales3 + blocks);
            }

            if (TTile.Tokens > 5)
            {
                d.AddTo(results + (10 * TOps.Lanes), a5, c5, scales3 + twoBlocks);
            }

            x += 16;
            z += 16;
            p += TFormat.PackedBytes;
            rowScales += TFormat.PackedBytes;
            scales++;
            scales3++;
            sums++;
            sums3++;
        }

        Store(results, 2 * TOps.Lanes, TTile.Tokens, y, yStride, rows);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV Dot(TV sum, TV weights, TV x) => TFormat.IsWide ? TOps.DotWide(sum, weights, x) : TOps.Dot(sum, weights, x);

    /// <summary>The scales of the rows of a block.</summary>
    private readonly struct RowScales
    {
        private readonly TV _first;
        private readonly TV _second;
        private readonly Vector512<float> _both;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public RowScales(byte* scales)
        {
            if (TOps.HasDoubleWidth)
            {
                _both = Avx512Ops.WidenHalf((ushort*)scales).AsSingle();
            }
            else
            {
                _first = TOps.WidenHalf((ushort*)scales);
                _second = TOps.WidenHalf((ushort*)scales + TOps.Lanes);
            }
        }

        /// <summary>results += sums * (row scale * token scale).</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void AddTo(float* results, TV first, TV second, float* scale)
        {
            if (TOps.HasDoubleWidth)
            {
                var sums = Unsafe.BitCast<TV, Vector256<int>>(first).ToVector512Unsafe().WithUpper(Unsafe.BitCast<TV, Vector256<int>>(second));
                Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(sums), _both * Vector512.Create(*scale), Vector512.Load(results)).Store(results);
            }
            else
            {
                var e = TOps.CreateSingle(*scale);
                TOps.Store(TOps.MultiplyAdd(TOps.ToSingle(first), TOps.Multiply(_first, e), TOps.Load(results)), results);
                results += TOps.Lanes;
                TOps.Store(TOps.MultiplyAdd(TOps.ToSingle(second), TOps.Multiply(_second, e), TOps.Load(results)), results);
            }
        }
    }
}
