using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DePin.Sdk.Chains.Cryptography.Internal.Edwards;

// Schoolbook products of ten limbs, after Bernstein, "Curve25519: new Diffie-Hellman speed records" (2006): where two limbs of 25 bits meet, their product counts twice (t), and what exceeds
// 2^255 counts 19 times (n). No factor exceeds 32 bits, no sum 64, when even limbs are below 2^27.7 and odd ones below 2^26.7.
internal partial struct LaneField
{
    private const ulong Mask26 = (1UL << 26) - 1, Mask25 = (1UL << 25) - 1;

    /// <summary>a b. Even limbs of the result are below 2^26 + 2^18, odd ones below 2^25 + 2^18.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(ref LaneField result, in LaneField a, in LaneField b)
    {
        Vector512<ulong> f0 = a.V0, f1 = a.V1, f2 = a.V2, f3 = a.V3, f4 = a.V4, f5 = a.V5, f6 = a.V6, f7 = a.V7, f8 = a.V8, f9 = a.V9;
        Vector512<ulong> g0 = b.V0, g1 = b.V1, g2 = b.V2, g3 = b.V3, g4 = b.V4, g5 = b.V5, g6 = b.V6, g7 = b.V7, g8 = b.V8, g9 = b.V9;
        Vector512<ulong> f1t = f1 + f1, f3t = f3 + f3, f5t = f5 + f5, f7t = f7 + f7, f9t = f9 + f9;
        var nineteen = Vector512.Create(19UL);
        Vector512<ulong> g1n = Product(g1, nineteen), g2n = Product(g2, nineteen), g3n = Product(g3, nineteen), g4n = Product(g4, nineteen), g5n = Product(g5, nineteen);
        Vector512<ulong> g6n = Product(g6, nineteen), g7n = Product(g7, nineteen), g8n = Product(g8, nineteen), g9n = Product(g9, nineteen);
        var h0 = Product(f0, g0) + Product(f1t, g9n) + Product(f2, g8n) + Product(f3t, g7n) + Product(f4, g6n)
            + Product(f5t, g5n) + Product(f6, g4n) + Product(f7t, g3n) + Product(f8, g2n) + Product(f9t, g1n);
        var h1 = Product(f0, g1) + Product(f1, g0) + Product(f2, g9n) + Product(f3, g8n) + Product(f4, g7n)
            + Product(f5, g6n) + Product(f6, g5n) + Product(f7, g4n) + Product(f8, g3n) + Product(f9, g2n);
        var h2 = Product(f0, g2) + Product(f1t, g1) + Product(f2, g0) + Product(f3t, g9n) + Product(f4, g8n)
            + Product(f5t, g7n) + Product(f6, g6n) + Product(f7t, g5n) + Product(f8, g4n) + Product(f9t, g3n);
        var h3 = Product(f0, g3) + Product(f1, g2) + Product(f2, g1) + Product(f3, g0) + Product(f4, g9n)
            + Product(f5, g8n) + Product(f6, g7n) + Product(f7, g6n) + Product(f8, g5n) + Product(f9, g4n);
        var h4 = Product(f0, g4) + Product(f1t, g3) + Product(f2, g2) + Product(f3t, g1) + Product(f4, g0)
            + Product(f5t, g9n) + Product(f6, g8n) + Product(f7t, g7n) + Product(f8, g6n) + Product(f9t, g5n);
        var h5 = Product(f0, g5) + Product(f1, g4) + Product(f2, g3) + Product(f3, g2) + Product(f4, g1)
            + Product(f5, g0) + Product(f6, g9n) + Product(f7, g8n) + Product(f8, g7n) + Product(f9, g6n);
        var h6 = Product(f0, g6) + Product(f1t, g5) + Product(f2, g4) + Product(f3t, g3) + Product(f4, g2)
            + Product(f5t, g1) + Product(f6, g0) + Product(f7t, g9n) + Product(f8, g8n) + Product(f9t, g7n);
        var h7 = Product(f0, g7) + Product(f1, g6) + Product(f2, g5) + Product(f3, g4) + Product(f4, g3)
            + Product(f5, g2) + Product(f6, g1) + Product(f7, g0) + Product(f8, g9n) + Product(f9, g8n);
        var h8 = Product(f0, g8) + Product(f1t, g7) + Product(f2, g6) + Product(f3t, g5) + Product(f4, g4)
            + Product(f5t, g3) + Product(f6, g2) + Product(f7t, g1) + Product(f8, g0) + Product(f9t, g9n);
        var h9 = Product(f0, g9) + Product(f1, g8) + Product(f2, g7) + Product(f3, g6) + Product(f4, g5)
            + Product(f5, g4) + Product(f6, g3) + Product(f7, g2) + Product(f8, g1) + Product(f9, g0);
        Reduce(ref result, h0, h1, h2, h3, h4, h5, h6, h7, h8, h9);
    }

