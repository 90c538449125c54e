using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace DePin.Sdk.Chains.Cryptography.Internal;

/// <summary>An element of the field of secp256k1 (SEC 2, 2.4.1) modulo p = 2^256 - 2^32 - 977: four limbs, lowest first, holding any number below 2^256 that is congruent to it.
/// What exceeds 256 bits is folded back with <see cref="Fold"/>; only <see cref="Normalize"/> gives the one number below p. Nothing branches on the value, except where a name ends in Variable.</summary>
internal readonly partial struct FieldElement(ulong l0, ulong l1, ulong l2, ulong l3)
{
    /// <summary>2^256 modulo p.</summary>
    private const ulong Fold = 0x1000003D1;

    /// <summary>The lowest limb of p; the others are all ones.</summary>
    private const ulong P0 = 0xFFFFFFFEFFFFFC2F;

    public readonly ulong L0 = l0, L1 = l1, L2 = l2, L3 = l3;

    public static FieldElement Zero => default;

    public static FieldElement One => new(1, 0, 0, 0);

    /// <summary>True for zero, in either of its two forms.</summary>
    public bool IsZero => ((L0 | L1 | L2 | L3) == 0) | ((L0 == P0) & ((L1 & L2 & L3) == ulong.MaxValue));

    /// <summary>The parity of the normalized number.</summary>
    public ulong Parity => Normalize().L0 & 1;

    /// <summary>Reads 32 big-endian bytes; false for a number that is not below p.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out FieldElement value)
    {
        value = new(
            BinaryPrimitives.ReadUInt64BigEndian(source[24..]),
            BinaryPrimitives.ReadUInt64BigEndian(source[16..]),
            BinaryPrimitives.ReadUInt64BigEndian(source[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(source));
        return !((value.L0 >= P0) & ((value.L1 & value.L2 & value.L3) == ulong.MaxValue));
    }

    /// <summary>Writes the normalized number as 32 big-endian bytes.</summary>
    public void Write(Span<byte> destination)
    {
        var value = Normalize();
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], value.L0);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], value.L1);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], value.L2);
        BinaryPrimitives.WriteUInt64BigEndian(destination, value.L3);
    }

    /// <summary>The number below p. It subtracts p, by adding 2^256 - p, exactly when that overflows.</summary>
    public FieldElement Normalize()
    {
        ulong r0 = Limbs.Add(L0, Fold, out ulong c);
        ulong r1 = Limbs.Add(L1, c, out c);
        ulong r2 = Limbs.Add(L2, c, out c);
        ulong r3 = Limbs.Add(L3, c, out c);
        return Select(Limbs.Mask(c), new(r0, r1, r2, r3), this);
    }

    /// <summary><paramref name="whenSet"/> for a mask of ones, <paramref name="whenClear"/> for zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FieldElement Select(ulong mask, in FieldElement whenSet, in FieldElement whenClear) => new(
        (whenSet.L0 & mask) | (whenClear.L0 & ~mask),
        (whenSet.L1 & mask) | (whenClear.L1 & ~mask),
        (whenSet.L2 & mask) | (whenClear.L2 & ~mask),
        (whenSet.L3 & mask) | (whenClear.L3 & ~mask));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FieldElement operator +(in FieldElement a, in FieldElement b)
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
    public static FieldElement operator -(in FieldElement a, in FieldElement b)
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
    public static FieldElement operator -(in FieldElement a) => Zero - a;

    /// <summary>Half of the value: an odd number is made even by adding p.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public FieldElement Half()
    {
        ulong odd = Limbs.Mask(L0 & 1);
        ulong r0 = Limbs.Add(L0, P0 & odd, out ulong c);
        ulong r1 = Limbs.Add(L1, odd, c, out c);
        ulong r2 = Limbs.Add(L2, odd, c, out c);
        ulong r3 = Limbs.Add(L3, odd, c, out c);
        return new((r0 >> 1) | (r1 << 63), (r1 >> 1) | (r2 << 63), (r2 >> 1) | (r3 << 63), (r3 >> 1) | (c << 63));
    }

    /// <summary>The inverse; zero for zero.</summary>
    public FieldElement Invert()
    {
        var value = Normalize();
        ModularInverse.Field.Invert(value.L0, value.L1, value.L2, value.L3, out ulong r0, out ulong r1, out ulong r2, out ulong r3);
        return new(r0, r1, r2, r3);
    }

    /// <summary>A square root, when there is one: p = 3 modulo 4, so it is the power (p + 1) / 4, whose bits are 223 ones, 0, 22 ones, 0000 11 00.</summary>
    public static bool TrySquareRoot(in FieldElement value, out FieldElement root)
    {
        var x2 = value.Square() * value;
        var x3 = x2.Square() * value;
        var x6 = x3.SquareTimes(3) * x3;
        var x9 = x6.SquareTimes(3) * x3;
        var x11 = x9.SquareTimes(2) * x2;
        var x22 = x11.SquareTimes(11) * x11;
        var x44 = x22.SquareTimes(22) * x22;
        var x88 = x44.SquareTimes(44) * x44;
        var x176 = x88.SquareTimes(88) * x88;
        var x220 = x176.SquareTimes(44) * x44;
        var x223 = x220.SquareTimes(3) * x3;
        root = ((x223.SquareTimes(23) * x22).SquareTimes(6) * x2).SquareTimes(2);
        return (root.Square() - value).IsZero;
    }

    private FieldElement SquareTimes(int count)
    {
        var value = this;
        for (int i = 0; i < count; i++)
        {
            value = value.Square();
        }

        return value;
    }
}
