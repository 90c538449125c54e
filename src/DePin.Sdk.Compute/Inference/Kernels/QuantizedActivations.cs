using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>
/// Activations as signed bytes of -127 to 127: for each 32 columns of a token one scale, and the sums that weights with an offset need.
/// </summary>
/// <remarks>
/// The rows of all tokens that are multiplied together must have the same number of columns. A block with a value that is
/// not finite is all zero, and its scale, and so every product with it, is NaN.
/// </remarks>
internal sealed unsafe class QuantizedActivations : IDisposable
{
    /// <summary>Columns that share a scale.</summary>
    public const int BlockColumns = 32;

    private readonly WeightMemory _memory;
    private readonly int _maxBlocks;
    private readonly int _maxTokens;

    public QuantizedActivations(int maxTokens, int maxColumns)
    {
        _maxTokens = maxTokens;
        _maxBlocks = (maxColumns + BlockColumns - 1) / BlockColumns;
        long blocks = (long)maxTokens * _maxBlocks;
        _memory = new WeightMemory(blocks * (BlockColumns + sizeof(float) + sizeof(int) + sizeof(float) + sizeof(int) + sizeof(long)));
        Values = (sbyte*)_memory.Pointer;
        Scales = (float*)(Values + (blocks * BlockColumns));
        NegatedSums = (int*)(Scales + blocks);
        ScaledSums = (float*)(NegatedSums + blocks);
        Offsets = (int*)(ScaledSums + blocks);
        HalfOffsets = (long*)(Offsets + blocks);
    }

    /// <summary>The bytes; the rows of a token follow each other at the distance of the columns rounded up to 32.</summary>
    public sbyte* Values { get; }

    /// <summary>One for each block; the blocks of a token follow each other, then come those of the next.</summary>
    public float* Scales { get; }

    /// <summary>Each block's sum of bytes, less than zero where that is greater: what an offset of the weights calls for.</summary>
    public int* NegatedSums { get; }

    /// <summary>Each block's sum times its scale.</summary>
    public float* ScaledSums { get; }

    /// <summary>-8 times two sums of each block, in 16 bits: of the columns that are 0 or 1, and 2 or 3, modulo 4.</summary>
    public int* Offsets { get; }

    /// <summary>
    /// -32 times four sums of each block, in 16 bits: of the columns that are 0 or 1, and 2 or 3, modulo 4, in the first half and in the
    /// second.
    /// </summary>
    public long* HalfOffsets { get; }

