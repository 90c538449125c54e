using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DePin.Sdk.Chains.Cryptography.Internal.Edwards;

/// <summary>Eight sums b B + k P at once for public numbers: one chain of doublings for signed digits of four bits of the k and of eight bits of the b.</summary>
internal static class LaneMultiScalar
{
    private const int PointDigits = 64, BaseDigits = 32;
    private const int PointMultiples = 8, BaseMultiples = 128;
    private const int WordsPerPoint = LaneCachedPoint.PackedWords;

    // 0, 1, ... 128 times the base point: y + x, y - x, 2 d x y.
    private static readonly ulong[] Base = MakeBase();

    private static readonly LaneField TwiceD = LaneField.Create(EdwardsPoint.TwiceD);

    /// <summary>Replaces each point, whose Z is one, by b B + k P. T is not valid then.</summary>
    public static void MultiplyVariable(ReadOnlySpan<EdwardsScalar> b, ReadOnlySpan<EdwardsScalar> k, Span<EdwardsPoint> points)
    {
        // Vectors that straddle lines of the cache take twice the time.
        Span<byte> room = stackalloc byte[Unsafe.SizeOf<Workspace>() + Vector512<byte>.Count];
        int offset = (int)(Unsafe.ByteOffset(ref Unsafe.NullRef<byte>(), ref MemoryMarshal.GetReference(room)) & (Vector512<byte>.Count - 1));
        ref var work = ref Unsafe.As<byte, Workspace>(ref room[(Vector512<byte>.Count - offset) & (Vector512<byte>.Count - 1)]);
        Span<long> ofPoints = MemoryMarshal.Cast<PointDigitBuffer, long>(new Span<PointDigitBuffer>(ref work.PointDigits));
        Span<sbyte> digits = stackalloc sbyte[PointDigits];
        Span<short> ofBase = stackalloc short[BaseDigits * LaneField.Lanes];
        for (int lane = 0; lane < LaneField.Lanes; lane++)
        {
            BaseComb.Recode(k[lane], digits);
            for (int i = 0; i < PointDigits; i++)
            {
                ofPoints[(i * LaneField.Lanes) + lane] = digits[i];
            }

            Recode(b[lane], ofBase[lane..]);
            work.Point.X.Set(lane, points[lane].X);
            work.Point.Y.Set(lane, points[lane].Y);
            work.Point.T.Set(lane, points[lane].T);
            work.Point.Z.Set(lane, EdwardsField.One);
        }

        MakeMultiples(ref work);
        work.Point = default;
        work.Point.Y.V0 = work.Point.Z.V0 = Vector512<ulong>.One;
        for (int i = PointDigits - 1; i >= 0; i--)
        {
            for (int bit = 0; bit < 4 && i < PointDigits - 1; bit++)
            {
                LanePoint.Double(ref work.Point, ref work.Scratch, isTNeeded: bit == 3);
            }

            bool hasBase = i % 2 == 0;
            SelectMultiple(ref work, Vector512.LoadUnsafe(ref ofPoints[i * LaneField.Lanes]));
            LanePoint.Add(ref work.Point, work.Other, ref work.Scratch, isTNeeded: hasBase);
            if (hasBase)
            {
                GatherBase(ref work, ofBase.Slice(i / 2 * LaneField.Lanes, LaneField.Lanes));
                LanePoint.AddAffine(ref work.Point, work.Other, ref work.Scratch, isTNeeded: false);
            }
        }

        for (int lane = 0; lane < LaneField.Lanes; lane++)
        {
            points[lane] = new(work.Point.X.Get(lane), work.Point.Y.Get(lane), work.Point.Z.Get(lane), EdwardsField.Zero);
        }
    }

    /// <summary>1, 2, ... 8 times the points.</summary>
    private static void MakeMultiples(ref Workspace work)
    {
        Span<LaneCachedPoint> multiples = MemoryMarshal.Cast<MultipleBuffer, LaneCachedPoint>(new Span<MultipleBuffer>(ref work.Multiples));
        LaneCachedPoint.From(ref multiples[0], work.Point, TwiceD);
        for (int i = 1; i < PointMultiples; i++)
        {
            LanePoint.Add(ref work.Point, multiples[0], ref work.Scratch, isTNeeded: true);
            LaneCachedPoint.From(ref multiples[i], work.Point, TwiceD);
        }
    }

