using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace DePin.Sdk.Chains.Cryptography.Internal.Edwards;

/// <summary>A number modulo L = 2^252 + 27742317777372353535851937790883648493, the order of the base point of edwards25519 (RFC 8032, 5.1), always below L. Nothing branches on the value.</summary>
internal readonly struct EdwardsScalar(ulong l0, ulong l1, ulong l2, ulong l3)
{
    private const ulong Order0 = 0x5812631A5CF5D3ED, Order1 = 0x14DEF9DEA2F79CD6, Order2 = 0, Order3 = 0x1000000000000000;

    // -1 / L modulo 2^64.
    private const ulong MinusInverse = 0xD2B51DA312547E1B;

    public readonly ulong L0 = l0, L1 = l1, L2 = l2, L3 = l3;

    // 2^256 and 2^512 modulo L: what Montgomery's reduction divides by, and its square.
    private static EdwardsScalar Radix => new(0xD6EC31748D98951D, 0xC6EF5BF4737DCF70, 0xFFFFFFFFFFFFFFFE, 0x0FFFFFFFFFFFFFFF);

    private static EdwardsScalar RadixSquared => new(0xA40611E3449C0F01, 0xD00E1BA768859347, 0xCEEC73D217F5BE65, 0x0399411B7C309A3D);

    /// <summary>Reads 32 little-endian bytes; false for a number that is not below L.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out EdwardsScalar value)
    {
        value = ReadLimbs(source);
        Limbs.Subtract(value.L0, Order0, 0, out ulong b);
        Limbs.Subtract(value.L1, Order1, b, out b);
        Limbs.Subtract(value.L2, Order2, b, out b);
        Limbs.Subtract(value.L3, Order3, b, out b);
        return b != 0;
    }

    /// <summary>Reads 32 or 64 little-endian bytes modulo L.</summary>
    public static EdwardsScalar ReadWide(ReadOnlySpan<byte> source)
    {
        // One step of the reduction divides by 2^256: multiplying by that first brings the lower half back, its square the upper one to its place.
        var low = Reduce(ReadLimbs(source), Radix);
        return source.Length == 32 ? low : low + Reduce(ReadLimbs(source[32..]), RadixSquared);
    }

    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(destination, L0);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], L1);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], L2);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], L3);
    }

    public static EdwardsScalar operator +(in EdwardsScalar a, in EdwardsScalar b)
    {
        ulong r0 = Limbs.Add(a.L0, b.L0, out ulong c);
        ulong r1 = Limbs.Add(a.L1, b.L1, c, out c);
        ulong r2 = Limbs.Add(a.L2, b.L2, c, out c);
        ulong r3 = Limbs.Add(a.L3, b.L3, c, out _);
        return SubtractOrder(r0, r1, r2, r3);
    }

    public static EdwardsScalar operator -(in EdwardsScalar a)
    {
        ulong r0 = Limbs.Subtract(Order0, a.L0, 0, out ulong b);
        ulong r1 = Limbs.Subtract(Order1, a.L1, b, out b);
        ulong r2 = Limbs.Subtract(Order2, a.L2, b, out b);
        ulong r3 = Limbs.Subtract(Order3, a.L3, b, out _);
        return SubtractOrder(r0, r1, r2, r3);
    }

    public static EdwardsScalar operator *(in EdwardsScalar a, in EdwardsScalar b) => Reduce(Reduce(a, b), RadixSquared);

    private static EdwardsScalar ReadLimbs(ReadOnlySpan<byte> source) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(source),
        BinaryPrimitives.ReadUInt64LittleEndian(source[8..]),
        BinaryPrimitives.ReadUInt64LittleEndian(source[16..]),
        BinaryPrimitives.ReadUInt64LittleEndian(source[24..]));

    /// <summary>a b / 2^256 modulo L (Montgomery, 1985), for any a below 2^256 and a b below L.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static EdwardsScalar Reduce(in EdwardsScalar a, in EdwardsScalar b)
    {
        ulong t0 = 0, t1 = 0, t2 = 0, t3 = 0;
        Step(a.L0, b, ref t0, ref t1, ref t2, ref t3);
        Step(a.L1, b, ref t0, ref t1, ref t2, ref t3);
        Step(a.L2, b, ref t0, ref t1, ref t2, ref t3);
        Step(a.L3, b, ref t0, ref t1, ref t2, ref t3);
        return SubtractOrder(t0, t1, t2, t3);
    }

    /// <summary>t = (t + a b + m L) / 2^64, with the m that makes it exact. It stays below 2 L.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(ulong a, in EdwardsScalar b, ref ulong t0, ref ulong t1, ref ulong t2, ref ulong t3)
    {
        t0 = Limbs.MultiplyAdd(a, b.L0, t0, out ulong c);
        t1 = Limbs.MultiplyAdd(a, b.L1, t1, c, out c);
        t2 = Limbs.MultiplyAdd(a, b.L2, t2, c, out c);
        t3 = Limbs.MultiplyAdd(a, b.L3, t3, c, out ulong t4);

        ulong m = t0 * MinusInverse;
        Limbs.MultiplyAdd(m, Order0, t0, out c);
        t0 = Limbs.MultiplyAdd(m, Order1, t1, c, out c);
        t1 = Limbs.Add(t2, c, out c);
        t2 = Limbs.MultiplyAdd(m, Order3, t3, c, out c);
        t3 = t4 + c;
    }

    /// <summary>A number below 2 L, less L when it is not below that.</summary>
    private static EdwardsScalar SubtractOrder(ulong r0, ulong r1, ulong r2, ulong r3)
    {
        ulong s0 = Limbs.Subtract(r0, Order0, 0, out ulong b);
        ulong s1 = Limbs.Subtract(r1, Order1, b, out b);
        ulong s2 = Limbs.Subtract(r2, Order2, b, out b);
        ulong s3 = Limbs.Subtract(r3, Order3, b, out b);
        ulong keep = Limbs.Mask(b);
        return new((r0 & keep) | (s0 & ~keep), (r1 & keep) | (s1 & ~keep), (r2 & keep) | (s2 & ~keep), (r3 & keep) | (s3 & ~keep));
    }
}
