using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace DePin.Sdk.Chains.Cryptography.Internal;

/// <summary>Arithmetic on 64-bit limbs with carries as numbers. No operation here branches on its operands.</summary>
internal static class Limbs
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Add(ulong a, ulong b, out ulong carry)
    {
        ulong sum = a + b;
        carry = ToBit(sum < a);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Add(ulong a, ulong b, ulong carryIn, out ulong carry)
    {
        ulong half = a + b;
        ulong sum = half + carryIn;
        carry = ToBit(half < a) + ToBit(sum < half);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Subtract(ulong a, ulong b, ulong borrowIn, out ulong borrow)
    {
        ulong half = a - b;
        ulong difference = half - borrowIn;
        borrow = ToBit(a < b) + ToBit(half < borrowIn);
        return difference;
    }

    /// <summary>The high limb of <c>a * b</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Multiply(ulong a, ulong b, out ulong low)
    {
        // The instruction that gives both halves writes one of them to memory here, which costs more than a second multiplication.
        if (Bmi2.X64.IsSupported)
        {
            low = a * b;
            return Bmi2.X64.MultiplyNoFlags(a, b);
        }

        return Math.BigMul(a, b, out low);
    }

    /// <summary>The low limb of <c>a * b + c</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong MultiplyAdd(ulong a, ulong b, ulong c, out ulong high)
    {
        high = Multiply(a, b, out ulong low);
        low += c;
        high += ToBit(low < c);
        return low;
    }

    /// <summary>The low limb of <c>a * b + c + d</c>, which always fits two limbs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong MultiplyAdd(ulong a, ulong b, ulong c, ulong d, out ulong high)
    {
        high = Multiply(a, b, out ulong low);
        low += c;
        high += ToBit(low < c);
        low += d;
        high += ToBit(low < d);
        return low;
    }

    /// <summary>All ones for 1, zero for 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Mask(ulong bit) => 0 - bit;

    /// <summary>1 when the value is not zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong IsNonZero(ulong value) => (value | (0 - value)) >> 63;

    // A comparison that is reinterpreted compiles to a set-on-flag; one that is converted by ?: may become a jump.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong ToBit(bool value) => Unsafe.BitCast<bool, byte>(value);
}
