using System.Runtime.CompilerServices;

namespace DePin.Sdk.Chains.Cryptography.Internal.Edwards;

/// <summary>Sums of multiples of points for public numbers, in variable time: signed sliding windows over one chain of doublings (Straus, 1964).</summary>
internal static class EdwardsMultiScalar
{
    /// <summary>How many digits a number below 2^253 has, with the carry of its last window.</summary>
    public const int Bits = 254;

    private const int BaseWindow = 8;
    private const int PointWindow = 5;
    private const int PointMultiples = 1 << (PointWindow - 2);

    private static readonly NielsPoint[] BaseMultiples = MakeBaseMultiples();

    /// <summary>b B + k P, B being the base point. T is not valid.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static EdwardsPoint MultiplyVariable(in EdwardsScalar b, in EdwardsScalar k, in EdwardsPoint point)
    {
        Span<sbyte> ofBase = stackalloc sbyte[Bits], ofPoint = stackalloc sbyte[Bits];
        Span<CachedPoint> multiples = stackalloc CachedPoint[PointMultiples];
        int length = Math.Max(Windows(b, BaseWindow, ofBase), Windows(k, PointWindow, ofPoint));
        OddMultiples(point, multiples);
        var sum = EdwardsPoint.Identity;
        for (int i = length - 1; i >= 0; i--)
        {
            sum.Double(isTNeeded: (ofBase[i] | ofPoint[i]) != 0);
            AddDigit(ref sum, multiples, ofPoint[i]);
            AddBaseDigit(ref sum, ofBase[i]);
        }

        return sum;
    }

    /// <summary>b B + k1 P1 + k2 P2 + ... T is not valid.</summary>
    public static EdwardsPoint MultiplyVariable(in EdwardsScalar b, ReadOnlySpan<EdwardsScalar> scalars, ReadOnlySpan<EdwardsPoint> points)
    {
        Span<sbyte> ofBase = stackalloc sbyte[Bits];
        var digits = new sbyte[points.Length * Bits];
        var multiples = new CachedPoint[points.Length * PointMultiples];
        int length = Windows(b, BaseWindow, ofBase);
        for (int i = 0; i < points.Length; i++)
        {
            length = Math.Max(length, Windows(scalars[i], PointWindow, digits.AsSpan(i * Bits, Bits)));
            OddMultiples(points[i], multiples.AsSpan(i * PointMultiples, PointMultiples));
        }

        var sum = EdwardsPoint.Identity;
        for (int i = length - 1; i >= 0; i--)
        {
            sum.Double();
            for (int j = 0; j < points.Length; j++)
            {
                AddDigit(ref sum, multiples.AsSpan(j * PointMultiples, PointMultiples), digits[(j * Bits) + i]);
            }

            AddBaseDigit(ref sum, ofBase[i]);
        }

        return sum;
    }

    /// <summary>Signed windows: digits are zero or odd and below 2^(width - 1), and of <paramref name="width"/> neighbours at most one is not zero. Returns how many digits there are.</summary>
    internal static int Windows(in EdwardsScalar number, int width, Span<sbyte> digits)
    {
        Span<ulong> limbs = [number.L0, number.L1, number.L2, number.L3, 0];
        digits.Clear();
        int length = 0, carry = 0;
        for (int bit = 0; bit < Bits;)
        {
            int limb = bit / 64, shift = bit % 64;
            ulong rest = (limbs[limb] >> shift) | (shift == 0 ? 0 : limbs[limb + 1] << (64 - shift));
            if ((int)(rest & 1) == carry)
            {
                bit++;
                continue;
            }

            int digit = (int)(rest & ((1UL << width) - 1)) + carry;
            carry = digit >> (width - 1);
            digits[bit] = (sbyte)(digit - (carry << width));
            length = bit + 1;
            bit += width;
        }

        return length;
    }

    private static void AddDigit(ref EdwardsPoint sum, ReadOnlySpan<CachedPoint> multiples, int digit)
    {
        if (digit > 0)
        {
            sum.Add(multiples[digit / 2]);
        }
        else if (digit < 0)
        {
            sum.Subtract(multiples[-digit / 2]);
        }
    }

    private static void AddBaseDigit(ref EdwardsPoint sum, int digit)
    {
        if (digit > 0)
        {
            sum.Add(BaseMultiples[digit / 2]);
        }
        else if (digit < 0)
        {
            sum.Subtract(BaseMultiples[-digit / 2]);
        }
    }

    /// <summary>1, 3, 5 ... times a point.</summary>
    private static void OddMultiples(in EdwardsPoint point, Span<CachedPoint> multiples)
    {
        var twice = point;
        twice.Double();
        var step = new CachedPoint(twice);
        var multiple = point;
        multiples[0] = new(multiple);
        for (int i = 1; i < multiples.Length; i++)
        {
            multiple.Add(step);
            multiples[i] = new(multiple);
        }
    }

    private static NielsPoint[] MakeBaseMultiples()
    {
        var twice = EdwardsPoint.Base;
        twice.Double();
        var step = new CachedPoint(twice);
        var points = new EdwardsPoint[1 << (BaseWindow - 2)];
        points[0] = EdwardsPoint.Base;
        for (int i = 1; i < points.Length; i++)
        {
            points[i] = points[i - 1];
            points[i].Add(step);
        }

        return NielsPoint.FromPoints(points);
    }
}