    /// <summary>a a, with limbs as those of a product.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Square(ref LaneField result, in LaneField a)
    {
        Vector512<ulong> f0 = a.V0, f1 = a.V1, f2 = a.V2, f3 = a.V3, f4 = a.V4, f5 = a.V5, f6 = a.V6, f7 = a.V7, f8 = a.V8, f9 = a.V9;
        Vector512<ulong> f0t = f0 + f0, f1t = f1 + f1, f2t = f2 + f2, f3t = f3 + f3, f4t = f4 + f4, f5t = f5 + f5, f6t = f6 + f6, f7t = f7 + f7;
        Vector512<ulong> nineteen = Vector512.Create(19UL), twice = Vector512.Create(38UL); // an odd limb among the upper ones always counts twice
        Vector512<ulong> f5n = Product(f5, twice), f6n = Product(f6, nineteen), f7n = Product(f7, twice), f8n = Product(f8, nineteen), f9n = Product(f9, twice);
        var h0 = Product(f0, f0) + Product(f1t, f9n) + Product(f2t, f8n) + Product(f3t, f7n) + Product(f4t, f6n)
            + Product(f5, f5n);
        var h1 = Product(f0t, f1) + Product(f2, f9n) + Product(f3t, f8n) + Product(f4, f7n) + Product(f5t, f6n);
        var h2 = Product(f0t, f2) + Product(f1t, f1) + Product(f3t, f9n) + Product(f4t, f8n) + Product(f5t, f7n)
            + Product(f6, f6n);
        var h3 = Product(f0t, f3) + Product(f1t, f2) + Product(f4, f9n) + Product(f5t, f8n) + Product(f6, f7n);
        var h4 = Product(f0t, f4) + Product(f1t, f3t) + Product(f2, f2) + Product(f5t, f9n) + Product(f6t, f8n)
            + Product(f7, f7n);
        var h5 = Product(f0t, f5) + Product(f1t, f4) + Product(f2t, f3) + Product(f6, f9n) + Product(f7t, f8n);
        var h6 = Product(f0t, f6) + Product(f1t, f5t) + Product(f2t, f4) + Product(f3t, f3) + Product(f7t, f9n)
            + Product(f8, f8n);
        var h7 = Product(f0t, f7) + Product(f1t, f6) + Product(f2t, f5) + Product(f3t, f4) + Product(f8, f9n);
        var h8 = Product(f0t, f8) + Product(f1t, f7t) + Product(f2t, f6) + Product(f3t, f5t) + Product(f4, f4)
            + Product(f9, f9n);
        var h9 = Product(f0t, f9) + Product(f1t, f8) + Product(f2t, f7) + Product(f3t, f6) + Product(f4t, f5);
        Reduce(ref result, h0, h1, h2, h3, h4, h5, h6, h7, h8, h9);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Product(Vector512<ulong> a, Vector512<ulong> b) =>
        Avx512F.IsSupported ? Avx512F.Multiply(a.AsUInt32(), b.AsUInt32())
        : Avx2.IsSupported ? Vector512.Create(Avx2.Multiply(a.GetLower().AsUInt32(), b.GetLower().AsUInt32()), Avx2.Multiply(a.GetUpper().AsUInt32(), b.GetUpper().AsUInt32()))
        : a * b;

    /// <summary>Carries what exceeds each limb to the next, twice at once for all limbs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Reduce(
        ref LaneField result,
        Vector512<ulong> h0,
        Vector512<ulong> h1,
        Vector512<ulong> h2,
        Vector512<ulong> h3,
        Vector512<ulong> h4,
        Vector512<ulong> h5,
        Vector512<ulong> h6,
        Vector512<ulong> h7,
        Vector512<ulong> h8,
        Vector512<ulong> h9)
    {
        Vector512<ulong> mask26 = Vector512.Create(Mask26), mask25 = Vector512.Create(Mask25);
        var c = h9 >>> 25;
        var r0 = (h0 & mask26) + c + (c << 1) + (c << 4);
        var r1 = (h1 & mask25) + (h0 >>> 26);
        var r2 = (h2 & mask26) + (h1 >>> 25);
        var r3 = (h3 & mask25) + (h2 >>> 26);
        var r4 = (h4 & mask26) + (h3 >>> 25);
        var r5 = (h5 & mask25) + (h4 >>> 26);
        var r6 = (h6 & mask26) + (h5 >>> 25);
        var r7 = (h7 & mask25) + (h6 >>> 26);
        var r8 = (h8 & mask26) + (h7 >>> 25);
        var r9 = (h9 & mask25) + (h8 >>> 26);
        result.V0 = (r0 & mask26) + Product(r9 >>> 25, Vector512.Create(19UL));
        result.V1 = (r1 & mask25) + (r0 >>> 26);
        result.V2 = (r2 & mask26) + (r1 >>> 25);
        result.V3 = (r3 & mask25) + (r2 >>> 26);
        result.V4 = (r4 & mask26) + (r3 >>> 25);
        result.V5 = (r5 & mask25) + (r4 >>> 26);
        result.V6 = (r6 & mask26) + (r5 >>> 25);
        result.V7 = (r7 & mask25) + (r6 >>> 26);
        result.V8 = (r8 & mask26) + (r7 >>> 25);
        result.V9 = (r9 & mask25) + (r8 >>> 26);
    }
}
