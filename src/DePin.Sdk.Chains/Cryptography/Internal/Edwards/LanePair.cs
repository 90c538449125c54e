using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DePin.Sdk.Chains.Cryptography.Internal.Edwards;

/// <summary>Two points of edwards25519, whose X, Y, Z and T are the lanes 0 to 3 and 4 to 7: their four products are computed side by side (Hisil, Wong, Carter and Dawson, 2008, section 3.4). All lanes are products.
/// What is added has Y - X, Y + X, 2 Z and 2 d T in the same lanes.</summary>
internal static class LanePair
{
    // p twice and four times, limb by limb.
    private static Vector512<ulong> LowestTwoP
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(0x7FFFFDAUL);
    }

    private static Vector512<ulong> EvenTwoP
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(0x7FFFFFEUL);
    }

    private static Vector512<ulong> OddTwoP
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(0x3FFFFFEUL);
    }

    private static Vector512<ulong> LowestFourP
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(0xFFFFFB4UL);
    }

    private static Vector512<ulong> EvenFourP
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(0xFFFFFFCUL);
    }

    private static Vector512<ulong> OddFourP
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(0x7FFFFFCUL);
    }

    private static Vector512<ulong> Lane0
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(ulong.MaxValue, 0, 0, 0, ulong.MaxValue, 0, 0, 0);
    }

    private static Vector512<ulong> Lane1
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(0, ulong.MaxValue, 0, 0, 0, ulong.MaxValue, 0, 0);
    }

    private static Vector512<ulong> Lane2
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(0, 0, ulong.MaxValue, 0, 0, 0, ulong.MaxValue, 0);
    }

    private static Vector512<ulong> Lane3
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(0, 0, 0, ulong.MaxValue, 0, 0, 0, ulong.MaxValue);
    }

    private static Vector512<ulong> Lanes02
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(ulong.MaxValue, 0, ulong.MaxValue, 0, ulong.MaxValue, 0, ulong.MaxValue, 0);
    }

    private static Vector512<ulong> Lanes03
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(ulong.MaxValue, 0, 0, ulong.MaxValue, ulong.MaxValue, 0, 0, ulong.MaxValue);
    }

    /// <summary>Doubles both points.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Double(ref LaneField points, ref LaneScratch s)
    {
        Vector512<ulong> lane2 = Lane2, lane3 = Lane3, lanes02 = Lanes02, lanes03 = Lanes03, lowestFourP = LowestFourP, evenFourP = EvenFourP, oddFourP = OddFourP;
        // Squares of X, Y, Z and X + Y.
        s.A.V0 = Shuffle0120(points.V0) + (Shuffle1111(points.V0) & lane3);
        s.A.V1 = Shuffle0120(points.V1) + (Shuffle1111(points.V1) & lane3);
        s.A.V2 = Shuffle0120(points.V2) + (Shuffle1111(points.V2) & lane3);
        s.A.V3 = Shuffle0120(points.V3) + (Shuffle1111(points.V3) & lane3);
        s.A.V4 = Shuffle0120(points.V4) + (Shuffle1111(points.V4) & lane3);
        s.A.V5 = Shuffle0120(points.V5) + (Shuffle1111(points.V5) & lane3);
        s.A.V6 = Shuffle0120(points.V6) + (Shuffle1111(points.V6) & lane3);
        s.A.V7 = Shuffle0120(points.V7) + (Shuffle1111(points.V7) & lane3);
        s.A.V8 = Shuffle0120(points.V8) + (Shuffle1111(points.V8) & lane3);
        s.A.V9 = Shuffle0120(points.V9) + (Shuffle1111(points.V9) & lane3);
        LaneField.Square(ref s.A, s.A);

        // e = (X + Y)^2 - X^2 - Y^2, g = Y^2 - X^2, f = 2 Z^2 - g, h = X^2 + Y^2: (e, g, f, e) times (f, h, g, h).
        DoubleSides(s.A.V0, lowestFourP, lane2, lanes03, out s.B.V0, out s.C.V0);
        DoubleSides(s.A.V1, oddFourP, lane2, lanes03, out s.B.V1, out s.C.V1);
        DoubleSides(s.A.V2, evenFourP, lane2, lanes03, out s.B.V2, out s.C.V2);
        DoubleSides(s.A.V3, oddFourP, lane2, lanes03, out s.B.V3, out s.C.V3);
        DoubleSides(s.A.V4, evenFourP, lane2, lanes03, out s.B.V4, out s.C.V4);
        DoubleSides(s.A.V5, oddFourP, lane2, lanes03, out s.B.V5, out s.C.V5);
        DoubleSides(s.A.V6, evenFourP, lane2, lanes03, out s.B.V6, out s.C.V6);
        DoubleSides(s.A.V7, oddFourP, lane2, lanes03, out s.B.V7, out s.C.V7);
        DoubleSides(s.A.V8, evenFourP, lane2, lanes03, out s.B.V8, out s.C.V8);
        DoubleSides(s.A.V9, oddFourP, lane2, lanes03, out s.B.V9, out s.C.V9);
        LaneField.Carry(ref s.B);
        s.C.V0 = Vector512.ConditionalSelect(lanes02, Shuffle2211(s.B.V0), s.C.V0);
        s.C.V1 = Vector512.ConditionalSelect(lanes02, Shuffle2211(s.B.V1), s.C.V1);
        s.C.V2 = Vector512.ConditionalSelect(lanes02, Shuffle2211(s.B.V2), s.C.V2);
        s.C.V3 = Vector512.ConditionalSelect(lanes02, Shuffle2211(s.B.V3), s.C.V3);
        s.C.V4 = Vector512.ConditionalSelect(lanes02, Shuffle2211(s.B.V4), s.C.V4);
        s.C.V5 = Vector512.ConditionalSelect(lanes02, Shuffle2211(s.B.V5), s.C.V5);
        s.C.V6 = Vector512.ConditionalSelect(lanes02, Shuffle2211(s.B.V6), s.C.V6);
        s.C.V7 = Vector512.ConditionalSelect(lanes02, Shuffle2211(s.B.V7), s.C.V7);
        s.C.V8 = Vector512.ConditionalSelect(lanes02, Shuffle2211(s.B.V8), s.C.V8);
        s.C.V9 = Vector512.ConditionalSelect(lanes02, Shuffle2211(s.B.V9), s.C.V9);
        LaneField.Multiply(ref points, s.B, s.C);
    }

    /// <summary>Adds a point to each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(ref LaneField points, in LaneField other, ref LaneScratch s)
    {
        Vector512<ulong> lane1 = Lane1, lanes02 = Lanes02, lowestTwoP = LowestTwoP, evenTwoP = EvenTwoP, oddTwoP = OddTwoP;
        Sides(ref s.A, ref points);
        LaneField.Multiply(ref s.A, s.A, other);

        // Of (a, b, d, c): e = b - a, g = d + c, f = d - c, h = b + a, and (e, g, f, e) times (f, h, g, h).
        AddSides(s.A.V0, lowestTwoP, lane1, lanes02, out s.B.V0, out s.C.V0);
        AddSides(s.A.V1, oddTwoP, lane1, lanes02, out s.B.V1, out s.C.V1);
        AddSides(s.A.V2, evenTwoP, lane1, lanes02, out s.B.V2, out s.C.V2);
        AddSides(s.A.V3, oddTwoP, lane1, lanes02, out s.B.V3, out s.C.V3);
        AddSides(s.A.V4, evenTwoP, lane1, lanes02, out s.B.V4, out s.C.V4);
        AddSides(s.A.V5, oddTwoP, lane1, lanes02, out s.B.V5, out s.C.V5);
        AddSides(s.A.V6, evenTwoP, lane1, lanes02, out s.B.V6, out s.C.V6);
        AddSides(s.A.V7, oddTwoP, lane1, lanes02, out s.B.V7, out s.C.V7);
        AddSides(s.A.V8, evenTwoP, lane1, lanes02, out s.B.V8, out s.C.V8);
        AddSides(s.A.V9, oddTwoP, lane1, lanes02, out s.B.V9, out s.C.V9);
        LaneField.Multiply(ref points, s.B, s.C);
    }

    /// <summary>The points in the form in which they are added to others; the factors are 1, 1, 2 and 2 d.</summary>
    public static void ToCached(ref LaneField result, ref LaneField points, in LaneField factors, ref LaneScratch s)
    {
        Sides(ref s.A, ref points);
        LaneField.Multiply(ref result, s.A, factors);
    }

    /// <summary>Exchanges the two points.</summary>
    public static void Swap(ref LaneField points)
    {
        ref var point = ref First(ref points);
        for (int i = 0; i < LaneField.Limbs; i++)
        {
            var v = Unsafe.Add(ref point, i);
            Unsafe.Add(ref point, i) = Vector512.Create(v.GetUpper(), v.GetLower());
        }
    }

    /// <summary>The negative of a point that is to be added: the sums change places, and the product its sign.</summary>
    public static Vector256<ulong> Negate(Vector256<ulong> cached, int limb)
    {
        var swapped = Vector256.Shuffle(cached, Vector256.Create(1UL, 0, 2, 3));
        return Vector256.ConditionalSelect(Lane3.GetLower(), (limb == 0 ? LowestTwoP : limb % 2 == 0 ? EvenTwoP : OddTwoP).GetLower() - swapped, swapped);
    }

    public static ref Vector512<ulong> First(ref LaneField value) => ref Unsafe.As<LaneField, Vector512<ulong>>(ref value);

    /// <summary>Y - X, Y + X, Z, T.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Sides(ref LaneField result, ref LaneField points)
    {
        Vector512<ulong> lane0 = Lane0, lane1 = Lane1, lowestTwoP = LowestTwoP, evenTwoP = EvenTwoP, oddTwoP = OddTwoP;
        result.V0 = SumAndDifference(points.V0, lowestTwoP, lane0, lane1);
        result.V1 = SumAndDifference(points.V1, oddTwoP, lane0, lane1);
        result.V2 = SumAndDifference(points.V2, evenTwoP, lane0, lane1);
        result.V3 = SumAndDifference(points.V3, oddTwoP, lane0, lane1);
        result.V4 = SumAndDifference(points.V4, evenTwoP, lane0, lane1);
        result.V5 = SumAndDifference(points.V5, oddTwoP, lane0, lane1);
        result.V6 = SumAndDifference(points.V6, evenTwoP, lane0, lane1);
        result.V7 = SumAndDifference(points.V7, oddTwoP, lane0, lane1);
        result.V8 = SumAndDifference(points.V8, evenTwoP, lane0, lane1);
        result.V9 = SumAndDifference(points.V9, oddTwoP, lane0, lane1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> SumAndDifference(Vector512<ulong> v, Vector512<ulong> twoP, Vector512<ulong> lane0, Vector512<ulong> lane1)
    {
        var x = Shuffle0000(v);
        return Shuffle1123(v) + Vector512.ConditionalSelect(lane0, twoP - x, x & lane1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void DoubleSides(Vector512<ulong> v, Vector512<ulong> fourP, Vector512<ulong> lane2, Vector512<ulong> lanes03, out Vector512<ulong> left, out Vector512<ulong> sum)
    {
        Vector512<ulong> xx = Shuffle0000(v), yy = Shuffle1111(v), from = Shuffle3123(v);
        sum = xx + yy;
        left = from + ((from + xx) & lane2) + (fourP - Vector512.ConditionalSelect(lane2, yy, xx + (yy & lanes03)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddSides(Vector512<ulong> v, Vector512<ulong> twoP, Vector512<ulong> lane1, Vector512<ulong> lanes02, out Vector512<ulong> left, out Vector512<ulong> right)
    {
        Vector512<ulong> x = Shuffle1221(v), y = Shuffle0330(v);
        left = x + Vector512.ConditionalSelect(lane1, y, twoP - y);
        right = Vector512.ConditionalSelect(lanes02, Shuffle2211(left), Shuffle0033(x + y));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Shuffle0000(Vector512<ulong> v) => Vector512.Shuffle(v, Vector512.Create(0UL, 0, 0, 0, 4, 4, 4, 4));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Shuffle1111(Vector512<ulong> v) => Vector512.Shuffle(v, Vector512.Create(1UL, 1, 1, 1, 5, 5, 5, 5));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Shuffle0120(Vector512<ulong> v) => Vector512.Shuffle(v, Vector512.Create(0UL, 1, 2, 0, 4, 5, 6, 4));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Shuffle3123(Vector512<ulong> v) => Vector512.Shuffle(v, Vector512.Create(3UL, 1, 2, 3, 7, 5, 6, 7));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Shuffle1123(Vector512<ulong> v) => Vector512.Shuffle(v, Vector512.Create(1UL, 1, 2, 3, 5, 5, 6, 7));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Shuffle1221(Vector512<ulong> v) => Vector512.Shuffle(v, Vector512.Create(1UL, 2, 2, 1, 5, 6, 6, 5));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Shuffle0330(Vector512<ulong> v) => Vector512.Shuffle(v, Vector512.Create(0UL, 3, 3, 0, 4, 7, 7, 4));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Shuffle2211(Vector512<ulong> v) => Vector512.Shuffle(v, Vector512.Create(2UL, 2, 1, 1, 6, 6, 5, 5));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Shuffle0033(Vector512<ulong> v) => Vector512.Shuffle(v, Vector512.Create(0UL, 0, 3, 3, 4, 4, 7, 7));
}
