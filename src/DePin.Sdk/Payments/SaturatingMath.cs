namespace DePin.Sdk.Payments;

/// <summary>Sums of limits: where a limit would pass 2^128-1, it is that.</summary>
internal static class SaturatingMath
{
    public static UInt128 Add(UInt128 left, UInt128 right) => left > UInt128.MaxValue - right ? UInt128.MaxValue : left + right;

    public static UInt128 Subtract(UInt128 left, UInt128 right) => left > right ? left - right : UInt128.Zero;

    public static UInt128 Multiply(UInt128 left, uint right) => right != 0 && left > UInt128.MaxValue / right ? UInt128.MaxValue : left * right;
}
