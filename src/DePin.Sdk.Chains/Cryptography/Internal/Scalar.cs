using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace DePin.Sdk.Chains.Cryptography.Internal;

/// <summary>A number modulo n, the order of the group of secp256k1 (SEC 2, 2.4.1), always below n. Nothing branches on the value.</summary>
internal readonly struct Scalar(ulong l0, ulong l1, ulong l2, ulong l3) : IEquatable<Scalar>
{
    // n, and 2^256 - n, which has 129 bits: its third limb is 1.
    private const ulong N0 = 0xBFD25E8CD0364141, N1 = 0xBAAEDCE6AF48A03B, N2 = 0xFFFFFFFFFFFFFFFE, N3 = ulong.MaxValue;
    private const ulong C0 = 0x402DA1732FC9BEBF, C1 = 0x4551231950B75FC4;

    // n / 2, rounded down.
    private const ulong H0 = 0xDFE92F46681B20A0, H1 = 0x5D576E7357A4501D, H2 = ulong.MaxValue, H3 = 0x7FFFFFFFFFFFFFFF;

    public readonly ulong L0 = l0, L1 = l1, L2 = l2, L3 = l3;

    public static Scalar Zero => default;

    public static Scalar One => new(1, 0, 0, 0);

    public bool IsZero => (L0 | L1 | L2 | L3) == 0;

    /// <summary>1 when the number is above n / 2.</summary>
    public ulong IsHigh
    {
        get
        {
            Limbs.Subtract(H0, L0, 0, out ulong b);
            Limbs.Subtract(H1, L1, b, out b);
            Limbs.Subtract(H2, L2, b, out b);
            Limbs.Subtract(H3, L3, b, out b);
            return b;
        }
    }

    /// <summary>Reads 32 big-endian bytes modulo n; false when the number was not below n.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out Scalar value)
    {
        value = ReduceOnce(
            BinaryPrimitives.ReadUInt64BigEndian(source[24..]),
            BinaryPrimitives.ReadUInt64BigEndian(source[16..]),
            BinaryPrimitives.ReadUInt64BigEndian(source[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(source),
            out ulong wasReduced);
        return wasReduced == 0;
    }

    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], L0);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], L1);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], L2);
        BinaryPrimitives.WriteUInt64BigEndian(destination, L3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Scalar Select(ulong mask, in Scalar whenSet, in Scalar whenClear) => new(
        (whenSet.L0 & mask) | (whenClear.L0 & ~mask),
        (whenSet.L1 & mask) | (whenClear.L1 & ~mask),
        (whenSet.L2 & mask) | (whenClear.L2 & ~mask),
        (whenSet.L3 & mask) | (whenClear.L3 & ~mask));

    public static Scalar operator +(in Scalar a, in Scalar b)
    {
        ulong r0 = Limbs.Add(a.L0, b.L0, out ulong c);
        ulong r1 = Limbs.Add(a.L1, b.L1, c, out c);
        ulong r2 = Limbs.Add(a.L2, b.L2, c, out c);
        ulong r3 = Limbs.Add(a.L3, b.L3, c, out c);

        // a + b < 2n: a carry out of 256 bits and a sum of n or more both ask for one subtraction.
        ulong s0 = Limbs.Add(r0, C0, out ulong d);
        ulong s1 = Limbs.Add(r1, C1, d, out d);
        ulong s2 = Limbs.Add(r2, 1, d, out d);
        ulong s3 = Limbs.Add(r3, d, out d);
        return Select(Limbs.Mask(c | d), new(s0, s1, s2, s3), new(r0, r1, r2, r3));
    }

    public static Scalar operator -(in Scalar a)
    {
        ulong notZero = Limbs.Mask(Limbs.IsNonZero(a.L0 | a.L1 | a.L2 | a.L3));
        ulong r0 = Limbs.Subtract(N0, a.L0, 0, out ulong b);
        ulong r1 = Limbs.Subtract(N1, a.L1, b, out b);
        ulong r2 = Limbs.Subtract(N2, a.L2, b, out b);
        ulong r3 = Limbs.Subtract(N3, a.L3, b, out _);
        return new(r0 & notZero, r1 & notZero, r2 & notZero, r3 & notZero);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Scalar operator *(in Scalar a, in Scalar b)
    {
        Multiply(a, b, out ulong t0, out ulong t1, out ulong t2, out ulong t3, out ulong t4, out ulong t5, out ulong t6, out ulong t7);

        // Upper half times 2^256 - n, added to the lower: 512 bits become 386, these 260, these 257, and a last carry is folded in.
        Fold(ref t0, ref t1, ref t2, ref t3, t4, t5, t6, t7, out t4, out t5, out t6);
        Fold(ref t0, ref t1, ref t2, ref t3, t4, t5, t6, 0, out t4, out t5, out t6);
        Fold(ref t0, ref t1, ref t2, ref t3, t4, 0, 0, 0, out t4, out t5, out t6);
        Fold(ref t0, ref t1, ref t2, ref t3, t4, 0, 0, 0, out _, out _, out _);
        return ReduceOnce(t0, t1, t2, t3, out _);
    }

    /// <summary>The bits from 384 upwards of a product of 512 bits, rounded.</summary>
    public static UInt128 MultiplyShift384(in Scalar a, in Scalar b)
    {
        Multiply(a, b, out _, out _, out _, out _, out _, out ulong t5, out ulong t6, out ulong t7);
        return new UInt128(t7, t6) + (t5 >> 63);
    }

    /// <summary>The inverse; zero for zero.</summary>
    public Scalar Invert()
    {
        ModularInverse.Order.Invert(L0, L1, L2, L3, out ulong r0, out ulong r1, out ulong r2, out ulong r3);
        return new(r0, r1, r2, r3);
    }

    public bool Equals(Scalar other) => ((L0 ^ other.L0) | (L1 ^ other.L1) | (L2 ^ other.L2) | (L3 ^ other.L3)) == 0;

    public override bool Equals(object? obj) => obj is Scalar other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(L0, L1, L2, L3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply(in Scalar a, in Scalar b, out ulong t0, out ulong t1, out ulong t2, out ulong t3, out ulong t4, out ulong t5, out ulong t6, out ulong t7)
    {
        t1 = Limbs.Multiply(a.L0, b.L0, out t0);
        t1 = Limbs.MultiplyAdd(a.L0, b.L1, t1, out t2);
        t2 = Limbs.MultiplyAdd(a.L0, b.L2, t2, out t3);
        t3 = Limbs.MultiplyAdd(a.L0, b.L3, t3, out t4);

        t1 = Limbs.MultiplyAdd(a.L1, b.L0, t1, out ulong c);
        t2 = Limbs.MultiplyAdd(a.L1, b.L1, t2, c, out c);
        t3 = Limbs.MultiplyAdd(a.L1, b.L2, t3, c, out c);
        t4 = Limbs.MultiplyAdd(a.L1, b.L3, t4, c, out t5);

        t2 = Limbs.MultiplyAdd(a.L2, b.L0, t2, out c);
        t3 = Limbs.MultiplyAdd(a.L2, b.L1, t3, c, out c);
        t4 = Limbs.MultiplyAdd(a.L2, b.L2, t4, c, out c);
        t5 = Limbs.MultiplyAdd(a.L2, b.L3, t5, c, out t6);

        t3 = Limbs.MultiplyAdd(a.L3, b.L0, t3, out c);
        t4 = Limbs.MultiplyAdd(a.L3, b.L1, t4, c, out c);
        t5 = Limbs.MultiplyAdd(a.L3, b.L2, t5, c, out c);
        t6 = Limbs.MultiplyAdd(a.L3, b.L3, t6, c, out t7);
    }

    /// <summary>Adds (h3 h2 h1 h0) times 2^256 - n = (1 C1 C0) to four limbs; what passes 256 bits comes out in three more, enough when h3 is zero or the upper half is a product's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fold(ref ulong t0, ref ulong t1, ref ulong t2, ref ulong t3, ulong h0, ulong h1, ulong h2, ulong h3, out ulong t4, out ulong t5, out ulong t6)
    {
        t0 = Limbs.MultiplyAdd(h0, C0, t0, out ulong c);
        t1 = Limbs.MultiplyAdd(h1, C0, t1, c, out c);
        t2 = Limbs.MultiplyAdd(h2, C0, t2, c, out c);
        t3 = Limbs.MultiplyAdd(h3, C0, t3, c, out t4);

        t1 = Limbs.MultiplyAdd(h0, C1, t1, out c);
        t2 = Limbs.MultiplyAdd(h1, C1, t2, c, out c);
        t3 = Limbs.MultiplyAdd(h2, C1, t3, c, out c);
        t4 = Limbs.MultiplyAdd(h3, C1, t4, c, out t5);

        t2 = Limbs.Add(t2, h0, out c);
        t3 = Limbs.Add(t3, h1, c, out c);
        t4 = Limbs.Add(t4, h2, c, out c);
        t5 = Limbs.Add(t5, h3, c, out t6);
    }

    /// <summary>Subtracts n from a number below 2n, if it is not below n.</summary>
    private static Scalar ReduceOnce(ulong r0, ulong r1, ulong r2, ulong r3, out ulong wasReduced)
    {
        ulong s0 = Limbs.Add(r0, C0, out ulong c);
        ulong s1 = Limbs.Add(r1, C1, c, out c);
        ulong s2 = Limbs.Add(r2, 1, c, out c);
        ulong s3 = Limbs.Add(r3, c, out wasReduced);
        return Select(Limbs.Mask(wasReduced), new(s0, s1, s2, s3), new(r0, r1, r2, r3));
    }
}
