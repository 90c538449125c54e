using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>The kernel for floating-point weights: tiles of two vectors of rows by up to six tokens.</summary>
/// <remarks>
/// One chain of fused multiplications and additions over the columns in their order for each row and token, so that the result depends
/// neither on the tile nor on the instruction set.
/// </remarks>
internal sealed unsafe class FloatKernel<TFormat, TOps, TV> : FloatPanelKernel
    where TFormat : struct, IFloatFormat
    where TOps : struct, ILaneOps<TV>
    where TV : struct
{
    private const int MaximumTile = 6;

    // How far ahead of the arithmetic the weights are asked for.
    private const int PrefetchBytes = 2048;

    public override void Multiply(
        byte* panels, long panelBytes, int rows, int columns, float* x, long xStride, int firstToken, int endToken, int firstPanel, int endPanel, float* y, long yStride)
    {
        // The activations of the tokens between two passes over the weights stay in the second-level cache.
        int chunk = Math.Max(24, 100_000 / columns / 12 * 12);
        int firstRow = firstPanel * PanelKernel.Rows;
        int endRow = Math.Min(rows, endPanel * PanelKernel.Rows);
        for (int first = firstToken; first < endToken; first += chunk)
        {
            int end = Math.Min(endToken, first + chunk);
            for (int row = firstRow; row < endRow; row += 2 * TOps.Lanes)
            {
                byte* p = panels + (row / PanelKernel.Rows * panelBytes) + (row % PanelKernel.Rows * TFormat.Bytes);

                // Sixteen lanes fill a panel, so the second vector is the next one, or the same once more if there is none.
                long second = TOps.Lanes < PanelKernel.Rows ? TOps.Lanes * TFormat.Bytes : row + PanelKernel.Rows < endRow ? panelBytes : 0;
                MultiplyRows(p, second, columns, x, xStride, first, end, y + row, yStride, endRow - row);
            }
        }
    }

    private static void MultiplyRows(
        byte* p, long second, int columns, float* x, long xStride, int firstToken, int endToken, float* y, long yStride, int rows)
    {
        int tiles = (endToken - firstToken + MaximumTile - 1) / MaximumTile;
        for (int token = firstToken; tiles > 0; tiles--)
        {
            int count = (endToken - token + tiles - 1) / tiles;
            float* source = x + (token * xStride);
            float* target = y + (token * yStride);
            switch (count)
            {
                case 1:
                    Tile<TileOf1>(p, second, columns, source, (nint)xStride, target, yStride, rows);
                    break;
                case 2:
                    Tile<TileOf2>(p, second, columns, source, (nint)xStride, target, yStride, rows);
                    break;
                case 3:
                    Tile<TileOf3>(p, second, columns, source, (nint)xStride, target, yStride, rows);
                    break;
                case 4:
                    Tile<TileOf4>(p, second, columns, source, (nint)xStride, target, yStride, rows);
                    break;
                case 5:
                    Tile<TileOf5>(p, second, columns, source, (nint)xStride, target, yStride, rows);
                    break;
                default:
                    Tile<TileOf6>(p, second, columns, source, (nint)xStride, target, yStride, rows);
                    break;
            }

            token += count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TTile>(byte* p, long second, int columns, float* x, nint xStride, float* y, long yStride, int rows)
        where TTile : struct, ITileWidth
    {
        nint twice = xStride * 2;
        float* z = x + (xStride * 3);
        TV f0 = TOps.Zero, g0 = TOps.Zero, f1 = TOps.Zero, g1 = TOps.Zero, f2 = TOps.Zero, g2 = TOps.Zero, f3 = TOps.Zero, g3 = TOps.Zero, f4 = TOps.Zero, g4 = TOps.Zero, f5 = TOps.Zero, g5 = TOps.Zero;
        for (int i = 0; i < columns; i++, p += PanelKernel.Rows * TFormat.Bytes, x++, z++)
        {
            if (Sse.IsSupported)
            {
                Sse.Prefetch0(p + PrefetchBytes);
                if (TOps.Lanes == PanelKernel.Rows)
                {
                    Sse.Prefetch0(p + second + PrefetchBytes);
                }
            }

            var w0 = TFormat.Load<TOps, TV>(p);
            var w1 = TFormat.Load<TOps, TV>(p + second);
            var v = TOps.CreateSingle(x[0]);
            f0 = TOps.MultiplyAdd(w0, v, f0);
            g0 = TOps.MultiplyAdd(w1, v, g0);

            if (TTile.Tokens > 1)
            {
                v = TOps.CreateSingle(x[xStride]);
                f1 = TOps.MultiplyAdd(w0, v, f1);
                g1 = TOps.MultiplyAdd(w1, v, g1);
            }

            if (TTile.Tokens > 2)
            {
                v = TOps.CreateSingle(x[twice]);
                f2 = TOps.MultiplyAdd(w0, v, f2);
                g2 = TOps.MultiplyAdd(w1, v, g2);
            }

            if (TTile.Tokens > 3)
            {
                v = TOps.CreateSingle(z[0]);
                f3 = TOps.MultiplyAdd(w0, v, f3);
                g3 = TOps.MultiplyAdd(w1, v, g3);
            }

            if (TTile.Tokens > 4)
            {
                v = TOps.CreateSingle(z[xStride]);
                f4 = TOps.MultiplyAdd(w0, v, f4);
                g4 = TOps.MultiplyAdd(w1, v, g4);
            }

            if (TTile.Tokens > 5)
            {
                v = TOps.CreateSingle(z[twice]);
                f5 = TOps.MultiplyAdd(w0, v, f5);
                g5 = TOps.MultiplyAdd(w1, v, g5);
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
}
