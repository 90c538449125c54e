using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DePin.Sdk.Chains.Cryptography.Internal.Edwards;

/// <summary>Eight points in the form in which they are added to others: Y + X, Y - X, 2 Z and 2 d T. Where Z is one, 2 Z is not used.</summary>
internal struct LaneCachedPoint
{
    /// <summary>How many vectors there are.</summary>
    public const int Vectors = 4 * LaneField.Limbs;

    /// <summary>How many words a point with Z = 1 takes in tables: two limbs, 51 bits, in each.</summary>
    public const int PackedWords = 3 * PackedWordsPerElement;

    public const int PackedWordsPerElement = LaneField.Limbs / 2;

    public LaneField YPlusX, YMinusX, TwoDT, TwoZ;

    public static void From(ref LaneCachedPoint result, in LanePoint point, in LaneField twiceD)
    {
        LaneField.Add(ref result.YPlusX, point.Y, point.X);
        LaneField.Carry(ref result.YPlusX);
        LaneField.Subtract(ref result.YMinusX, point.Y, point.X);
        LaneField.Carry(ref result.YMinusX);
        LaneField.Add(ref result.TwoZ, point.Z, point.Z);
        LaneField.Carry(ref result.TwoZ);
        LaneField.Multiply(ref result.TwoDT, point.T, twiceD);
    }

    /// <summary>Makes the point negative in the lanes whose mask is set: the sums change places, and the product its sign.</summary>
    public static void NegateSelected(ref LaneCachedPoint point, Vector512<ulong> isNegative, ref LaneScratch scratch)
    {
        LaneField zero = default;
        LaneField.Subtract(ref scratch.A, zero, point.TwoDT);
        ref var plus = ref Unsafe.As<LaneField, Vector512<ulong>>(ref point.YPlusX);
        ref var minus = ref Unsafe.As<LaneField, Vector512<ulong>>(ref point.YMinusX);
        ref var product = ref Unsafe.As<LaneField, Vector512<ulong>>(ref point.TwoDT);
        ref var negative = ref Unsafe.As<LaneField, Vector512<ulong>>(ref scratch.A);
        for (int i = 0; i < LaneField.Limbs; i++)
        {
            var change = (Unsafe.Add(ref plus, i) ^ Unsafe.Add(ref minus, i)) & isNegative;
            Unsafe.Add(ref plus, i) ^= change;
            Unsafe.Add(ref minus, i) ^= change;
            Unsafe.Add(ref product, i) ^= (Unsafe.Add(ref product, i) ^ Unsafe.Add(ref negative, i)) & isNegative;
        }
    }

    /// <summary>Writes the words of a point with Z = 1.</summary>
    public static void Pack(in NielsPoint point, Span<ulong> words)
    {
        Pack(point.YPlusX, words);
        Pack(point.YMinusX, words[PackedWordsPerElement..]);
        Pack(point.TwoDXY, words[(2 * PackedWordsPerElement)..]);
    }

    private static void Pack(in EdwardsField value, Span<ulong> words)
    {
        const ulong Mask = (1UL << 51) - 1;
        var x = value.Normalize();
        words[0] = x.L0 & Mask;
        words[1] = ((x.L0 >> 51) | (x.L1 << 13)) & Mask;
        words[2] = ((x.L1 >> 38) | (x.L2 << 26)) & Mask;
        words[3] = ((x.L2 >> 25) | (x.L3 << 39)) & Mask;
        words[4] = x.L3 >> 12;
    }
}