    /// <summary>Quantizes the activations of one token. Different tokens may be quantized at the same time.</summary>
    public void Quantize(int token, float* x, int columns)
    {
        int blocks = (columns + BlockColumns - 1) / BlockColumns;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(blocks, _maxBlocks);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)token, (uint)_maxTokens);
        long first = (long)token * blocks;
        int whole = columns / BlockColumns;
        Quantize(first, x, whole);
        if (whole < blocks)
        {
            float* rest = stackalloc float[BlockColumns];
            new Span<float>(rest, BlockColumns).Clear();
            new ReadOnlySpan<float>(x + (whole * BlockColumns), columns - (whole * BlockColumns)).CopyTo(new Span<float>(rest, BlockColumns));
            Quantize(first + whole, rest, 1);
        }
    }

    public void Dispose() => _memory.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Quantize(long block, float* x, int count)
    {
        for (int i = 0; i < count; i++, block++, x += BlockColumns)
        {
            float largest = Largest(x);
            float factor = 127f / largest;
            var bytes = Vector256<sbyte>.Zero;
            float scale;
            if (float.IsFinite(factor) && float.IsFinite(largest))
            {
                bytes = Avx512F.IsSupported ? RoundWide(x, factor) : Round(x, factor);
                scale = largest / 127f;
            }
            else
            {
                // So small that the factor is not finite counts as zero.
                scale = float.IsFinite(largest) ? 0 : float.NaN;
            }

            bytes.Store(Values + (block * BlockColumns));
            var pairs = PairSums(bytes);
            var low = pairs.GetLower();
            var high = pairs.GetUpper();
            var both = low + high;
            int twoSums = both.AsInt32().ToScalar();
            int sum = (short)twoSums + (twoSums >> 16);
            Scales[block] = scale;
            NegatedSums[block] = -sum;
            ScaledSums[block] = scale * sum;
            Offsets[block] = (-(both << 3)).AsInt32().ToScalar();
            HalfOffsets[block] = (-(Vector128.ConditionalSelect(Vector128.Create(-1, 0, -1, 0).AsInt16(), low, high) << 5)).AsInt64().ToScalar();
        }
    }

    /// <summary>The largest magnitude of 32 numbers; not finite if one of them is not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Largest(float* x)
    {
        // Without their signs the numbers order like integers, NaN above infinity.
        var mask = Vector256.Create(int.MaxValue);
        var pair = Vector256.Max(
            Vector256.Max(Vector256.Load((int*)x) & mask, Vector256.Load((int*)x + 8) & mask),
            Vector256.Max(Vector256.Load((int*)x + 16) & mask, Vector256.Load((int*)x + 24) & mask));
        var four = Vector128.Max(pair.GetLower(), pair.GetUpper());
        four = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        four = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(1, 0, 3, 2)));
        return four.AsSingle().ToScalar();
    }

    /// <summary>x * factor to the nearest integers, ties to even.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<sbyte> RoundWide(float* x, float factor)
    {
        var wide = Vector512.Create(factor);
        return Vector256.Create(
            Avx512F.ConvertToVector128SByte(Avx512F.ConvertToVector512Int32(Vector512.Load(x) * wide)),
            Avx512F.ConvertToVector128SByte(Avx512F.ConvertToVector512Int32(Vector512.Load(x + 16) * wide)));
    }

    /// <inheritdoc cref="RoundWide"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<sbyte> Round(float* x, float factor)
    {
        var x0 = Round(Vector256.Load(x), factor);
        var x1 = Round(Vector256.Load(x + 8), factor);
        var x2 = Round(Vector256.Load(x + 16), factor);
        var x3 = Round(Vector256.Load(x + 24), factor);
        if (Avx2.IsSupported)
        {
            // Packing works on each half of a register by itself and leaves groups of four in the order 0, 2, 4, 6, 1, 3, 5, 7.
            var packed = Avx2.PackSignedSaturate(Avx2.PackSignedSaturate(x0, x1), Avx2.PackSignedSaturate(x2, x3));
            return Avx2.PermuteVar8x32(packed.AsInt32(), Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7)).AsSByte();
        }

        return Vector256.Narrow(Vector256.Narrow(x0, x1), Vector256.Narrow(x2, x3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Round(Vector256<float> x, float factor)
    {
        // At 1.5 * 2^23 a number has no bits left below the units, and the addition rounds.
        var shifted = (x * Vector256.Create(factor)) + Vector256.Create(12582912f);
        return shifted.AsInt32() - Vector256.Create(12582912f).AsInt32();
    }

    /// <summary>For each half: the sum of bytes 0, 1, 4, 5, ..., then that of bytes 2, 3, 6, 7, ..., and so on again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> PairSums(Vector256<sbyte> bytes)
    {
        if (Avx2.IsSupported)
        {
            var pairs = Avx2.MultiplyAddAdjacent(Vector256<byte>.One, bytes);
            pairs += Avx2.Shuffle(pairs.AsInt32(), 0b01_00_11_10).AsInt16();
            return pairs + Avx2.Shuffle(pairs.AsInt32(), 0b10_11_00_01).AsInt16();
        }

        return Vector256.Create(PairSums(bytes.GetLower()), PairSums(bytes.GetUpper()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> PairSums(Vector128<sbyte> bytes)
    {
        var words = bytes.AsInt16();
        var pairs = ((words << 8) >> 8) + (words >> 8);
        pairs += Vector128.Shuffle(pairs.AsInt32(), Vector128.Create(2, 3, 0, 1)).AsInt16();
        return pairs + Vector128.Shuffle(pairs.AsInt32(), Vector128.Create(1, 0, 3, 2)).AsInt16();
    }
}
