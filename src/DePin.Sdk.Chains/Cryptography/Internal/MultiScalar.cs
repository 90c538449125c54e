using System.Runtime.CompilerServices;

namespace DePin.Sdk.Chains.Cryptography.Internal;

/// <summary>g G + q Q for public numbers, in variable time: four streams of 128 bits in signed sliding windows, one chain of doublings.
/// The generator's two are the halves of g, over tables of G and 2^128 G. Those of Q come from the endomorphism (x, y) → (βx, y), which multiplies by λ
/// (Gallant, Lambert, Vanstone, CRYPTO 2001).</summary>
internal static class MultiScalar
{
    private const int Bits = 129; // the windows' last carry takes one more than the numbers have
    private const int GeneratorWindow = 10;
    private const int PointWindow = 5;
    private const int PointMultiples = 1 << (PointWindow - 2);

    private static readonly AffinePoint[] LowMultiples = OddMultiples(AffinePoint.Generator);
    private static readonly AffinePoint[] HighMultiples = OddMultiples(TwoTo128());

    private static FieldElement Beta => new(0xC1396C28719501EE, 0x9CF0497512F58995, 0x6E64479EAC3434E9, 0x7AE96A2B657C0710);

    /// <summary>The sum. Its Z is right; it may be infinity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static JacobianPoint Multiply(in Scalar g, in Scalar q, in AffinePoint point)
    {
        Span<short> low = stackalloc short[Bits], high = stackalloc short[Bits], first = stackalloc short[Bits], second = stackalloc short[Bits];
        Endomorphism.Split(q, out var part, out var lambdaPart);
        int length = Windows(new UInt128(g.L1, g.L0), false, GeneratorWindow, low);
        length = Math.Max(length, Windows(new UInt128(g.L3, g.L2), false, GeneratorWindow, high));
        length = Math.Max(length, Windows(part.Magnitude, part.IsNegative, PointWindow, first));
        length = Math.Max(length, Windows(lambdaPart.Magnitude, lambdaPart.IsNegative, PointWindow, second));

        Span<AffinePoint> multiples = stackalloc AffinePoint[PointMultiples], lambdaMultiples = stackalloc AffinePoint[PointMultiples];
        var z = CommonMultiples(point, multiples);
        for (int i = 0; i < PointMultiples; i++)
        {
            lambdaMultiples[i] = new(multiples[i].X * Beta, multiples[i].Y);
        }

        // The sum is kept on the curve where the multiples of Q have Z = 1; on ours its Z is larger by the factor z.
        var sum = JacobianPoint.Infinity;
        for (int i = length - 1; i >= 0; i--)
        {
            if (!sum.IsInfinity)
            {
                sum.Double();
            }

            if (first[i] != 0)
            {
                AddMultiple(ref sum, multiples, first[i]);
            }

            if (second[i] != 0)
            {
                AddMultiple(ref sum, lambdaMultiples, second[i]);
            }

            if (low[i] != 0)
            {
                AddGeneratorMultiple(ref sum, LowMultiples, low[i], z);
            }

            if (high[i] != 0)
            {
                AddGeneratorMultiple(ref sum, HighMultiples, high[i], z);
            }
        }

        sum.Z *= z;
        return sum;
    }

    /// <summary>Signed windows: digits are zero or odd and at most 2^(width - 1), and of <paramref name="width"/> neighbours at most one is not zero. Returns how many digits there are.</summary>
    internal static int Windows(UInt128 number, bool isNegative, int width, Span<short> digits)
    {
        int length = 0;
        int carry = 0;
        for (int bit = 0; bit < Bits;)
        {
            var rest = bit < 128 ? (ulong)(number >> bit) : 0;
            if ((int)(rest & 1) == carry)
            {
                bit++;
                continue;
            }

            int taken = Math.Min(width, Bits - bit);
            int digit = (int)(rest & ((1UL << taken) - 1)) + carry;
            carry = (digit >> (width - 1)) & 1;
            digit -= carry << width;
            digits[bit] = (short)(isNegative ? -digit : digit);
            length = bit + 1;
            bit += taken;
        }

        return length;
    }

    /// <summary>1, 3, 5 ... times a point, all with one Z, which is returned; they are given as affine points of the curve on which that Z is 1.</summary>
    private static FieldElement CommonMultiples(in AffinePoint point, Span<AffinePoint> multiples)
    {
        var twice = JacobianPoint.From(point);
        twice.Double();

        // Where 2Q has Z = 1 it can be added cheaply; there Q is this.
        var zz = twice.Z.Square();
        var step = new AffinePoint(twice.X, twice.Y);
        var multiple = JacobianPoint.From(new AffinePoint(point.X * zz, point.Y * (zz * twice.Z)));

        Span<FieldElement> growth = stackalloc FieldElement[PointMultiples];
        multiples[0] = new(multiple.X, multiple.Y);
        for (int i = 1; i < multiples.Length; i++)
        {
            growth[i] = multiple.AddDistinct(step);
            multiples[i] = new(multiple.X, multiple.Y);
        }

        var ratio = FieldElement.One;
        for (int i = multiples.Length - 1; i > 0; i--)
        {
            ratio *= growth[i];
            var square = ratio.Square();
            multiples[i - 1] = new(multiples[i - 1].X * square, multiples[i - 1].Y * (square * ratio));
        }

        return multiple.Z * twice.Z;
    }

    private static void AddMultiple(ref JacobianPoint sum, ReadOnlySpan<AffinePoint> multiples, int digit)
    {
        var point = Take(multiples, digit);
        if (sum.IsInfinity)
        {
            sum = JacobianPoint.From(point);
        }
        else
        {
            sum.AddVariable(point);
        }
    }

    private static void AddGeneratorMultiple(ref JacobianPoint sum, ReadOnlySpan<AffinePoint> multiples, int digit, in FieldElement z)
    {
        var point = Take(multiples, digit);
        if (sum.IsInfinity)
        {
            var zz = z.Square();
            sum = JacobianPoint.From(new AffinePoint(point.X * zz, point.Y * (zz * z)));
        }
        else
        {
            sum.AddVariable(point, sum.Z * z);
        }
    }

    private static AffinePoint Take(ReadOnlySpan<AffinePoint> multiples, int digit)
    {
        var point = multiples[Math.Abs(digit) / 2];
        return digit < 0 ? new(point.X, -point.Y) : point;
    }

    private static AffinePoint[] OddMultiples(in AffinePoint point)
    {
        var twice = JacobianPoint.From(point);
        twice.Double();
        var step = twice.ToAffine();
        var points = new JacobianPoint[1 << (GeneratorWindow - 2)];
        points[0] = JacobianPoint.From(point);
        for (int i = 1; i < points.Length; i++)
        {
            points[i] = points[i - 1];
            points[i].AddVariable(step);
        }

        return JacobianPoint.ToAffine(points);
    }

    private static AffinePoint TwoTo128()
    {
        var point = JacobianPoint.From(AffinePoint.Generator);
        for (int i = 0; i < 128; i++)
        {
            point.Double();
        }

        return point.ToAffine();
    }
}
