namespace DePin.Sdk.Chains.Cryptography.Internal;

/// <summary>A point of y^2 = x^3 + 7 other than infinity. The default value is not on the curve.</summary>
internal readonly struct AffinePoint(FieldElement x, FieldElement y)
{
    public readonly FieldElement X = x, Y = y;

    public static AffinePoint Generator { get; } = new(
        new(0x59F2815B16F81798, 0x029BFCDB2DCE28D9, 0x55A06295CE870B07, 0x79BE667EF9DCBBAC),
        new(0x9C47D08FFB10D4B8, 0xFD17B448A6855419, 0x5DA4FBFC0E1108A8, 0x483ADA7726A3C465));

    public bool IsOnCurve => (Y.Square() - RightSide(X)).IsZero;

    /// <summary>The point with this x whose y has this parity; false when there is none.</summary>
    public static bool TryDecompress(in FieldElement x, ulong parity, out AffinePoint point)
    {
        bool isSquare = FieldElement.TrySquareRoot(RightSide(x), out var y);
        point = new(x, FieldElement.Select(Limbs.Mask(y.Parity ^ parity), -y, y));
        return isSquare;
    }

    private static FieldElement RightSide(in FieldElement x) => (x.Square() * x) + new FieldElement(7, 0, 0, 0);
}
