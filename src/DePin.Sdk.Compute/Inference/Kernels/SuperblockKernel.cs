using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>The kernel for formats with superblocks: tiles of two vectors of rows by up to six tokens.</summary>
/// <remarks>
/// Within a superblock, for each block in the order of the columns: the exact integer sum of the products times the block's scales,
/// which single precision holds as well, then one fused multiplication with the token's scale and addition. The minimums are
/// multiplied with the sums of the activations in the same way. At the end both are multiplied with the superblock's factors and added
/// to the result. So the result depends neither on the tile nor on the instruction set.
/// </remarks>
internal sealed unsafe class SuperblockKernel<TFormat, TOps, TV> : PanelKernel
    where TFormat : struct, ISuperblockFormat
    where TOps : struct, ILaneOps<TV>
    where TV : struct
{
    // How far ahead of the arithmetic the weights are asked for.
    private const int PrefetchBytes = 8192;

    protected override int MaximumTile => KernelPaths.HasManyRegisters ? 6 : 5;

    // Of each token: the result, the sums of this superblock, those of its minimums, and room for half a block.
    private static int TokenFloats => 8 * TOps.Lanes;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void MultiplyTile(byte* panel, int blocks, QuantizedActivations q, int token, int tokens, float* y, long yStride, int rows)
    {
        float* results = stackalloc float[6 * TokenFloats];
        for (int row = 0; row < rows; row += 2 * TOps.Lanes)
        {
            new Span<float>(results, tokens * TokenFloats).Clear();
            switch (tokens)
            {
                case 1:
                    Tile<TileOf1>(panel, row, blocks, q, token, results);
                    break;
                case 2:
                    Tile<TileOf2>(panel, row, blocks, q, token, results);
                    break;
                case 3:
                    Tile<TileOf3>(panel, row, blocks, q, token, results);
                    break;
                case 4:
                    Tile<TileOf4>(panel, row, blocks, q, token, results);
                    break;
                case 5:
                    Tile<TileOf5>(panel, row, blocks, q, token, results);
                    break;
                default:
                    Tile<TileOf6>(panel, row, blocks, q, token, results);
                    break;
            }

            Store(results, TokenFloats, tokens, y + row, yStride, Math.Min(rows - row, 2 * TOps.Lanes));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TTile>(byte* unit, int row, nint blocks, QuantizedActivations q, int token, float* results)
        where TTile : struct, ITileWidth
    {
        nint stride = blocks * 32;
        nint twice = stride * 2;
        nint twoBlocks = blocks * 2;
        sbyte* x = q.Values + (token * stride);
        sbyte* z = x + (3 * stride);
        float* scales = q.Scales + (token * blocks);
        float* scales3 = scales + (3 * blocks);
        float* sums = q.ScaledSums + (token * blocks);
        float* sums3 = sums + (3 * blocks);
        int* offsets = (int*)(q.HalfOffsets + (token * blocks));
        int* offsets3 = offsets + (6 * blocks);
        nint fourBlocks = blocks * 4;
        for (nint b = 0; b < blocks; b += 8, unit += TFormat.PackedBytes)
        {
            byte* p = unit + TFormat.HeaderBytes + (row * 4);
            byte* rowScales = unit + TFormat.HeaderBytes + TFormat.ScalesAt + row;
            for (int block = 0; block < 8; block++)
            {
                if (Sse.IsSupported)
                {
                    for (int i = 0; i < TFormat.BlockBytes; i += 64)
                    {
                        Sse.Prefetch0(p + PrefetchBytes + i);
                    }
                }

                TV a0 = TOps.Zero, c0 = TOps.Zero, a1 = TOps.Zero, c1 = TOps.Zero, a2 = TOps.Zero, c2 = TOps.Zero, a3 = TOps.Zero, c3 = TOps.Zero, a4 = TOps.Zero, c4 = TOps.Zero, a5 = TOps.Zero, c5 = TOps.Zero;
                var first = new SuperblockScales<TOps, TV>(rowScales);
                var second = new SuperblockScales<TOps, TV>(rowScales + 16);
                if (TFormat.HasMinimums)
                {
                    for (int step = 0; step < 4; step++, x += 4, z += 4)
                    {
                        TFormat.Load<TOps, TV>(p, step, out var low0, out var high0);
                        TFormat.Load<TOps, TV>(p + (4 * TOps.Lanes), step, out var low1, out var high1);
                        var v = TOps.Broadcast(x);
                        a0 = TOps.Dot(a0, low0, v);
                        c0 = TOps.Dot(c0, low1, v);

                        if (TTile.Tokens > 1)
                        {
                            v = TOps.Broadcast(x + stride);
                            a1 = TOps.Dot(a1, low0, v);
                            c1 = TOps.Dot(c1, low1, v);
                        }

                        if (TTile.Tokens > 2)
                        {
                            v = TOps.Broadcast(x + twice);
                            a2 = TOps.Dot(a2, low0, v);
                            c2 = TOps.Dot(c2, low1, v);
                        }

                        if (TTile.Tokens > 3)
                        {
                            v = TOps.Broadcast(z);
                            a3 = TOps.Dot(a3, low0, v);
                            c3 = TOps.Dot(c3, low1, v);
                        }

                        if (TTile.Tokens > 4)
                        {
                            v = TOps.Broadcast(z + stride);
                            a4 = TOps.Dot(a4, low0, v);
                            c4 = TOps.Dot(c4, low1, v);
                        }

                        if (TTile.Tokens > 5)
                        {
                            v = TOps.Broadcast(z + twice);
                            a5 = TOps.Dot(a5, low0, v);
                            c5 = TOps.Dot(c5, low1, v);
                        }

                        v = TOps.Broadcast(x + 16);
                        a0 = TOps.Dot(a0, high0, v);
                        c0 = TOps.Dot(c0, high1, v);

                        if (TTile.Tokens > 1)
                        {
                            v = TOps.Broadcast(x + stride + 16);
                            a1 = TOps.Dot(a1, high0, v);
                            c1 = TOps.Dot(c1, high1, v);
                        }

                        if (TTile.Tokens > 2)
                        {
                            v = TOps.Broadcast(x + twice + 16);
                            a2 = TOps.Dot(a2, high0, v);
                            c2 = TOps.Dot(c2, high1, v);
                        }

                        if (TTile.Tokens > 3)
                        {
                            v = TOps.Broadcast(z + 16);
                            a3 = TOps.Dot(a3, high0, v);
                            c3 = TOps.Dot(c3, high1, v);
                        }

                        if (TTile.Tokens > 4)
                        {
                            v = TOps.Broadcast(z + stride + 16);
                            a4 = TOps.Dot(a4, high0, v);
                            c4 = TOps.Dot(c4, high1, v);
                        }

                        if (TTile.Tokens > 5)
                        {
                            v = TOps.Broadcast(z + twice + 16);
                            a5 = TOps.Dot(a5, high0, v);
                            c5 = TOps.Dot(c5, high1, v);
                        }
                    }

                    first.AddTo(results, a0, c0, scales);
                    second.AddMinimums(results, sums);

                    if (TTile.Tokens > 1)
                    {
                        first.AddTo(results + (1 * TokenFloats), a1, c1, scales + blocks);
                        second.AddMinimums(results + (1 * TokenFloats), sums + blocks);
                    }

                    if (TTile.Tokens > 2)
                    {
                        first.AddTo(results + (2 * TokenFloats), a2, c2, scales + twoBlocks);
                        second.AddMinimums(results + (2 * TokenFloats), sums + twoBlocks);
                    }

                    if (TTile.Tokens > 3)
                    {
                        first.AddTo(results + (3 * TokenFloats), a3, c3, scales3);
                        second.AddMinimums(results + (3 * TokenFloats), sums3);
                    }

                    if (TTile.Tokens > 4)
                    {
                        first.AddTo(results + (4 * TokenFloats), a4, c4, scales3 + blocks);
                        second.AddMinimums(results + (4 * TokenFloats), sums3 + blocks);
                    }

                    if (TTile.Tokens > 5)
                    {
                        first.AddTo(results + (5 * TokenFloats), a5, c5, scales3 + twoBlocks);
                        second.AddMinimums(results + (5 * TokenFloats), sums3 + twoBlocks);
                    }
                }
                else
                {
                    c0 = a0 = TOps.AddHalves(TOps.Broadcast(offsets));

                    if (TTile.Tokens > 1)
                    {
                        c1 = a1 = TOps.AddHalves(TOps.Broadcast(offsets + twoBlocks));
                    }

                    if (TTile.Tokens > 2)
                    {
                        c2 = a2 = TOps.AddHalves(TOps.Broadcast(offsets + fourBlocks));
                    }

                    if (TTile.Tokens > 3)
                    {
                        c3 = a3 = TOps.AddHalves(TOps.Broadcast(offsets3));
                    }

                    if (TTile.Tokens > 4)
                    {
                        c4 = a4 = TOps.AddHalves(TOps.Broadcast(offsets3 + twoBlocks));
                    }

                    if (TTile.Tokens > 5)
                    {
                        c5 = a5 = TOps.AddHalves(TOps.Broadcast(offsets3 + fourBlocks));
                    }

                    for (int step = 0; step < 4; step++, x += 4, z += 4)
                    {
                        TFormat.Load<TOps, TV>(p, step, out var low0, out _);
                        TFormat.Load<TOps, TV>(p + (4 * TOps.Lanes), step, out var low1, out _);
                        var v = TOps.Broadcast(x);
                        a0 = TOps.Dot(a0, low0, v);
                        c0 = TOps.Dot(c0, low1, v);

                        if (TTile.Tokens > 1)
                        {
                            v = TOps.Broadcast(x + stride);
                            a1 = TOps.Dot(a1, low0, v);
                            c1 = TOps.Dot(c1, low1, v);
                        }

                        if (TTile.Tokens > 2)
                        {
                            v = TOps.Broadcast(x + twice);
                            a2 = TOps.Dot(a2, low0, v);
                            c2 = TOps.Dot(c2, low1, v);
                        }

                        if (TTile.Tokens > 3)
                        {
                            v = TOps.Broadcast(z);
                            a3 = TOps.Dot(a3, low0, v);
                            c3 = TOps.Dot(c3, low1, v);
                        }

                        if (TTile.Tokens > 4)
                        {
                            v = TOps.Broadcast(z + stride);
                            a4 = TOps.Dot(a4, low0, v);
                            c4 = TOps.Dot(c4, low1, v);
                        }

                        if (TTile.Tokens > 5)
                        {
                            v = TOps.Broadcast(z + twice);
                            a5 = TOps.Dot(a5, low0, v);
                            c5 = TOps.Dot(c5, low1, v);
                        }
                    }

                    first.KeepHalf(results, a0, c0);

                    if (TTile.Tokens > 1)
                    {
                        first.KeepHalf(results + (1 * TokenFloats), a1, c1);
                    }

                    if (TTile.Tokens > 2)
                    {
                        first.KeepHalf(results + (2 * TokenFloats), a2, c2);
                    }

                    if (TTile.Tokens > 3)
                    {
                        first.KeepHalf(results + (3 * TokenFloats), a3, c3);
                    }

                    if (TTile.Tokens > 4)
                    {
                        first.KeepHalf(results + (4 * TokenFloats), a4, c4);
                    }

                    if (TTile.Tokens > 5)
                    {
                        first.KeepHalf(results + (5 * TokenFloats), a5, c5);
                    }

                    c0 = a0 = TOps.AddHalves(TOps.Broadcast(offsets + 1));

                    if (TTile.Tokens > 1)
                    {
                        c1 = a1 = TOps.AddHalves(TOps.Broadcast(offsets + twoBlocks + 1));
                    }

                    if (TTile.Tokens > 2)
                    {
                        c2 = a2 = TOps.AddHalves(TOps.Broadcast(offsets + fourBlocks + 1));
                    }

                    if (TTile.Tokens > 3)
                    {
                        c3 = a3 = TOps.AddHalves(TOps.Broadcast(offsets3 + 1));
                    }

                    if (TTile.Tokens > 4)
                    {
                        c4 = a4 = TOps.AddHalves(TOps.Broadcast(offsets3 + twoBlocks + 1));
                    }

                    if (TTile.Tokens > 5)
                    {
                        c5 = a5 = TOps.AddHalves(TOps.Broadcast(offsets3 + fourBlocks + 1));
                    }

                    for (int step = 0; step < 4; step++, x += 4, z += 4)
                    {
                        TFormat.Load<TOps, TV>(p, step, out _, out var high0);
                        TFormat.Load<TOps, TV>(p + (4 * TOps.Lanes), step, out _, out var high1);
                        var v = TOps.Broadcast(x);
                        a0 = TOps.Dot(a0, high0, v);
                        c0 = TOps.Dot(c0, high1, v);

                        if (TTile.Tokens > 1)
                        {
                            v = TOps.Broadcast(x + stride);
                            a1 = TOps.Dot(a1, high0, v);
                            c1 = TOps.Dot(c1, high1, v);
                        }

                        if (TTile.Tokens > 2)
                        {
                            v = TOps.Broadcast(x + twice);
                            a2 = TOps.Dot(a2, high0, v);
                            c2 = TOps.Dot(c2, high1, v);
                        }

                        if (TTile.Tokens > 3)
                        {
                            v = TOps.Broadcast(z);
                            a3 = TOps.Dot(a3, high0, v);
                            c3 = TOps.Dot(c3, high1, v);
                        }

                        if (TTile.Tokens > 4)
                        {
                            v = TOps.Broadcast(z + stride);
                            a4 = TOps.Dot(a4, high0, v);
                            c4 = TOps.Dot(c4, high1, v);
                        }

                        if (TTile.Tokens > 5)
                        {
                            v = TOps.Broadcast(z + twice);
                            a5 = TOps.Dot(a5, high0, v);
                            c5 = TOps.Dot(c5, high1, v);
                        }
                    }

                    second.AddBothHalves(results, a0, c0, scales);

                    if (TTile.Tokens > 1)
                    {
                        second.AddBothHalves(results + (1 * TokenFloats), a1, c1, scales + blocks);
                    }

                    if (TTile.Tokens > 2)
                    {
                        second.AddBothHalves(results + (2 * TokenFloats), a2, c2, scales + twoBlocks);
                    }

                    if (TTile.Tokens > 3)
                    {
                        second.AddBothHalves(results + (3 * TokenFloats), a3, c3, scales3);
                    }

                    if (TTile.Tokens > 4)
                    {
                        second.AddBothHalves(results + (4 * TokenFloats), a4, c4, scales3 + blocks);
                    }

                    if (TTile.Tokens > 5)
                    {
                        second.AddBothHalves(results + (5 * TokenFloats), a5, c5, scales3 + twoBlocks);
                    }

                    x -= 16;
                    z -= 16;
                }

                x += 16;
                z += 16;
                p += TFormat.BlockBytes;
                rowScales += TFormat.BlockBytes;
                scales++;
                scales3++;
                sums++;
                sums3++;
                offsets += 2;
                offsets3 += 2;
            }

            FinishSuperblock(unit, row, TTile.Tokens, results);
        }
    }

    /// <summary>Adds the sums of a superblock times its factors to the results, and clears them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FinishSuperblock(byte* unit, int row, int tokens, float* results)
    {
        for (int half = 0; half < 2; half++)
        {
            ushort* factors = (ushort*)unit + row + (half * TOps.Lanes);
            var d = TOps.WidenHalf(factors);
            float* result = results + (half * TOps.Lanes);
            for (int t = 0; t < tokens; t++, result += TokenFloats)
            {
                float* sums = result + (2 * TOps.Lanes);
                var value = TOps.MultiplyAdd(TOps.Load(sums), d, TOps.Load(result));
                TOps.Store(TOps.Zero, sums);
                if (TFormat.HasMinimums)
                {
                    float* minimums = result + (4 * TOps.Lanes);
                    value = TOps.MultiplyAdd(TOps.Load(minimums), TOps.WidenHalf(factors + Rows), value);
                    TOps.Store(TOps.Zero, minimums);
                }

                TOps.Store(value, result);
            }
        }
    }
}
