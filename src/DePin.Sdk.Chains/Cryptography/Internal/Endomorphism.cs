namespace DePin.Sdk.Chains.Cryptography.Internal;

/// <summary>Writes a scalar as a + b λ with a and b of at most 128 bits and a sign, where λ is a cube root of one modulo n.
/// (a, b) is the difference between (k, 0) and a near point of the lattice of all pairs with a + b λ = 0, spanned by (a1, b1) and (a2, b2 = a1); the coordinates of that point are
/// k b2 / n and -k b1 / n, rounded, computed as products with constants of 2^384 / n.</summary>
internal static class Endomorphism
{
    internal static Scalar Lambda => new(0xDF02967C1B23BD72, 0x122E22EA20816678, 0xA5261C028812645A, 0x5363AD4CC05C30E0);

    private static Scalar MinusB1 => new(0x6F547FA90ABFE4C3, 0xE4437ED6010E8828, 0, 0);

    private static Scalar B2 => new(0xE86C90E49284EB15, 0x3086D221A7D46BCD, 0, 0);

    // b2 2^384 / n and -b1 2^384 / n, rounded.
    private static Scalar B2OverN => new(0xE893209A45DBB031, 0x3DAA8A1471E8CA7F, 0xE86C90E49284EB15, 0x3086D221A7D46BCD);

    private static Scalar MinusB1OverN => new(0x1571B4AE8AC47F71, 0x221208AC9DF506C6, 0x6F547FA90ABFE4C4, 0xE4437ED6010E8828);

    public static void Split(in Scalar k, out Part part, out Part lambdaPart)
    {
        var c1 = Scalar.MultiplyShift384(k, B2OverN);
        var c2 = Scalar.MultiplyShift384(k, MinusB1OverN);
        var b = (From(c1) * MinusB1) + -(From(c2) * B2);
        var a = k + -(b * Lambda);
        part = new(a);
        lambdaPart = new(b);
    }

    private static Scalar From(UInt128 value) => new((ulong)value, (ulong)(value >> 64), 0, 0);

    /// <summary>A number of at most 128 bits with a sign.</summary>
    public readonly struct Part
    {
        public readonly UInt128 Magnitude;
        public readonly bool IsNegative;

        public Part(in Scalar value)
        {
            IsNegative = value.IsHigh != 0;
            var magnitude = IsNegative ? -value : value;
            Magnitude = new UInt128(magnitude.L1, magnitude.L0);
        }
    }
}
