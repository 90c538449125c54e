using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DePin.Sdk.Chains.Cryptography.Internal.Edwards;

/// <summary>A sum b B + k P for public numbers: signed digits of four bits of both, of which the one product grows in the lower lanes and the other in the upper ones.</summary>
internal static class LanePairMultiScalar
{
    private const int Digits = 64;
    private const int Multiples = 8;
    private const int Entries = (2 * Multiples) + 1; // from -8 to 8

    private static readonly LaneField Factors = MakeFactors();

    private static readonly Vector256<ulong>[] Base = MakeBase();

    /// <summary>Whether vectors are wide enough for this to be faster.</summary>
    public static bool IsSupported => Vector512.IsHardwareAccelerated;

    /// <summary>b B + k P, for a point with Z = 1. T is not valid.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static EdwardsPoint MultiplyVariable(in EdwardsScalar b, in EdwardsScalar k, in EdwardsPoint point)
    {
        // Vectors that straddle lines of the cache take twice the time.
        Span<byte> room = stackalloc byte[Unsafe.SizeOf<Workspace>() + Vector512<byte>.Count];
        int offset = (int)(Unsafe.ByteOffset(ref Unsafe.NullRef<byte>(), ref MemoryMarshal.GetReference(room)) & (Vector512<byte>.Count - 1));
        ref var work = ref Unsafe.As<byte, Workspace>(ref room[(Vector512<byte>.Count - offset) & (Vector512<byte>.Count - 1)]);
        Span<sbyte> ofBase = stackalloc sbyte[Digits], ofPoint = stackalloc sbyte[Digits];
        BaseComb.Recode(b, ofBase);
        BaseComb.Recode(k, ofPoint);
        work.Points.Set(0, point.X);
        work.Points.Set(1, point.Y);
        work.Points.Set(2, EdwardsField.One);
        work.Points.Set(3, point.T);
        ref var table = ref Unsafe.As<TableBuffer, Vector256<ulong>>(ref work.Table);
        MakeMultiples(ref work, ref table);

        work.Points = default;
        work.Points.V0 = Vector512.Create(0UL, 1, 1, 0, 0, 1, 1, 0);
        for (int i = Digits - 1; i >= 0; i--)
        {
            for (int bit = 0; bit < 4 && i < Digits - 1; bit++)
            {
                LanePair.Double(ref work.Points, ref work.Scratch);
            }

            ref var lower = ref Unsafe.Add(ref table, (ofPoint[i] + Multiples) * LaneField.Limbs);
            ref var upper = ref Base[(ofBase[i] + Multiples) * LaneField.Limbs];
            ref var other = ref LanePair.First(ref work.Other);
            for (int limb = 0; limb < LaneField.Limbs; limb++)
            {
                Unsafe.Add(ref other, limb) = Vector512.Create(Unsafe.Add(ref lower, limb), Unsafe.Add(ref upper, limb));
            }

            LanePair.Add(ref work.Points, work.Other, ref work.Scratch);
        }

        LanePair.ToCached(ref work.Other, ref work.Points, Factors, ref work.Scratch);
        LanePair.Swap(ref work.Other);
        LanePair.Add(ref work.Points, work.Other, ref work.Scratch);
        return new(work.Points.Get(0), work.Points.Get(1), work.Points.Get(2), EdwardsField.Zero);
    }

    /// <summary>-8, -7, ... 8 times the point in the lower lanes.</summary>
    private static void MakeMultiples(ref Workspace work, ref Vector256<ulong> table)
    {
        LanePair.ToCached(ref work.Other, ref work.Points, Factors, ref work.Scratch);
        work.First = work.Other;
        for (int i = 1; ; i++)
        {
            ref var cached = ref LanePair.First(ref work.Other);
            for (int limb = 0; limb < LaneField.Limbs; limb++)
            {
                var value = Unsafe.Add(ref cached, limb).GetLower();
                Unsafe.Add(ref table, ((Multiples + i) * LaneField.Limbs) + limb) = value;
                Unsafe.Add(ref table, ((Multiples - i) * LaneField.Limbs) + limb) = LanePair.Negate(value, limb);
            }

            if (i == Multiples)
            {
                break;
            }

            LanePair.Add(ref work.Points, work.First, ref work.Scratch);
            LanePair.ToCached(ref work.Other, ref work.Points, Factors, ref work.Scratch);
        }

        // The identity.
        Unsafe.Add(ref table, Multiples * LaneField.Limbs) = Vector256.Create(1UL, 1, 2, 0);
    }

    private static LaneField MakeFactors()
    {
        LaneField factors = default;
        for (int half = 0; half < LaneField.Lanes; half += 4)
        {
            factors.Set(half, EdwardsField.One);
            factors.Set(half + 1, EdwardsField.One);
            factors.Set(half + 2, new EdwardsField(2, 0, 0, 0));
            factors.Set(half + 3, EdwardsPoint.TwiceD);
        }

        return factors;
    }

    private static Vector256<ulong>[] MakeBase()
    {
        Workspace work = default;
        var point = EdwardsPoint.Base;
        work.Points.Set(0, point.X);
        work.Points.Set(1, point.Y);
        work.Points.Set(2, EdwardsField.One);
        work.Points.Set(3, point.T);
        MakeMultiples(ref work, ref Unsafe.As<TableBuffer, Vector256<ulong>>(ref work.Table));
        return MemoryMarshal.Cast<TableBuffer, Vector256<ulong>>(new Span<TableBuffer>(ref work.Table)).ToArray();
    }

    private struct Workspace
    {
        public LaneField Points, Other, First;
        public LaneScratch Scratch;
        public TableBuffer Table;
    }

    [InlineArray(Entries * LaneField.Limbs)]
    private struct TableBuffer
    {
        private Vector256<ulong> _first;
    }
}
