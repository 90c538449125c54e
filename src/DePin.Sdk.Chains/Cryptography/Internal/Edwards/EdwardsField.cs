using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace DePin.Sdk.Chains.Cryptography.Internal.Edwards;

/// <summary>An element of the field of Curve25519 (RFC 7748, 4.1) modulo p = 2^255 - 19: four limbs, lowest first, holding any number below 2^256 that is congruent to it.
/// What exceeds 256 bits is folded back with <see cref="Fold"/>; only <see cref="Normalize"/> gives the one number below p. Nothing branches on the value.</summary>
internal readonly struct EdwardsField(ulong l0, ulong l1, ulong l2, ulong l3)
{
    /// <summary>2^256 modulo p.</summary>
    private const ulong Fold = 38;

    private const ulong TopBit = 1UL << 63;

    public readonly ulong L0 = l0, L1 = l1, L2 = l2, L3 = l3;

    public static EdwardsField Zero => default;

    public static EdwardsField One => new(1, 0, 0, 0);

    /// <summary>A square root of -1: 2^((p - 1) / 4).</summary>
    public static EdwardsField RootOfMinusOne => new(0xC4EE1B274A0EA0B0, 0x2F431806AD2FE478, 0x2B4D00993DFBD7A7, 0x2B8324804FC1DF0B);

    /// <summary>1 for zero in any of its forms.</summary>
    public ulong IsZero
    {
        get
        {
            var value = Normalize();
            return Limbs.IsNonZero(value.L0 | value.L1 | value.L2 | value.L3) ^ 1;
        }
    }

    /// <summary>The lowest bit of the normalized number, which RFC 8032 calls the sign.</summary>
    public ulong Parity => Normalize().L0 & 1;

    /// <summary>Reads 32 little-endian bytes without their highest bit; false for a number that is not below p.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out EdwardsField value)
    {
        value = new(
            BinaryPrimitives.ReadUInt64LittleEndian(source),
            BinaryPrimitives.ReadUInt64LittleEndian(source[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(source[24..]) & ~TopBit);
        return !((value.L0 >= ulong.MaxValue - 18) & ((value.L1 & value.L2) == ulong.MaxValue) & (value.L3 == ~TopBit));
    }

    /// <summary>Writes the normalized number as 32 little-endian bytes; the highest bit is clear.</summary>
    public void Write(Span<byte> destination)
    {
        var value = Normalize();
        BinaryPrimitives.WriteUInt64LittleEndian(destination, value.L0);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], value.L1);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], value.L2);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], value.L3);
    }

    /// <summary>The number below p.</summary>
    public EdwardsField Normalize()
    {
        // Without the highest bit, for which 19 is added, the number is at most p + 37.
        ulong r0 = Limbs.Add(L0, 19 & Limbs.Mask(L3 >> 63), out ulong c);
        ulong r1 = Limbs.Add(L1, c, out c);
        ulong r2 = Limbs.Add(L2, c, out c);
        ulong r3 = (L3 & ~TopBit) + c;

        // It is p or more exactly when 19 more reach the highest bit.
        ulong s0 = Limbs.Add(r0, 19, out c);
        ulong s1 = Limbs.Add(r1, c, out c);
        ulong s2 = Limbs.Add(r2, c, out c);
        ulong s3 = r3 + c;
        return Select(Limbs.Mask(s3 >> 63), new(s0, s1, s2, s3 & ~TopBit), new(r0, r1, r2, r3));
    }

    /// <summary><paramref name="whenSet"/> for a mask of ones, <paramref name="whenClear"/> for zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EdwardsField Select(ulong mask, in EdwardsField whenSet, in EdwardsField whenClear) => new(
        (whenSet.L0 & mask) | (whenClear.L0 & ~mask),
        (whenSet.L1 & mask) | (whenClear.L1 & ~mask),
        (whenSet.L2 & mask) | (whenClear.L2 & ~mask),
        (whenSet.L3 & mask) | (whenClear.L3 & ~mask));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EdwardsField operator +(in EdwardsField a, in EdwardsField b)
    {
        ulong r0 = Limbs.Add(a.L0, b.L0, out ulong c);
        ulong r1 = Limbs.Add(a.L1, b.L1, c, out c);
        ulong r2 = Limbs.Add(a.L2, b.L2, c, out c);
        ulong r3 = Limbs.Add(a.L3, b.L3, c, out c);
        r0 = Limbs.Add(r0, Fold & Limbs.Mask(c), out c);
        r1 = Limbs.Add(r1, c, out c);
        r2 = Limbs.Add(r2, c, out c);
        r3 = Limbs.Add(r3, c, out c);
        return new(r0 + (Fold & Limbs.Mask(c)), r1, r2, r3); // after a second overflow less than Fold is left
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EdwardsField operator -(in EdwardsField a, in EdwardsField b)
    {
        ulong r0 = Limbs.Subtract(a.L0, b.L0, 0, out ulong c);
        ulong r1 = Limbs.Subtract(a.L1, b.L1, c, out c);
        ulong r2 = Limbs.Subtract(a.L2, b.L2, c, out c);
        ulong r3 = Limbs.Subtract(a.L3, b.L3, c, out c);
        r0 = Limbs.Subtract(r0, Fold & Limbs.Mask(c), 0, out c);
        r1 = Limbs.Subtract(r1, 0, c, out c);
        r2 = Limbs.Subtract(r2, 0, c, out c);
        r3 = Limbs.Subtract(r3, 0, c, out c);
        return new(r0 - (Fold & Limbs.Mask(c)), r1, r2, r3); // after a second borrow the number is just below 2^256
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EdwardsField operator -(in EdwardsField a) => Zero - a;

    /// <summary>The number and itself: what leaves the highest limb is folded, twice as in a sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public EdwardsField Twice()
    {
        ulong r0 = Limbs.Add(L0 << 1, Fold & Limbs.Mask(L3 >> 63), out ulong c);
        ulong r1 = Limbs.Add((L1 << 1) | (L0 >> 63), c, out c);
        ulong r2 = Limbs.Add((L2 << 1) | (L1 >> 63), c, out c);
        ulong r3 = Limbs.Add((L3 << 1) | (L2 >> 63), c, out c);
        return new(r0 + (Fold & Limbs.Mask(c)), r1, r2, r3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static EdwardsField operator *(in EdwardsField a, in EdwardsField b)
    {
        ulong a0 = a.L0, a1 = a.L1, a2 = a.L2, a3 = a.L3;
        ulong b0 = b.L0, b1 = b.L1, b2 = b.L2, b3 = b.L3;

        ulong t1 = Limbs.Multiply(a0, b0, out ulong t0);
        t1 = Limbs.MultiplyAdd(a0, b1, t1, out ulong t2);
        t2 = Limbs.MultiplyAdd(a0, b2, t2, out ulong t3);
        t3 = Limbs.MultiplyAdd(a0, b3, t3, out ulong t4);

        t1 = Limbs.MultiplyAdd(a1, b0, t1, out ulong c);
        t2 = Limbs.MultiplyAdd(a1, b1, t2, c, out c);
        t3 = Limbs.MultiplyAdd(a1, b2, t3, c, out c);
        t4 = Limbs.MultiplyAdd(a1, b3, t4, c, out ulong t5);

        t2 = Limbs.MultiplyAdd(a2, b0, t2, out c);
        t3 = Limbs.MultiplyAdd(a2, b1, t3, c, out c);
        t4 = Limbs.MultiplyAdd(a2, b2, t4, c, out c);
        t5 = Limbs.MultiplyAdd(a2, b3, t5, c, out ulong t6);

        t3 = Limbs.MultiplyAdd(a3, b0, t3, out c);
        t4 = Limbs.MultiplyAdd(a3, b1, t4, c, out c);
        t5 = Limbs.MultiplyAdd(a3, b2, t5, c, out c);
        t6 = Limbs.MultiplyAdd(a3, b3, t6, c, out ulong t7);

        return Reduce(t0, t1, t2, t3, t4, t5, t6, t7);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public EdwardsField Square()
    {
        ulong a0 = L0, a1 = L1, a2 = L2, a3 = L3;

        // The products of different limbs, once ...
        ulong t2 = Limbs.Multiply(a0, a1, out ulong t1);
        t2 = Limbs.MultiplyAdd(a0, a2, t2, out ulong t3);
        t3 = Limbs.MultiplyAdd(a0, a3, t3, out ulong t4);
        t3 = Limbs.MultiplyAdd(a1, a2, t3, out ulong c);
        t4 = Limbs.MultiplyAdd(a1, a3, t4, c, out ulong t5);
        t5 = Limbs.MultiplyAdd(a2, a3, t5, out ulong t6);

        // ... doubled, and the squares of the limbs.
        ulong t7 = t6 >> 63;
        t6 = (t6 << 1) | (t5 >> 63);
        t5 = (t5 << 1) | (t4 >> 63);
        t4 = (t4 << 1) | (t3 >> 63);
        t3 = (t3 << 1) | (t2 >> 63);
        t2 = (t2 << 1) | (t1 >> 63);
        t1 <<= 1;

        ulong high = Limbs.Multiply(a0, a0, out ulong t0);
        t1 = Limbs.Add(t1, high, out c);
        high = Limbs.Multiply(a1, a1, out ulong low);
        t2 = Limbs.Add(t2, low, c, out c);
        t3 = Limbs.Add(t3, high, c, out c);
        high = Limbs.Multiply(a2, a2, out low);
        t4 = Limbs.Add(t4, low, c, out c);
        t5 = Limbs.Add(t5, high, c, out c);
        high = Limbs.Multiply(a3, a3, out low);
        t6 = Limbs.Add(t6, low, c, out c);
        t7 = t7 + high + c;

        return Reduce(t0, t1, t2, t3, t4, t5, t6, t7);
    }

    /// <summary>The inverse; zero for zero.</summary>
    public EdwardsField Invert()
    {
        var value = Normalize();
        ModularInverse.Edwards.Invert(value.L0, value.L1, value.L2, value.L3, out ulong r0, out ulong r1, out ulong r2, out ulong r3);
        return new(r0, r1, r2, r3);
    }

    /// <summary>The power (p - 5) / 8 = 2^252 - 3, from which the square root of a fraction comes (RFC 8032, 5.1.3).</summary>
    public EdwardsField PowerOfRoot()
    {
        var x2 = Square() * this;
        var x4 = x2.SquareTimes(2) * x2;
        var x5 = x4.Square() * this;
        var x10 = x5.SquareTimes(5) * x5;
        var x20 = x10.SquareTimes(10) * x10;
        var x40 = x20.SquareTimes(20) * x20;
        var x50 = x40.SquareTimes(10) * x10;
        var x100 = x50.SquareTimes(50) * x50;
        var x200 = x100.SquareTimes(100) * x100;
        var x250 = x200.SquareTimes(50) * x50;
        return x250.SquareTimes(2) * this;
    }

    /// <summary>Whether there is a root: the power (p - 1) / 2 is not -1 (Euler). Zero is a square.</summary>
    public bool IsSquare
    {
        get
        {
            var power = PowerOfRoot().SquareTimes(2) * Square();
            return (power + One).IsZero == 0;
        }
    }

    private EdwardsField SquareTimes(int count)
    {
        var value = this;
        for (int i = 0; i < count; i++)
        {
            value = value.Square();
        }

        return value;
    }

    /// <summary>512 bits to 256: the upper half times 2^256 mod p is added to the lower, twice, and then a last carry.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static EdwardsField Reduce(ulong t0, ulong t1, ulong t2, ulong t3, ulong t4, ulong t5, ulong t6, ulong t7)
    {
        ulong r0 = Limbs.MultiplyAdd(t4, Fold, t0, out ulong c);
        ulong r1 = Limbs.MultiplyAdd(t5, Fold, t1, c, out c);
        ulong r2 = Limbs.MultiplyAdd(t6, Fold, t2, c, out c);
        ulong r3 = Limbs.MultiplyAdd(t7, Fold, t3, c, out c);

        // The carry is below Fold, its product fits a limb.
        r0 = Limbs.Add(r0, c * Fold, out c);
        r1 = Limbs.Add(r1, c, out c);
        r2 = Limbs.Add(r2, c, out c);
        r3 = Limbs.Add(r3, c, out c);
        return new(r0 + (Fold & Limbs.Mask(c)), r1, r2, r3);
    }
}
