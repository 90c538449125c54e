using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>The kernel for floating-point weights: tiles of two vectors of rows by up to twelve tokens.</summary>
/// <remarks>
/// One chain of fused multiplications and additions over the columns in their order for each row and token, so that the result depends
/// neither on the tile nor on the instruction set.
/// </remarks>
internal sealed unsafe class FloatKernel<TFormat, TOps, TV> : FloatPanelKernel
    where TFormat : struct, IFloatFormat
    where TOps : struct, ILaneOps<TV>
    where TV : struct
{
    // Columns between two passes over the tokens: the weights of a tile's rows stay in the first-level cache.
    private const int StripColumns = 192;

    // How far ahead of the arithmetic the weights are asked for.
    private const int PrefetchBytes = 4096;

    // Tokens between two passes over the weights, whose activations stay in the second-level cache.
    private const int MaximumChunk = 96;

    // With 16 lanes there are 32 registers, with fewer perhaps 16.
    private static int MaximumTile => TOps.Lanes == PanelKernel.Rows ? 12 : 6;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Multiply(
        byte* panels, long panelBytes, int rows, int columns, float* x, long xStride, int firstToken, int endToken, int firstPanel, int endPanel, float* y, long yStride)
    {
        float* sums = stackalloc float[MaximumChunk * 2 * TOps.Lanes];
        int chunk = Math.Clamp(150_000 / columns / 12 * 12, 48, MaximumChunk);
        int firstRow = firstPanel * PanelKernel.Rows;
        int endRow = Math.Min(rows, endPanel * PanelKernel.Rows);
        for (int first = firstToken; first < endToken; first += chunk)
        {
            int tokens = Math.Min(endToken - first, chunk);
            for (int row = firstRow; row < endRow; row += 2 * TOps.Lanes)
            {
                byte* p = panels + (row / PanelKernel.Rows * panelBytes) + (row % PanelKernel.Rows * TFormat.Bytes);

                // Sixteen lanes fill a panel, so the second vector is the next one, or the same once more if there is none.
                long second = TOps.Lanes < PanelKernel.Rows ? TOps.Lanes * TFormat.Bytes : row + PanelKernel.Rows < endRow ? panelBytes : 0;
                MultiplyRows(p, (nint)second, columns, x + (first * xStride), xStride, tokens, sums);
                Store(sums, tokens, y + row + (first * yStride), yStride, Math.Min(endRow - row, 2 * TOps.Lanes));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Store(float* sums, int tokens, float* y, long yStride, int rows)
    {
        for (int t = 0; t < tokens; t++, sums += 2 * TOps.Lanes, y += yStride)
        {
            new ReadOnlySpan<float>(sums, rows).CopyTo(new Span<float>(y, rows));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyRows(byte* p, nint second, int columns, float* x, long xStride, int tokens, float* sums)
    {
        new Span<float>(sums, tokens * 2 * TOps.Lanes).Clear();
        int tiles = (tokens + MaximumTile - 1) / MaximumTile;
        int strip = tiles == 1 ? columns : StripColumns;
        for (int column = 0; column < columns; column += strip)
        {
            byte* weights = p + ((long)column * PanelKernel.Rows * TFormat.Bytes);
            int count = Math.Min(strip, columns - column);
            int token = 0;
            for (int remaining = tiles; remaining > 0; remaining--)
            {
                int width = (tokens - token + remaining - 1) / remaining;
                Tile(width, weights, second, count, x + column + (token * xStride), (nint)xStride, sums + (token * 2 * TOps.Lanes));
                token += width;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(int width, byte* p, nint second, int columns, float* x, nint xStride, float* sums)
    {
        switch (width)
        {
            case 1:
                Tile<TileOf1>(p, second, columns, x, xStride, sums);
                break;
            case 2:
                Tile<TileOf2>(p, second, columns, x, xStride, sums);
                break;
            case 3:
                Tile<TileOf3>(p, second, columns, x, xStride, sums);
                break;
            case 4:
                Tile<TileOf4>(p, second, columns, x, xStride, sums);
                break;
            case 5:
                Tile<TileOf5>(p, second, columns, x, xStride, sums);
                break;
            case 6:
                Tile<TileOf6>(p, second, columns, x, xStride, sums);
                break;
            case 7:
                Tile<TileOf7>(p, second, columns, x, xStride, sums);
                break;
            case 8:
                Tile<TileOf8>(p, second, columns, x, xStride, sums);
                break;
            case 9:
                Tile<TileOf9>(p, second, columns, x, xStride, sums);
                break;
            case 10:
                Tile<TileOf10>(p, second, columns, x, xStride, sums);
                break;
            case 11:
                Tile<TileOf11>(p, second, columns, x, xStride, sums);
                break;
            default:
                Tile<TileOf12>(p, second, columns, x, xStride, sums);
                break;
        }
    }

    /// <summary>Adds the products of some columns to the sums, which a call to another method would drive out of their registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TTile>(byte* p, nint second, int columns, float* x, nint xStride, float* sums)
        where TTile : struct, ITileWidth
    {
        nint twice = xStride * 2;
        float* x3 = x + (xStride * 3);
        float* x6 = x + (xStride * 6);
        float* x9 = x + (xStride * 9);
        TV f0 = TOps.Load(sums), g0 = TOps.Load(sums + TOps.Lanes);
        TV f1 = TOps.Zero, g1 = TOps.Zero;
        TV f2 = TOps.Zero, g2 = TOps.Zero;
        TV f3 = TOps.Zero, g3 = TOps.Zero;
        TV f4 = TOps.Zero, g4 = TOps.Zero;
        TV f5 = TOps.Zero, g5 = TOps.Zero;
        TV f6 = TOps.Zero, g6 = TOps.Zero;
        TV f7 = TOps.Zero, g7 = TOps.Zero;
        TV f8 = TOps.Zero, g8 = TOps.Zero;
        TV f9 = TOps.Zero, g9 = TOps.Zero;
        TV f10 = TOps.Zero, g10 = TOps.Zero;
        TV f11 = TOps.Zero, g11 = TOps.Zero;

        if (TTile.Tokens > 1)
        {
            f1 = TOps.Load(sums + (2 * TOps.Lanes));
            g1 = TOps.Load(sums + (3 * TOps.Lanes));
        }

        if (TTile.Tokens > 2)
        {
            f2 = TOps.Load(sums + (4 * TOps.Lanes));
            g2 = TOps.Load(sums + (5 * TOps.Lanes));
        }

        if (TTile.Tokens > 3)
        {
            f3 = TOps.Load(sums + (6 * TOps.Lanes));
            g3 = TOps.Load(sums + (7 * TOps.Lanes));
        }

        if (TTile.Tokens > 4)
        {
            f4 = TOps.Load(sums + (8 * TOps.Lanes));
            g4 = TOps.Load(sums + (9 * TOps.Lanes));
        }

        if (TTile.Tokens > 5)
        {
            f5 = TOps.Load(sums + (10 * TOps.Lanes));
            g5 = TOps.Load(sums + (11 * TOps.Lanes));
        }

        if (TTile.Tokens > 6)
        {
            f6 = TOps.Load(sums + (12 * TOps.Lanes));
            g6 = TOps.Load(sums + (13 * TOps.Lanes));
        }

        if (TTile.Tokens > 7)
        {
            f7 = TOps.Load(sums + (14 * TOps.Lanes));
            g7 = TOps.Load(sums + (15 * TOps.Lanes));
        }

        if (TTile.Tokens > 8)
        {
            f8 = TOps.Load(sums + (16 * TOps.Lanes));
            g8 = TOps.Load(sums + (17 * TOps.Lanes));
        }

        if (TTile.Tokens > 9)
        {
            f9 = TOps.Load(sums + (18 * TOps.Lanes));
            g9 = TOps.Load(sums + (19 * TOps.Lanes));
        }

        if (TTile.Tokens > 10)
        {
            f10 = TOps.Load(sums + (20 * TOps.Lanes));
            g10 = TOps.Load(sums + (21 * TOps.Lanes));
        }

        if (TTile.Tokens > 11)
        {
            f11 = TOps.Load(sums + (22 * TOps.Lanes));
            g11 = TOps.Load(sums + (23 * TOps.Lanes));
        }

        for (int i = 0; i < columns; i++)
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
                v = TOps.CreateSingle(x3[0]);
                f3 = TOps.MultiplyAdd(w0, v, f3);
                g3 = TOps.MultiplyAdd(w1, v, g3);
            }

            if (TTile.Tokens > 4)
            {
                v = TOps.CreateSingle(x3[xStride]);
                f4 = TOps.MultiplyAdd(w0, v, f4);
                g4 = TOps.MultiplyAdd(w1, v, g4);
            }

            if (TTile.Tokens > 5)
            {
                v = TOps.CreateSingle(x3[twice]);
                f5 = TOps.MultiplyAdd(w0, v, f5);
                g5 = TOps.MultiplyAdd(w1, v, g5);
            }

            if (TTile.Tokens > 6)
            {
                v = TOps.CreateSingle(x6[0]);
                f6 = TOps.MultiplyAdd(w0, v, f6);
                g6 = TOps.MultiplyAdd(w1, v, g6);
            }

            if (TTile.Tokens > 7)
            {
                v = TOps.CreateSingle(x6[xStride]);
                f7 = TOps.MultiplyAdd(w0, v, f7);
                g7 = TOps.MultiplyAdd(w1, v, g7);
            }

            if (TTile.Tokens > 8)
            {
                v = TOps.CreateSingle(x6[twice]);
                f8 = TOps.MultiplyAdd(w0, v, f8);
                g8 = TOps.MultiplyAdd(w1, v, g8);
            }

            if (TTile.Tokens > 9)
            {
                v = TOps.CreateSingle(x9[0]);
                f9 = TOps.MultiplyAdd(w0, v, f9);
                g9 = TOps.MultiplyAdd(w1, v, g9);
            }

            if (TTile.Tokens > 10)
            {
                v = TOps.CreateSingle(x9[xStride]);
                f10 = TOps.MultiplyAdd(w0, v, f10);
                g10 = TOps.MultiplyAdd(w1, v, g10);
            }

            if (TTile.Tokens > 11)
            {
                v = TOps.CreateSingle(x9[twice]);
                f11 = TOps.MultiplyAdd(w0, v, f11);
                g11 = TOps.MultiplyAdd(w1, v, g11);
            }

            p += PanelKernel.Rows * TFormat.Bytes;
            x++;
            x3++;
            x6++;
            x9++;
        }

        TOps.Store(f0, sums);
        TOps.Store(g0, sums + TOps.Lanes);

        if (TTile.Tokens > 1)
        {
            TOps.Store(f1, sums + (2 * TOps.Lanes));
            TOps.Store(g1, sums + (3 * TOps.Lanes));
        }

        if (TTile.Tokens > 2)
        {
            TOps.Store(f2, sums + (4 * TOps.Lanes));
            TOps.Store(g2, sums + (5 * TOps.Lanes));
        }

        if (TTile.Tokens > 3)
        {
            TOps.Store(f3, sums + (6 * TOps.Lanes));
            TOps.Store(g3, sums + (7 * TOps.Lanes));
        }

        if (TTile.Tokens > 4)
        {
            TOps.Store(f4, sums + (8 * TOps.Lanes));
            TOps.Store(g4, sums + (9 * TOps.Lanes));
        }

        if (TTile.Tokens > 5)
        {
            TOps.Store(f5, sums + (10 * TOps.Lanes));
            TOps.Store(g5, sums + (11 * TOps.Lanes));
        }

        if (TTile.Tokens > 6)
        {
            TOps.Store(f6, sums + (12 * TOps.Lanes));
            TOps.Store(g6, sums + (13 * TOps.Lanes));
        }

        if (TTile.Tokens > 7)
        {
            TOps.Store(f7, sums + (14 * TOps.Lanes));
            TOps.Store(g7, sums + (15 * TOps.Lanes));
        }

        if (TTile.Tokens > 8)
        {
            TOps.Store(f8, sums + (16 * TOps.Lanes));
            TOps.Store(g8, sums + (17 * TOps.Lanes));
        }

        if (TTile.Tokens > 9)
        {
            TOps.Store(f9, sums + (18 * TOps.Lanes));
            TOps.Store(g9, sums + (19 * TOps.Lanes));
        }

        if (TTile.Tokens > 10)
        {
            TOps.Store(f10, sums + (20 * TOps.Lanes));
            TOps.Store(g10, sums + (21 * TOps.Lanes));
        }

        if (TTile.Tokens > 11)
        {
            TOps.Store(f11, sums + (22 * TOps.Lanes));
            TOps.Store(g11, sums + (23 * TOps.Lanes));
        }
    }
}
