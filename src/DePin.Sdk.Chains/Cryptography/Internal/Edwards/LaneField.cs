using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DePin.Sdk.Chains.Cryptography.Internal.Edwards;

/// <summary>Eight elements of Curve25519's field, one in each lane of a vector: ten limbs of 26 and 25 bits in turn, lowest first. A product's limbs exceed that little; a sum's or difference's may be twice or thrice
/// as large and go into a product, but into no further difference, before <see cref="Carry"/>. For public numbers.</summary>
internal partial struct LaneField
{
    public const int Lanes = 8;
    public const int Limbs = 10;

    public Vector512<ulong> V0, V1, V2, V3, V4, V5, V6, V7, V8, V9;

    /// <summary>The same element in each lane.</summary>
    public static LaneField Create(in EdwardsField value)
    {
        LaneField result = default;
        for (int lane = 0; lane < Lanes; lane++)
        {
            result.Set(lane, value);
        }

        return result;
    }

    /// <summary>Writes one lane.</summary>
    public void Set(int lane, in EdwardsField value)
    {
        var x = value.Normalize();
        var limbs = Words(ref this)[lane..];
        limbs[0] = x.L0 & Mask26;
        limbs[8] = (x.L0 >> 26) & Mask25;
        limbs[16] = ((x.L0 >> 51) | (x.L1 << 13)) & Mask26;
        limbs[24] = (x.L1 >> 13) & Mask25;
        limbs[32] = (x.L1 >> 38) & Mask26;
        limbs[40] = x.L2 & Mask25;
        limbs[48] = (x.L2 >> 25) & Mask26;
        limbs[56] = ((x.L2 >> 51) | (x.L3 << 13)) & Mask25;
        limbs[64] = (x.L3 >> 12) & Mask26;
        limbs[72] = (x.L3 >> 38) & Mask25;
    }

    /// <summary>Reads one lane of a product.</summary>
    public EdwardsField Get(int lane)
    {
        // Each sum of neighbours with its shift is a limb of some 51 bits and less than 52.
        var limbs = Words(ref this)[lane..];
        ulong a = limbs[0] + (limbs[8] << 26), b = limbs[16] + (limbs[24] << 26), c = limbs[32] + (limbs[40] << 26), d = limbs[48] + (limbs[56] << 26), e = limbs[64] + (limbs[72] << 26);
        return new EdwardsField(a, 0, 0, 0)
            + new EdwardsField(b << 51, b >> 13, 0, 0)
            + new EdwardsField(0, c << 38, c >> 26, 0)
            + new EdwardsField(0, 0, d << 25, d >> 39)
            + new EdwardsField(0, 0, 0, e << 12);
    }

    /// <summary>a + b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref LaneField result, in LaneField a, in LaneField b)
    {
        result.V0 = a.V0 + b.V0;
        result.V1 = a.V1 + b.V1;
        result.V2 = a.V2 + b.V2;
        result.V3 = a.V3 + b.V3;
        result.V4 = a.V4 + b.V4;
        result.V5 = a.V5 + b.V5;
        result.V6 = a.V6 + b.V6;
        result.V7 = a.V7 + b.V7;
        result.V8 = a.V8 + b.V8;
        result.V9 = a.V9 + b.V9;
    }

    /// <summary>a - b, for a b that is a product or was carried: 2 p, which is added, exceeds each limb of it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Subtract(ref LaneField result, in LaneField a, in LaneField b)
    {
        Vector512<ulong> even = Vector512.Create(2 * Mask26), odd = Vector512.Create(2 * Mask25);
        result.V0 = a.V0 + (Vector512.Create((2 * Mask26) - 36) - b.V0);
        result.V1 = a.V1 + (odd - b.V1);
        result.V2 = a.V2 + (even - b.V2);
        result.V3 = a.V3 + (odd - b.V3);
        result.V4 = a.V4 + (even - b.V4);
        result.V5 = a.V5 + (odd - b.V5);
        result.V6 = a.V6 + (even - b.V6);
        result.V7 = a.V7 + (odd - b.V7);
        result.V8 = a.V8 + (even - b.V8);
        result.V9 = a.V9 + (odd - b.V9);
    }

    /// <summary>Brings limbs of up to 31 bits to the size of a product's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Carry(ref LaneField value)
    {
        Vector512<ulong> mask26 = Vector512.Create(Mask26), mask25 = Vector512.Create(Mask25);
        Vector512<ulong> h0 = value.V0, h1 = value.V1, h2 = value.V2, h3 = value.V3, h4 = value.V4, h5 = value.V5, h6 = value.V6, h7 = value.V7, h8 = value.V8, h9 = value.V9;
        value.V0 = (h0 & mask26) + Product(h9 >>> 25, Vector512.Create(19UL));
        value.V1 = (h1 & mask25) + (h0 >>> 26);
        value.V2 = (h2 & mask26) + (h1 >>> 25);
        value.V3 = (h3 & mask25) + (h2 >>> 26);
        value.V4 = (h4 & mask26) + (h3 >>> 25);
        value.V5 = (h5 & mask25) + (h4 >>> 26);
        value.V6 = (h6 & mask26) + (h5 >>> 25);
        value.V7 = (h7 & mask25) + (h6 >>> 26);
        value.V8 = (h8 & mask26) + (h7 >>> 25);
        value.V9 = (h9 & mask25) + (h8 >>> 26);
    }

    /// <summary>The power (p - 5) / 8; see <see cref="EdwardsField.PowerOfRoot"/>.</summary>
    public static void PowerOfRoot(ref LaneField result, in LaneField x)
    {
        LaneField x2 = default, x5 = default, x10 = default, x50 = default, power = default;
        Square(ref power, x);
        Multiply(ref x2, power, x);
        Step(ref power, x2, 2, x2);
        Step(ref x5, power, 1, x);
        Step(ref x10, x5, 5, x5);
        Step(ref power, x10, 10, x10);
        var x20 = power;
        Step(ref power, power, 20, x20);
        Step(ref x50, power, 10, x10);
        Step(ref power, x50, 50, x50);
        var x100 = power;
        Step(ref power, power, 100, x100);
        Step(ref power, power, 50, x50);
        Step(ref result, power, 2, x);
    }

    private static void Step(ref LaneField result, in LaneField x, int squarings, in LaneField factor)
    {
        var power = x;
        for (int i = 0; i < squarings; i++)
        {
            Square(ref power, power);
        }

        Multiply(ref result, power, factor);
    }

    /// <summary>The limbs one after the other, those of all lanes together.</summary>
    private static Span<ulong> Words(ref LaneField value) => MemoryMarshal.Cast<LaneField, ulong>(new Span<LaneField>(ref value));
}
