using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace DePin.Sdk.Chains.Cryptography.Internal.Edwards;

/// <summary>Multiples of the base point in constant time, as <see cref="BaseComb"/> gives them: 64 signed digits of four bits, eight of them at a time in the lanes of a vector, and in the end the sum of the lanes.
/// There are no doublings, since each digit has a row of its own. Every digit reads all eight points of its row.</summary>
internal static class LaneComb
{
    private const int Digits = 64, Steps = Digits / LaneField.Lanes;
    private const int Points = 8;

    // For each step and each of the multiples 1 to 8, the points of the step's eight digits side by side.
    private static readonly ulong[] Table = GC.AllocateUninitializedArray<ulong>((Steps * Points * LaneCachedPoint.PackedWords * LaneField.Lanes) + LaneField.Lanes, pinned: true);

    private static readonly int Start = MakeTable();

    private static readonly LaneField TwiceD = LaneField.Create(EdwardsPoint.TwiceD);

    /// <summary>Whether vectors are wide enough for this to be faster.</summary>
    public static bool IsSupported => Vector512.IsHardwareAccelerated;

    /// <summary><paramref name="k"/> times the base point.</summary>
    public static EdwardsPoint Multiply(in EdwardsScalar k)
    {
        // Vectors that straddle lines of the cache take twice the time.
        Span<byte> room = stackalloc byte[Unsafe.SizeOf<Workspace>() + Vector512<byte>.Count];
        int offset = (int)(Unsafe.ByteOffset(ref Unsafe.NullRef<byte>(), ref MemoryMarshal.GetReference(room)) & (Vector512<byte>.Count - 1));
        ref var work = ref Unsafe.As<byte, Workspace>(ref room[(Vector512<byte>.Count - offset) & (Vector512<byte>.Count - 1)]);
        Span<sbyte> digits = stackalloc sbyte[Digits];
        Span<long> wide = stackalloc long[LaneField.Lanes];
        BaseComb.Recode(k, digits);
        work.Point.Y.V0 = work.Point.Z.V0 = Vector512<ulong>.One;
        for (int step = 0; step < Steps; step++)
        {
            for (int lane = 0; lane < LaneField.Lanes; lane++)
            {
                wide[lane] = digits[(step * LaneField.Lanes) + lane];
            }

            Select(ref work, Vector512.LoadUnsafe(ref wide[0]), ref Table[Start + (step * Points * LaneCachedPoint.PackedWords * LaneField.Lanes)]);
            LanePoint.AddAffine(ref work.Point, work.Other, ref work.Scratch, isTNeeded: true);
        }

        // Half of the lanes is added to the other half, three times: the first has the sum of all.
        AddLanes(ref work, Vector512.Create(4, 5, 6, 7, 0, 1, 2, 3));
        AddLanes(ref work, Vector512.Create(2, 3, 0, 1, 6, 7, 4, 5));
        AddLanes(ref work, Vector512.Create(1, 0, 3, 2, 5, 4, 7, 6));
        EdwardsPoint sum = new(work.Point.X.Get(0), work.Point.Y.Get(0), work.Point.Z.Get(0), work.Point.T.Get(0));
        CryptographicOperations.ZeroMemory(room);
        digits.Clear();
        wide.Clear();
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Select(ref Workspace work, Vector512<long> digits, ref ulong row)
    {
        var isNegative = (digits >> 63).AsUInt64();
        var wanted = ((digits ^ isNegative.AsInt64()) - isNegative.AsInt64()).AsUInt64();
        Vector512<ulong> is0 = Vector512.Equals(wanted, Vector512<ulong>.Zero), is1 = Vector512.Equals(wanted, Vector512.Create(1UL)), is2 = Vector512.Equals(wanted, Vector512.Create(2UL));
        Vector512<ulong> is3 = Vector512.Equals(wanted, Vector512.Create(3UL)), is4 = Vector512.Equals(wanted, Vector512.Create(4UL)), is5 = Vector512.Equals(wanted, Vector512.Create(5UL));
        Vector512<ulong> is6 = Vector512.Equals(wanted, Vector512.Create(6UL)), is7 = Vector512.Equals(wanted, Vector512.Create(7UL)), is8 = Vector512.Equals(wanted, Vector512.Create(8UL));
        var mask = Vector512.Create((1UL << 26) - 1);
        ref var from = ref Unsafe.As<ulong, Vector512<ulong>>(ref row);
        ref var to = ref Unsafe.As<LaneCachedPoint, Vector512<ulong>>(ref work.Other);
        for (int i = 0; i < LaneCachedPoint.PackedWords; i++)
        {
            ref var first = ref Unsafe.Add(ref from, i);
            var word = (first & is1)
                | (Unsafe.Add(ref first, LaneCachedPoint.PackedWords) & is2)
                | (Unsafe.Add(ref first, 2 * LaneCachedPoint.PackedWords) & is3)
                | (Unsafe.Add(ref first, 3 * LaneCachedPoint.PackedWords) & is4)
                | (Unsafe.Add(ref first, 4 * LaneCachedPoint.PackedWords) & is5)
                | (Unsafe.Add(ref first, 5 * LaneCachedPoint.PackedWords) & is6)
                | (Unsafe.Add(ref first, 6 * LaneCachedPoint.PackedWords) & is7)
                | (Unsafe.Add(ref first, 7 * LaneCachedPoint.PackedWords) & is8);
            Unsafe.Add(ref to, 2 * i) = word & mask;
            Unsafe.Add(ref to, (2 * i) + 1) = word >>> 26;
        }

        // The digit zero: the identity.
        work.Other.YPlusX.V0 |= is0 & Vector512<ulong>.One;
        work.Other.YMinusX.V0 |= is0 & Vector512<ulong>.One;
        LaneCachedPoint.NegateSelected(ref work.Other, isNegative, ref work.Scratch);
    }

    private static void AddLanes(ref Workspace work, Vector512<long> order)
    {
        LaneCachedPoint.From(ref work.Other, work.Point, TwiceD);
        ref var vectors = ref Unsafe.As<LaneCachedPoint, Vector512<ulong>>(ref work.Other);
        for (int i = 0; i < LaneCachedPoint.Vectors; i++)
        {
            Unsafe.Add(ref vectors, i) = Vector512.Shuffle(Unsafe.Add(ref vectors, i).AsInt64(), order).AsUInt64();
        }

        LanePoint.Add(ref work.Point, work.Other, ref work.Scratch, isTNeeded: true);
    }

    /// <summary>Fills the table and returns where it starts, so that its vectors are aligned.</summary>
    private static int MakeTable()
    {
        var points = new EdwardsPoint[Digits * Points];
        var row = EdwardsPoint.Base;
        for (int digit = 0; digit < Digits; digit++)
        {
            var step = new CachedPoint(row);
            var multiple = row;
            for (int i = 0; i < Points; i++)
            {
                points[(digit * Points) + i] = multiple;
                multiple.Add(step);
            }

            for (int bit = 0; bit < 4; bit++)
            {
                row.Double();
            }
        }

        int misaligned = (int)(Unsafe.ByteOffset(ref Unsafe.NullRef<byte>(), ref Unsafe.As<ulong, byte>(ref Table[0])) & (Vector512<byte>.Count - 1));
        int start = ((Vector512<byte>.Count - misaligned) & (Vector512<byte>.Count - 1)) / sizeof(ulong);
        var niels = NielsPoint.FromPoints(points);
        Span<ulong> words = stackalloc ulong[LaneCachedPoint.PackedWords];
        for (int i = 0; i < niels.Length; i++)
        {
            LaneCachedPoint.Pack(niels[i], words);
            int digit = i / Points, lane = digit % LaneField.Lanes, at = (((digit / LaneField.Lanes) * Points) + (i % Points)) * LaneCachedPoint.PackedWords;
            for (int word = 0; word < words.Length; word++)
            {
                Table[start + ((at + word) * LaneField.Lanes) + lane] = words[word];
            }
        }

        return start;
    }

    private struct Workspace
    {
        public LanePoint Point;
        public LaneCachedPoint Other;
        public LaneScratch Scratch;
    }
}
