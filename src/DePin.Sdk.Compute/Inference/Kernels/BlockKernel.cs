using System.Runtime.CompilerServices;
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
    private const int MaximumTile = 6;

    // How far ahead of the arithmetic the weights are asked for.
    private const int PrefetchBytes = 2048;

    protected override long PanelBytes(int columns) => (long)(columns / TFormat.UnitColumns) * TFormat.PackedBytes;

    protected override void MultiplyPanel(
        byte* panel, int blocks, QuantizedActivations q, int firstToken, int endToken, float* y, long yStride, int rows)
    {
        int tiles = (endToken - firstToken + MaximumTile - 1) / MaximumTile;
        for (int token = firstToken; tiles > 0; tiles--)
        {
            int count = (endToken - token + tiles - 1) / tiles;
            for (int row = 0; row < rows; row += 2 * TOps.Lanes)
            {
                byte* p = panel + (row * 4);
                float* target = y + (token * yStride) + row;
                int remaining = rows - row;
                switch (count)
                {
                    case 1:
                        Tile<TileOf1>(p, row, blocks, q, token, target, yStride, remaining);
                        break;
                    case 2:
                        Tile<TileOf2>(p, row, blocks, q, token, target, yStride, remaining);
                        break;
                    case 3:
                        Tile<TileOf3>(p, row, blocks, q, token, target, yStride, remaining);
                        break;
                    case 4:
                        Tile<TileOf4>(p, row, blocks, q, token, target, yStride, remaining);
                        break;
                    case 5:
                        Tile<TileOf5>(p, row, blocks, q, token, target, yStride, remaining);
                        break;
                    default:
                        Tile<TileOf6>(p, row, blocks, q, token, target, yStride, remaining);
                        break;
                }
            }

            token += count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TTile>(
        byte* p, int row, int blocks, QuantizedActivations q, int token, float* y, long yStride, int rows)
        where TTile : struct, ITileWidth
    {
        nint stride = (nint)blocks * 32;
        nint twice = stride * 2;
        sbyte* x = q.Values + (token * stride);
        sbyte* z = x + (3 * stride);
        float* scales = q.Scales + ((long)token * blocks);
        int* sums = q.Sums + ((long)token * blocks);
        int offset = (TFormat.IsWide ? TOps.WideOffset : 0) - TFormat.Offset;
        TV f0 = TOps.Zero, g0 = TOps.Zero, f1 = TOps.Zero, g1 = TOps.Zero, f2 = TOps.Zero, g2 = TOps.Zero, f3 = TOps.Zero, g3 = TOps.Zero, f4 = TOps.Zero, g4 = TOps.Zero, f5 = TOps.Zero, g5 = TOps.Zero;
        for (int b = 0; b < blocks; b++, p += TFormat.PackedBytes, scales++, sums++)
        {
            if (Sse.IsSupported && row == 0)
            {
                for (int i = 0; i < TFormat.PackedBytes; i += 64)
                {
                    Sse.Prefetch0(p + PrefetchBytes + i);
                }
            }

            TV a0 = TOps.Zero, c0 = TOps.Zero, a1 = TOps.Zero, c1 = TOps.Zero, a2 = TOps.Zero, c2 = TOps.Zero, a3 = TOps.Zero, c3 = TOps.Zero, a4 = TOps.Zero, c4 = TOps.Zero, a5 = TOps.Zero, c5 = TOps.Zero;
            if ((TFormat.IsWide ? TOps.WideOffset : 0) != TFormat.Offset)
            {
                c0 = a0 = TOps.Create(offset * sums[0]);

                if (TTile.Tokens > 1)
                {
                    c1 = a1 = TOps.Create(offset * sums[blocks]);
                }

                if (TTile.Tokens > 2)
                {
                    c2 = a2 = TOps.Create(offset * sums[2 * blocks]);
                }

                if (TTile.Tokens > 3)
                {
                    c3 = a3 = TOps.Create(offset * sums[3 * blocks]);
                }

                if (TTile.Tokens > 4)
                {
                    c4 = a4 = TOps.Create(offset * sums[4 * blocks]);
                }

                if (TTile.Tokens > 5)
                {
                    c5 = a5 = TOps.Create(offset * sums[5 * blocks]);
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

            x += 16;
            z += 16;
            var d0 = TOps.WidenHalf((ushort*)(p + TFormat.ScalesAt - (row * 2)));
            var d1 = TOps.WidenHalf((ushort*)(p + TFormat.ScalesAt - (row * 2)) + TOps.Lanes);
            var e = TOps.CreateSingle(scales[0]);
            f0 = TOps.MultiplyAdd(TOps.ToSingle(a0), TOps.Multiply(d0, e), f0);
            g0 = TOps.MultiplyAdd(TOps.ToSingle(c0), TOps.Multiply(d1, e), g0);

            if (TTile.Tokens > 1)
            {
                e = TOps.CreateSingle(scales[blocks]);
                f1 = TOps.MultiplyAdd(TOps.ToSingle(a1), TOps.Multiply(d0, e), f1);
                g1 = TOps.MultiplyAdd(TOps.ToSingle(c1), TOps.Multiply(d1, e), g1);
            }

            if (TTile.Tokens > 2)
            {
                e = TOps.CreateSingle(scales[2 * blocks]);
                f2 = TOps.MultiplyAdd(TOps.ToSingle(a2), TOps.Multiply(d0, e), f2);
                g2 = TOps.MultiplyAdd(TOps.ToSingle(c2), TOps.Multiply(d1, e), g2);
            }

            if (TTile.Tokens > 3)
            {
                e = TOps.CreateSingle(scales[3 * blocks]);
                f3 = TOps.MultiplyAdd(TOps.ToSingle(a3), TOps.Multiply(d0, e), f3);
                g3 = TOps.MultiplyAdd(TOps.ToSingle(c3), TOps.Multiply(d1, e), g3);
            }

            if (TTile.Tokens > 4)
            {
                e = TOps.CreateSingle(scales[4 * blocks]);
                f4 = TOps.MultiplyAdd(TOps.ToSingle(a4), TOps.Multiply(d0, e), f4);
                g4 = TOps.MultiplyAdd(TOps.ToSingle(c4), TOps.Multiply(d1, e), g4);
            }

            if (TTile.Tokens > 5)
            {
                e = TOps.CreateSingle(scales[5 * blocks]);
                f5 = TOps.MultiplyAdd(TOps.ToSingle(a5), TOps.Multiply(d0, e), f5);
                g5 = TOps.MultiplyAdd(TOps.ToSingle(c5), TOps.Multiply(d1, e), g5);
            }
        }

        TileStore.Store<TOps, TV>(f0, g0, y, rows);

        if (TTile.Tokens > 1)
        {
            y += yStride;
            TileStore.Store<TOps, TV>(f1, g1, y, rows);
        }

        if (TTile.Tokens > 2)
        {
            y += yStride;
            TileStore.Store<TOps, TV>(f2, g2, y, rows);
        }

        if (TTile.Tokens > 3)
        {
            y += yStride;
            TileStore.Store<TOps, TV>(f3, g3, y, rows);
        }

        if (TTile.Tokens > 4)
        {
            y += yStride;
            TileStore.Store<TOps, TV>(f4, g4, y, rows);
        }

        if (TTile.Tokens > 5)
        {
            y += yStride;
            TileStore.Store<TOps, TV>(f5, g5, y, rows);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV Dot(TV sum, TV weights, TV x) => TFormat.IsWide ? TOps.DotWide(sum, weights, x) : TOps.Dot(sum, weights, x);
}
