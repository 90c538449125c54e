using System.Runtime.CompilerServices;

namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>The integer scales or minimums of the rows of a block, as numbers.</summary>
internal readonly unsafe struct SuperblockScales<TOps, TV>
    where TOps : struct, ILaneOps<TV>
    where TV : struct
{
    private readonly TV _first;
    private readonly TV _second;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SuperblockScales(byte* scales)
    {
        _first = TOps.ToSingle(TOps.WidenSByte((sbyte*)scales));
        _second = TOps.ToSingle(TOps.WidenSByte((sbyte*)scales + TOps.Lanes));
    }

    /// <summary>The superblock's sums += (sums * row scale) * token scale; the first product is exact.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddTo(float* result, TV first, TV second, float* scale) =>
        Add(result + (2 * TOps.Lanes), TOps.Multiply(TOps.ToSingle(first), _first), TOps.Multiply(TOps.ToSingle(second), _second), scale);

    /// <summary>The superblock's minimums += row minimum * the token's sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddMinimums(float* result, float* sum) => Add(result + (4 * TOps.Lanes), _first, _second, sum);

    /// <summary>Keeps the sums of the first half of a block, times their scale.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void KeepHalf(float* result, TV first, TV second)
    {
        TOps.Store(TOps.Multiply(TOps.ToSingle(first), _first), result + (6 * TOps.Lanes));
        TOps.Store(TOps.Multiply(TOps.ToSingle(second), _second), result + (7 * TOps.Lanes));
    }

    /// <summary>The superblock's sums += (the first half's + the second half's sums, each times its scale) * token scale.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddBothHalves(float* result, TV first, TV second, float* scale) => Add(
        result + (2 * TOps.Lanes),
        TOps.MultiplyAdd(TOps.ToSingle(first), _first, TOps.Load(result + (6 * TOps.Lanes))),
        TOps.MultiplyAdd(TOps.ToSingle(second), _second, TOps.Load(result + (7 * TOps.Lanes))),
        scale);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(float* target, TV first, TV second, float* scale)
    {
        var e = TOps.CreateSingle(*scale);
        TOps.Store(TOps.MultiplyAdd(first, e, TOps.Load(target)), target);
        target += TOps.Lanes;
        TOps.Store(TOps.MultiplyAdd(second, e, TOps.Load(target)), target);
    }
}
