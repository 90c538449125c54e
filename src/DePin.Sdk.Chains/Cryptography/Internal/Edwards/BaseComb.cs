using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DePin.Sdk.Chains.Cryptography.Internal.Edwards;

/// <summary>Multiples of the base point in constant time: 64 signed digits of four bits, those at odd places first, then sixteen times the sum, then those at even places
/// (Bernstein et al., "High-speed high-security signatures", 2011, section 4). Every digit reads all eight points of its row.</summary>
internal static class BaseComb
{
    private const int Digits = 64;
    private const int Points = 8;
    private const int LimbsPerPoint = 12;

    // Row i holds 1, 2, ... 8 times 256^i B.
    private static readonly ulong[] Table = MakeTable();

    /// <summary><paramref name="k"/> times the base point.</summary>
    public static EdwardsPoint Multiply(in EdwardsScalar k)
    {
        Span<sbyte> digits = stackalloc sbyte[Digits];
        Recode(k, digits);
        var sum = EdwardsPoint.Identity;
        for (int i = 1; i < Digits; i += 2)
        {
            sum.Add(Lookup(i / 2, digits[i]));
        }

        sum.Double(isTNeeded: false);
        sum.Double(isTNeeded: false);
        sum.Double(isTNeeded: false);
        sum.Double();
        for (int i = 0; i < Digits; i += 2)
        {
            sum.Add(Lookup(i / 2, digits[i]));
        }

        digits.Clear();
        return sum;
    }

    /// <summary>Digits from -8 to 8 whose sum, weighted with powers of 16, is k.</summary>
    internal static void Recode(in EdwardsScalar k, Span<sbyte> digits)
    {
        Span<ulong> limbs = [k.L0, k.L1, k.L2, k.L3];
        int carry = 0;
        for (int i = 0; i < Digits; i++)
        {
            int digit = (int)((limbs[i / 16] >> (4 * (i % 16))) & 15) + carry;
            carry = (digit + 8) >> 4;
            digits[i] = (sbyte)(digit - (carry << 4));
        }

        // L has 253 bits, so that the last digit takes the carry.
        limbs.Clear();
    }

    private static NielsPoint Lookup(int row, int digit)
    {
        int sign = digit >> 31;
        ulong wanted = (ulong)((digit ^ sign) - sign);
        ref ulong entry = ref Table[row * Points * LimbsPerPoint];
        Vector256<ulong> index = Vector256<ulong>.One, target = Vector256.Create(wanted);

        // No point of the row is taken for the digit zero: the identity, whose y + x and y - x are one.
        var isZero = Vector256.Equals(target, Vector256<ulong>.Zero) & Vector256.Create(1UL, 0, 0, 0);
        Vector256<ulong> yPlusX = isZero, yMinusX = isZero, twoDXY = default;
        for (int i = 0; i < Points; i++)
        {
            var mask = Vector256.Equals(index, target);
            yPlusX |= Vector256.LoadUnsafe(ref entry, (nuint)(i * LimbsPerPoint)) & mask;
            yMinusX |= Vector256.LoadUnsafe(ref entry, (nuint)((i * LimbsPerPoint) + 4)) & mask;
            twoDXY |= Vector256.LoadUnsafe(ref entry, (nuint)((i * LimbsPerPoint) + 8)) & mask;
            index += Vector256<ulong>.One;
        }

        // The negative point has the sums exchanged and the product's sign turned.
        ulong isNegative = (ulong)(long)sign;
        EdwardsField plus = ToField(yPlusX), minus = ToField(yMinusX), product = ToField(twoDXY);
        return new(
            EdwardsField.Select(isNegative, minus, plus),
            EdwardsField.Select(isNegative, plus, minus),
            EdwardsField.Select(isNegative, -product, product));
    }

    private static EdwardsField ToField(Vector256<ulong> limbs) => new(limbs[0], limbs[1], limbs[2], limbs[3]);

    private static ulong[] MakeTable()
    {
        var points = new EdwardsPoint[Digits / 2 * Points];
        var row = EdwardsPoint.Base;
        for (int i = 0; i < Digits / 2; i++)
        {
            var step = new CachedPoint(row);
            var multiple = row;
            for (int j = 0; j < Points; j++)
            {
                points[(i * Points) + j] = multiple;
                multiple.Add(step);
            }

            for (int bit = 0; bit < 8; bit++)
            {
                row.Double();
            }
        }

        return MemoryMarshal.Cast<NielsPoint, ulong>(NielsPoint.FromPoints(points)).ToArray();
    }
}
