using System.Runtime.CompilerServices;

namespace DePin.Sdk.Chains.Cryptography.Internal;

internal readonly partial struct FieldElement
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static FieldElement operator *(in FieldElement a, in FieldElement b)
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
    public FieldElement Square()
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

    /// <summary>512 bits to 256: the upper half times 2^256 mod p is added to the lower, twice, and then a last carry.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static FieldElement Reduce(ulong t0, ulong t1, ulong t2, ulong t3, ulong t4, ulong t5, ulong t6, ulong t7)
    {
        ulong r0 = Limbs.MultiplyAdd(t4, Fold, t0, out ulong c);
        ulong r1 = Limbs.MultiplyAdd(t5, Fold, t1, c, out c);
        ulong r2 = Limbs.MultiplyAdd(t6, Fold, t2, c, out c);
        ulong r3 = Limbs.MultiplyAdd(t7, Fold, t3, c, out c);

        r0 = Limbs.MultiplyAdd(c, Fold, r0, out c);
        r1 = Limbs.Add(r1, c, out c);
        r2 = Limbs.Add(r2, c, out c);
        r3 = Limbs.Add(r3, c, out c);

        // After this overflow the number is below 2^68: the second limb takes the carry without passing one on.
        r0 = Limbs.Add(r0, Fold & Limbs.Mask(c), out c);
        return new(r0, r1 + c, r2, r3);
    }
}
