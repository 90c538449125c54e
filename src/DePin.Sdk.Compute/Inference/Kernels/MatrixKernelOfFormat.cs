using System.Runtime.CompilerServices;

namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>The kernel for one vector width and one weight format.</summary>
internal sealed unsafe class MatrixKernel<TOps, TVector, TFormat> : MatrixKernel
    where TOps : struct, IVectorOps<TVector>
    where TVector : struct
    where TFormat : struct, IWeightFormat
{
    public static readonly MatrixKernel<TOps, TVector, TFormat> Instance = new();

    // 32 vector registers hold a tile of 4 by 4 sums beside its operands; 16 registers hold 2 by 4.
    private static bool HasWideTile => TOps.Lanes == 16;

    public override void ReadRow(byte* row, int columns, float* target)
    {
        int column = 0;
        for (; column + 32 <= columns; column += 32, row += TFormat.ChunkBytes)
        {
            var scale = TOps.Broadcast(TFormat.Scale(row));
            for (int i = 0; i < 32; i += TOps.Lanes)
            {
                TOps.Store(TFormat.Load<TOps, TVector>(row, i, scale), target + column + i);
            }
        }

        for (int i = 0; column + i < columns; i++)
        {
            target[column + i] = TFormat.Load<ScalarOps, float>(row, i, 1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Multiply(
        byte* weights, long rowBytes, int columns, int firstRow, int endRow, float* x, int xStride, int tokens, float* y, int yStride)
    {
        int row = firstRow;
        for (; row + 4 <= endRow; row += 4)
        {
            byte* w = weights + (row * rowBytes);
            int token = 0;
            for (; token + 4 <= tokens; token += 4)
            {
                float* xt = x + ((long)token * xStride);
                float* yt = y + ((long)token * yStride) + row;
                if (HasWideTile)
                {
                    Tile4X4(w, rowBytes, columns, xt, xStride, yt, yStride);
                }
                else
                {
                    Tile2X4(w, rowBytes, columns, xt, xStride, yt, yStride);
                    Tile2X4(w + (2 * rowBytes), rowBytes, columns, xt, xStride, yt + 2, yStride);
                }
            }

            for (; token < tokens; token++)
            {
                Tile4X1(w, rowBytes, columns, x + ((long)token * xStride), y + ((long)token * yStride) + row);
            }
        }

        for (; row < endRow; row++)
        {
            for (int token = 0; token < tokens; token++)
            {
                y[((long)token * yStride) + row] = Dot(weights + (row * rowBytes), columns, x + ((long)token * xStride));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Dot(byte* w, int columns, float* x)
    {
        var sum = TOps.Zero;
        int chunks = columns / 32;
        for (int c = 0; c < chunks; c++, w += TFormat.ChunkBytes, x += 32)
        {
            var scale = TOps.Broadcast(TFormat.Scale(w));
            for (int i = 0; i < 32; i += TOps.Lanes)
            {
                sum = TOps.MultiplyAdd(TFormat.Load<TOps, TVector>(w, i, scale), TOps.Load(x + i), sum);
            }
        }

        return TOps.Sum(sum) + Tail(w, columns & 31, x);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4X1(byte* w, long rowBytes, int columns, float* x, float* y)
    {
        byte* w0 = w, w1 = w + rowBytes, w2 = w1 + rowBytes, w3 = w2 + rowBytes;
        TVector s0 = TOps.Zero, s1 = s0, s2 = s0, s3 = s0;
        int chunks = columns / 32;
        for (int c = 0; c < chunks; c++, w0 += TFormat.ChunkBytes, w1 += TFormat.ChunkBytes, w2 += TFormat.ChunkBytes, w3 += TFormat.ChunkBytes, x += 32)
        {
            var d0 = TOps.Broadcast(TFormat.Scale(w0));
            var d1 = TOps.Broadcast(TFormat.Scale(w1));
            var d2 = TOps.Broadcast(TFormat.Scale(w2));
            var d3 = TOps.Broadcast(TFormat.Scale(w3));
            for (int i = 0; i < 32; i += TOps.Lanes)
            {
                var v = TOps.Load(x + i);
                s0 = TOps.MultiplyAdd(TFormat.Load<TOps, TVector>(w0, i, d0), v, s0);
                s1 = TOps.MultiplyAdd(TFormat.Load<TOps, TVector>(w1, i, d1), v, s1);
                s2 = TOps.MultiplyAdd(TFormat.Load<TOps, TVector>(w2, i, d2), v, s2);
                s3 = TOps.MultiplyAdd(TFormat.Load<TOps, TVector>(w3, i, d3), v, s3);
            }
        }

        int rest = columns & 31;
        y[0] = TOps.Sum(s0) + Tail(w0, rest, x);
        y[1] = TOps.Sum(s1) + Tail(w1, rest, x);
        y[2] = TOps.Sum(s2) + Tail(w2, rest, x);
        y[3] = TOps.Sum(s3) + Tail(w3, rest, x);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile2X4(byte* w, long rowBytes, int columns, float* x, int xStride, float* y, int yStride)
    {
        byte* w0 = w, w1 = w + rowBytes;
        float* x0 = x, x1 = x + xStride, x2 = x1 + xStride, x3 = x2 + xStride;
        TVector a0 = TOps.Zero, a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
        int chunks = columns / 32;
        for (int c = 0; c < chunks; c++, w0 += TFormat.ChunkBytes, w1 += TFormat.ChunkBytes, x0 += 32, x1 += 32, x2 += 32, x3 += 32)
        {
            var e0 = TOps.Broadcast(TFormat.Scale(w0));
            var e1 = TOps.Broadcast(TFormat.Scale(w1));
            for (int i = 0; i < 32; i += TOps.Lanes)
            {
                var p = TFormat.Load<TOps, TVector>(w0, i, e0);
                var q = TFormat.Load<TOps, TVector>(w1, i, e1);
                var v = TOps.Load(x0 + i);
                a0 = TOps.MultiplyAdd(p, v, a0);
                a1 = TOps.MultiplyAdd(q, v, a1);
                v = TOps.Load(x1 + i);
                b0 = TOps.MultiplyAdd(p, v, b0);
                b1 = TOps.MultiplyAdd(q, v, b1);
                v = TOps.Load(x2 + i);
                c0 = TOps.MultiplyAdd(p, v, c0);
                c1 = TOps.MultiplyAdd(q, v, c1);
                v = TOps.Load(x3 + i);
                d0 = TOps.MultiplyAdd(p, v, d0);
                d1 = TOps.MultiplyAdd(q, v, d1);
            }
        }

        int rest = columns & 31;
        Finish2(y, a0, a1, w0, w1, rest, x0);
        Finish2(y + yStride, b0, b1, w0, w1, rest, x1);
        Finish2(y + (2L * yStride), c0, c1, w0, w1, rest, x2);
        Finish2(y + (3L * yStride), d0, d1, w0, w1, rest, x3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4X4(byte* w, long rowBytes, int columns, float* x, int xStride, float* y, int yStride)
    {
        byte* w0 = w, w1 = w + rowBytes, w2 = w1 + rowBytes, w3 = w2 + rowBytes;
        float* x0 = x, x1 = x + xStride, x2 = x1 + xStride, x3 = x2 + xStride;
        TVector a0 = TOps.Zero, a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
        TVector c0 = a0, c1 = a0, c2 = a0, c3 = a0, d0 = a0, d1 = a0, d2 = a0, d3 = a0;
        int chunks = columns / 32;
        for (int c = 0; c < chunks; c++, w0 += TFormat.ChunkBytes, w1 += TFormat.ChunkBytes, w2 += TFormat.ChunkBytes, w3 += TFormat.ChunkBytes)
        {
            var e0 = TOps.Broadcast(TFormat.Scale(w0));
            var e1 = TOps.Broadcast(TFormat.Scale(w1));
            var e2 = TOps.Broadcast(TFormat.Scale(w2));
            var e3 = TOps.Broadcast(TFormat.Scale(w3));
            for (int i = 0; i < 32; i += TOps.Lanes)
            {
                var p = TFormat.Load<TOps, TVector>(w0, i, e0);
                var q = TFormat.Load<TOps, TVector>(w1, i, e1);
                var r = TFormat.Load<TOps, TVector>(w2, i, e2);
                var s = TFormat.Load<TOps, TVector>(w3, i, e3);
                var v = TOps.Load(x0 + i);
                a0 = TOps.MultiplyAdd(p, v, a0);
                a1 = TOps.MultiplyAdd(q, v, a1);
                a2 = TOps.MultiplyAdd(r, v, a2);
                a3 = TOps.MultiplyAdd(s, v, a3);
                v = TOps.Load(x1 + i);
                b0 = TOps.MultiplyAdd(p, v, b0);
                b1 = TOps.MultiplyAdd(q, v, b1);
                b2 = TOps.MultiplyAdd(r, v, b2);
                b3 = TOps.MultiplyAdd(s, v, b3);
                v = TOps.Load(x2 + i);
                c0 = TOps.MultiplyAdd(p, v, c0);
                c1 = TOps.MultiplyAdd(q, v, c1);
                c2 = TOps.MultiplyAdd(r, v, c2);
                c3 = TOps.MultiplyAdd(s, v, c3);
                v = TOps.Load(x3 + i);
                d0 = TOps.MultiplyAdd(p, v, d0);
                d1 = TOps.MultiplyAdd(q, v, d1);
                d2 = TOps.MultiplyAdd(r, v, d2);
                d3 = TOps.MultiplyAdd(s, v, d3);
            }

            x0 += 32;
            x1 += 32;
            x2 += 32;
            x3 += 32;
        }

        int rest = columns & 31;
        Finish2(y, a0, a1, w0, w1, rest, x0);
        Finish2(y + 2, a2, a3, w2, w3, rest, x0);
        y += yStride;
        Finish2(y, b0, b1, w0, w1, rest, x1);
        Finish2(y + 2, b2, b3, w2, w3, rest, x1);
        y += yStride;
        Finish2(y, c0, c1, w0, w1, rest, x2);
        Finish2(y + 2, c2, c3, w2, w3, rest, x2);
        y += yStride;
        Finish2(y, d0, d1, w0, w1, rest, x3);
        Finish2(y + 2, d2, d3, w2, w3, rest, x3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish2(float* y, TVector s0, TVector s1, byte* w0, byte* w1, int rest, float* x)
    {
        y[0] = TOps.Sum(s0) + Tail(w0, rest, x);
        y[1] = TOps.Sum(s1) + Tail(w1, rest, x);
    }

    /// <summary>The columns after the last whole chunk; none in the formats that come in blocks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Tail(byte* w, int rest, float* x) => TFormat.ElementBytes == 0 || rest == 0 ? 0 : LongTail(w, rest, x);

    private static float LongTail(byte* w, int rest, float* x)
    {
        var sum = TOps.Zero;
        int i = 0;
        for (; i + TOps.Lanes <= rest; i += TOps.Lanes)
        {
            sum = TOps.MultiplyAdd(TFormat.Load<TOps, TVector>(w, i, TOps.Zero), TOps.Load(x + i), sum);
        }

        float total = TOps.Sum(sum);
        for (; i < rest; i++)
        {
            total += TFormat.Load<ScalarOps, float>(w, i, 1) * x[i];
        }

        return total;
    }
}