    /// <summary>For each lane the multiple that its digit names: all are read, since lanes cannot read at different places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SelectMultiple(ref Workspace work, Vector512<long> digits)
    {
        var isNegative = Vector512.LessThan(digits, Vector512<long>.Zero).AsUInt64();
        var wanted = Vector512.Abs(digits).AsUInt64();
        var is1 = Vector512.Equals(wanted, Vector512.Create(1UL));
        var is2 = Vector512.Equals(wanted, Vector512.Create(2UL));
        var is3 = Vector512.Equals(wanted, Vector512.Create(3UL));
        var is4 = Vector512.Equals(wanted, Vector512.Create(4UL));
        var is5 = Vector512.Equals(wanted, Vector512.Create(5UL));
        var is6 = Vector512.Equals(wanted, Vector512.Create(6UL));
        var is7 = Vector512.Equals(wanted, Vector512.Create(7UL));
        var is8 = Vector512.Equals(wanted, Vector512.Create(8UL));
        ref var from = ref Unsafe.As<MultipleBuffer, Vector512<ulong>>(ref work.Multiples);
        ref var to = ref Unsafe.As<LaneCachedPoint, Vector512<ulong>>(ref work.Other);
        for (int i = 0; i < LaneCachedPoint.Vectors; i++)
        {
            ref var first = ref Unsafe.Add(ref from, i);
            Unsafe.Add(ref to, i) =
                (first & is1)
                | (Unsafe.Add(ref first, LaneCachedPoint.Vectors) & is2)
                | (Unsafe.Add(ref first, 2 * LaneCachedPoint.Vectors) & is3)
                | (Unsafe.Add(ref first, 3 * LaneCachedPoint.Vectors) & is4)
                | (Unsafe.Add(ref first, 4 * LaneCachedPoint.Vectors) & is5)
                | (Unsafe.Add(ref first, 5 * LaneCachedPoint.Vectors) & is6)
                | (Unsafe.Add(ref first, 6 * LaneCachedPoint.Vectors) & is7)
                | (Unsafe.Add(ref first, 7 * LaneCachedPoint.Vectors) & is8);
        }

        // The digit zero: the identity.
        var isZero = Vector512.Equals(wanted, Vector512<ulong>.Zero) & Vector512<ulong>.One;
        work.Other.YPlusX.V0 |= isZero;
        work.Other.YMinusX.V0 |= isZero;
        work.Other.TwoZ.V0 |= isZero + isZero;
        LaneCachedPoint.NegateSelected(ref work.Other, isNegative, ref work.Scratch);
    }

    private static void GatherBase(ref Workspace work, ReadOnlySpan<short> digits)
    {
        Span<ulong> words = MemoryMarshal.Cast<BaseWordBuffer, ulong>(new Span<BaseWordBuffer>(ref work.BaseWords)), isNegative = stackalloc ulong[LaneField.Lanes];
        for (int lane = 0; lane < LaneField.Lanes; lane++)
        {
            int digit = digits[lane];
            var from = Base.AsSpan(Math.Abs(digit) * WordsPerPoint, WordsPerPoint);
            isNegative[lane] = digit < 0 ? ulong.MaxValue : 0;
            for (int i = 0; i < WordsPerPoint; i++)
            {
                words[(i * LaneField.Lanes) + lane] = from[i];
            }
        }

        var mask = Vector512.Create((1UL << 26) - 1);
        ref var source = ref Unsafe.As<BaseWordBuffer, Vector512<ulong>>(ref work.BaseWords);
        ref var to = ref Unsafe.As<LaneCachedPoint, Vector512<ulong>>(ref work.Other);
        for (int i = 0; i < WordsPerPoint; i++)
        {
            var word = Unsafe.Add(ref source, i);
            Unsafe.Add(ref to, 2 * i) = word & mask;
            Unsafe.Add(ref to, (2 * i) + 1) = word >>> 26;
        }

        LaneCachedPoint.NegateSelected(ref work.Other, Vector512.LoadUnsafe(ref isNegative[0]), ref work.Scratch);
    }

    /// <summary>Digits from -127 to 128 whose sum, weighted with powers of 256, is the number, one for every eighth place.</summary>
    private static void Recode(in EdwardsScalar number, Span<short> digits)
    {
        Span<byte> bytes = stackalloc byte[BaseDigits];
        number.Write(bytes);
        int carry = 0;
        for (int i = 0; i < BaseDigits; i++)
        {
            int digit = bytes[i] + carry;
            carry = digit > BaseMultiples ? 1 : 0;
            digits[i * LaneField.Lanes] = (short)(digit - (carry << 8));
        }
    }

    private static ulong[] MakeBase()
    {
        var points = new EdwardsPoint[BaseMultiples + 1];
        points[0] = EdwardsPoint.Identity;
        var step = new CachedPoint(EdwardsPoint.Base);
        for (int i = 1; i < points.Length; i++)
        {
            points[i] = points[i - 1];
            points[i].Add(step);
        }

        var words = new ulong[points.Length * WordsPerPoint];
        var niels = NielsPoint.FromPoints(points);
        for (int i = 0; i < niels.Length; i++)
        {
            LaneCachedPoint.Pack(niels[i], words.AsSpan(i * WordsPerPoint));
        }

        return words;
    }

    private struct Workspace
    {
        public LanePoint Point;
        public LaneCachedPoint Other;
        public LaneScratch Scratch;
        public MultipleBuffer Multiples;
        public BaseWordBuffer BaseWords;
        public PointDigitBuffer PointDigits;
    }

    [InlineArray(PointMultiples)]
    private struct MultipleBuffer
    {
        private LaneCachedPoint _first;
    }

    [InlineArray(WordsPerPoint)]
    private struct BaseWordBuffer
    {
        private Vector512<ulong> _first;
    }

    [InlineArray(PointDigits)]
    private struct PointDigitBuffer
    {
        private Vector512<long> _first;
    }
}
