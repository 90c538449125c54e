using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DePin.Sdk.Chains.Cryptography.Internal;

/// <summary>Multiples of the generator in constant time: 52 signed digits of five bits, each odd, so that none is zero and no addition is left out.
/// Every digit reads all 16 points of its row.</summary>
internal static class GeneratorComb
{
    private const int WindowBits = 5;
    private const int Windows = 52;
    private const int Points = 1 << (WindowBits - 1);
    private const int LimbsPerPoint = 8;

    // Row i holds 1, 3, ... 31 times 32^i G: x and y, lowest limb first.
    private static readonly ulong[] Table = MakeTable();

    /// <summary><paramref name="k"/> times the generator, for a k that is not zero.</summary>
    public static AffinePoint Multiply(in Scalar k)
    {
        // An even k is replaced by n - k, which is odd, and the product's sign turned.
        ulong isEven = Limbs.Mask((k.L0 & 1) ^ 1);
        var odd = Scalar.Select(isEven, -k, k);

        // With odd digits d = 2 e - 31, the e are the digits of (k + 32^52 - 1) / 2, that is of (k - 1) / 2 + 2^259.
        Span<ulong> digits = [
            (odd.L0 >> 1) | (odd.L1 << 63),
            (odd.L1 >> 1) | (odd.L2 << 63),
            (odd.L2 >> 1) | (odd.L3 << 63),
            odd.L3 >> 1,
            8,
            0];

        var sum = JacobianPoint.From(Lookup(0, Digit(digits, 0)));
        for (int i = 1; i < Windows - 1; i++)
        {
            sum.AddDistinct(Lookup(i, Digit(digits, i)));
        }

        // Up to here |sum| was below the row's multiples. In the last row, modulo n, it can equal the point for a single k: both results are made and one is taken.
        var twice = sum;
        twice.Double();
        var h = sum.AddDistinct(Lookup(Windows - 1, Digit(digits, Windows - 1))).Normalize();
        ulong differs = Limbs.Mask(Limbs.IsNonZero(h.L0 | h.L1 | h.L2 | h.L3));
        sum.X = FieldElement.Select(differs, sum.X, twice.X);
        sum.Y = FieldElement.Select(differs, sum.Y, twice.Y);
        sum.Z = FieldElement.Select(differs, sum.Z, twice.Z);

        var product = sum.ToAffine();
        digits.Clear();
        return new(product.X, FieldElement.Select(isEven, -product.Y, product.Y).Normalize());
    }

    private static ulong Digit(ReadOnlySpan<ulong> number, int index)
    {
        int bit = index * WindowBits;
        var pair = new UInt128(number[(bit / 64) + 1], number[bit / 64]);
        return (ulong)(pair >> (bit % 64)) & ((1 << WindowBits) - 1);
    }

    /// <summary>The point for digit 2 e - 31: entry e - 16 of the row, or the inverse of entry 15 - e.</summary>
    private static AffinePoint Lookup(int row, ulong e)
    {
        ulong isNegative = Limbs.Mask((e >> (WindowBits - 1)) ^ 1);
        ulong wanted = (e ^ isNegative) & (Points - 1);

        ref ulong entry = ref Table[row * Points * LimbsPerPoint];
        Vector256<ulong> x = default, y = default, index = default, target = Vector256.Create(wanted);
        for (int i = 0; i < Points; i++)
        {
            var mask = Vector256.Equals(index, target);
            x |= Vector256.LoadUnsafe(ref entry, (nuint)(i * LimbsPerPoint)) & mask;
            y |= Vector256.LoadUnsafe(ref entry, (nuint)((i * LimbsPerPoint) + 4)) & mask;
            index += Vector256<ulong>.One;
        }

        var positive = new FieldElement(y[0], y[1], y[2], y[3]);
        return new(new(x[0], x[1], x[2], x[3]), FieldElement.Select(isNegative, -positive, positive));
    }

    private static ulong[] MakeTable()
    {
        var points = new JacobianPoint[Windows * Points];
        var row = AffinePoint.Generator;
        for (int i = 0; i < Windows; i++)
        {
            var twice = JacobianPoint.From(row);
            twice.Double();
            var step = twice.ToAffine();
            var multiple = JacobianPoint.From(row);
            for (int j = 0; j < Points; j++)
            {
                points[(i * Points) + j] = multiple;
                multiple.AddVariable(step);
            }

            var next = JacobianPoint.From(row);
            for (int bit = 0; bit < WindowBits; bit++)
            {
                next.Double();
            }

            row = next.ToAffine();
        }

        return MemoryMarshal.Cast<AffinePoint, ulong>(JacobianPoint.ToAffine(points)).ToArray();
    }
}
