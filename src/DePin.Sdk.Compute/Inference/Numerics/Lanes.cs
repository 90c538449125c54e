using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DePin.Sdk.Compute.Inference.Numerics;

/// <summary>Arithmetic on sixteen lanes whose results do not depend on the width of the machine's vectors.</summary>
/// <remarks>
/// Sums are always kept in sixteen lanes and folded in one order, and functions use fused operations only, so that the same numbers come
/// out bit for bit with AVX-512, AVX2, AdvSimd and without vectors. The base library's functions promise no such thing.
/// </remarks>
internal static unsafe class Lanes
{
    /// <summary>Number of lanes.</summary>
    public const int Count = 16;

    /// <summary>Adds the lanes: halves onto each other until one is left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector512<float> v)
    {
        var eight = v.GetLower() + v.GetUpper();
        var four = eight.GetLower() + eight.GetUpper();
        return (four.GetElement(0) + four.GetElement(2)) + (four.GetElement(1) + four.GetElement(3));
    }

    /// <summary>The largest lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(Vector512<float> v)
    {
        var eight = Vector256.Max(v.GetLower(), v.GetUpper());
        var four = Vector128.Max(eight.GetLower(), eight.GetUpper());
        return MathF.Max(MathF.Max(four.GetElement(0), four.GetElement(2)), MathF.Max(four.GetElement(1), four.GetElement(3)));
    }

    /// <summary>Loads up to sixteen numbers; the lanes behind them are 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* source, int count) => count >= Count ? Vector512.Load(source) : LoadPart(source, count);

    /// <summary>Stores the first up to sixteen lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, float* target, int count)
    {
        if (count >= Count)
        {
            value.Store(target);
        }
        else
        {
            StorePart(value, target, count);
        }
    }

    /// <summary>The exponential function, to about two units in the last place; 0 below -87, finite above 88.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        var tiny = Vector512.LessThan(x, Vector512.Create(-87f));
        x = Vector512.Min(Vector512.Max(x, Vector512.Create(-87f)), Vector512.Create(88f));

        // Adding and taking away 1.5 * 2^23 rounds to the nearest integer.
        var magic = Vector512.Create(12582912f);
        var n = Vector512.FusedMultiplyAdd(x, Vector512.Create(1.44269504f), magic) - magic;
        var r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-0.693359375f), x);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(2.12194440e-4f), r);

        // Taylor's series to the sixth power; |r| is at most ln(2) / 2.
        var p = Vector512.Create(1f / 720);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 120));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 24));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1f / 6));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.5f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512<float>.One);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512<float>.One);

        // The rounding left n in the low bits of the sum with the magic number, so its exponent is built without a conversion.
        var exponent = ((n + magic).AsInt32() - magic.AsInt32() + Vector512.Create(127)) << 23;
        return Vector512.ConditionalSelect(tiny, Vector512<float>.Zero, p * exponent.AsSingle());
    }

    /// <summary>The hyperbolic tangent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Tanh(Vector512<float> x)
    {
        var one = Vector512<float>.One;
        return one - (Vector512.Create(2f) / (Exp(x + x) + one));
    }

    private static Vector512<float> LoadPart(float* source, int count)
    {
        var part = Vector512<float>.Zero;
        new ReadOnlySpan<float>(source, count).CopyTo(new Span<float>(&part, Count));
        return part;
    }

    private static void StorePart(Vector512<float> value, float* target, int count) =>
        new ReadOnlySpan<float>(&value, count).CopyTo(new Span<float>(target, count));
}
