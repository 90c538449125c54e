using System.Runtime.CompilerServices;

namespace DePin.Sdk.Chains.Cryptography.Internal;

/// <summary>Inverses modulo an odd number of 256 bits in constant time, after Bernstein and Yang, "Fast constant-time gcd computation and modular inversion" (2019), in the variant whose
/// delta starts at 1/2: 590 division steps suffice. They are done 59 at a time on the lowest limbs, and the steps' matrix, scaled by 2^62, is then applied to whole numbers of five signed limbs of 62 bits.</summary>
internal sealed class ModularInverse
{
    private const int LimbBits = 62;
    private const ulong LimbMask = (1UL << LimbBits) - 1;

    private readonly Number _modulus;
    private readonly ulong _modulusInverse; // modulo 2^62

    private ModularInverse(ulong m0, ulong m1, ulong m2, ulong m3)
    {
        _modulus = Number.From(m0, m1, m2, m3);
        ulong inverse = m0; // right in the three lowest bits; each step of Newton's doubles them
        for (int i = 0; i < 5; i++)
        {
            inverse *= 2 - (m0 * inverse);
        }

        _modulusInverse = inverse & LimbMask;
    }

    /// <summary>Modulo the prime of secp256k1's field.</summary>
    public static ModularInverse Field { get; } = new(0xFFFFFFFEFFFFFC2F, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue);

    /// <summary>Modulo n, the order of secp256k1.</summary>
    public static ModularInverse Order { get; } = new(0xBFD25E8CD0364141, 0xBAAEDCE6AF48A03B, 0xFFFFFFFFFFFFFFFE, ulong.MaxValue);

    /// <summary>Modulo 2^255 - 19, the prime of Curve25519.</summary>
    public static ModularInverse Edwards { get; } = new(0xFFFFFFFFFFFFFFED, ulong.MaxValue, ulong.MaxValue, 0x7FFFFFFFFFFFFFFF);

    /// <summary>The inverse of a number below the modulus; zero for zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Invert(ulong x0, ulong x1, ulong x2, ulong x3, out ulong r0, out ulong r1, out ulong r2, out ulong r3)
    {
        Number f = _modulus, g = Number.From(x0, x1, x2, x3), d = default, e = default;
        e.V0 = 1;
        long zeta = -1; // -(delta + 1/2)
        for (int i = 0; i < 10; i++)
        {
            zeta = DivisionSteps(zeta, (ulong)f.V0, (ulong)g.V0, out var matrix);
            ApplyModular(ref d, ref e, matrix);
            Apply(ref f, ref g, matrix);
        }

        // f is now 1 or -1, and d the inverse times f, in (-2m, m).
        Normalize(ref d, f.V4 >> 63);
        r0 = (ulong)d.V0 | ((ulong)d.V1 << 62);
        r1 = ((ulong)d.V1 >> 2) | ((ulong)d.V2 << 60);
        r2 = ((ulong)d.V2 >> 4) | ((ulong)d.V3 << 58);
        r3 = ((ulong)d.V3 >> 6) | ((ulong)d.V4 << 56);
        f = g = d = e = default;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long DivisionSteps(long zeta, ulong f, ulong g, out Matrix matrix)
    {
        // 2^3 to begin with and a doubling in each of 59 steps make the scale 2^62.
        ulong u = 8, v = 0, q = 0, r = 8;
        for (int i = 0; i < 59; i++)
        {
            ulong isPositive = (ulong)(zeta >> 63); // delta > 0
            ulong isOdd = 0 - (g & 1);
            g += ((f ^ isPositive) - isPositive) & isOdd;
            q += ((u ^ isPositive) - isPositive) & isOdd;
            r += ((v ^ isPositive) - isPositive) & isOdd;
            isPositive &= isOdd;
            zeta = (zeta ^ (long)isPositive) - 1;
            f += g & isPositive;
            u += q & isPositive;
            v += r & isPositive;
            g >>= 1;
            u <<= 1;
            v <<= 1;
        }

        matrix = new((long)u, (long)v, (long)q, (long)r);
        return zeta;
    }

    /// <summary>(f, g) = matrix (f, g) / 2^62, which is exact.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Apply(ref Number f, ref Number g, in Matrix t)
    {
        var forF = default(Accumulator);
        var forG = default(Accumulator);
        forF.Add(t.U, f.V0, t.V, g.V0);
        forG.Add(t.Q, f.V0, t.R, g.V0);
        forF.Shift();
        forG.Shift();
        forF.Add(t.U, f.V1, t.V, g.V1);
        forG.Add(t.Q, f.V1, t.R, g.V1);
        f.V0 = forF.Shift();
        g.V0 = forG.Shift();
        forF.Add(t.U, f.V2, t.V, g.V2);
        forG.Add(t.Q, f.V2, t.R, g.V2);
        f.V1 = forF.Shift();
        g.V1 = forG.Shift();
        forF.Add(t.U, f.V3, t.V, g.V3);
        forG.Add(t.Q, f.V3, t.R, g.V3);
        f.V2 = forF.Shift();
        g.V2 = forG.Shift();
        forF.Add(t.U, f.V4, t.V, g.V4);
        forG.Add(t.Q, f.V4, t.R, g.V4);
        f.V3 = forF.Shift();
        g.V3 = forG.Shift();
        f.V4 = forF.Low;
        g.V4 = forG.Low;
    }

    /// <summary>(d, e) = matrix (d, e) / 2^62 modulo the modulus: a multiple of it makes the division exact and keeps both in (-2m, m).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ApplyModular(ref Number d, ref Number e, in Matrix t)
    {
        long signD = d.V4 >> 63, signE = e.V4 >> 63;
        long timesD = (t.U & signD) + (t.V & signE);
        long timesE = (t.Q & signD) + (t.R & signE);

        var forD = default(Accumulator);
        var forE = default(Accumulator);
        forD.Add(t.U, d.V0, t.V, e.V0);
        forE.Add(t.Q, d.V0, t.R, e.V0);
        timesD -= (long)(((_modulusInverse * (ulong)forD.Low) + (ulong)timesD) & LimbMask);
        timesE -= (long)(((_modulusInverse * (ulong)forE.Low) + (ulong)timesE) & LimbMask);
        forD.Add(_modulus.V0, timesD);
        forE.Add(_modulus.V0, timesE);
        forD.Shift();
        forE.Shift();

        forD.Add(t.U, d.V1, t.V, e.V1);
        forE.Add(t.Q, d.V1, t.R, e.V1);
        forD.Add(_modulus.V1, timesD);
        forE.Add(_modulus.V1, timesE);
        d.V0 = forD.Shift();
        e.V0 = forE.Shift();

        forD.Add(t.U, d.V2, t.V, e.V2);
        forE.Add(t.Q, d.V2, t.R, e.V2);
        forD.Add(_modulus.V2, timesD);
        forE.Add(_modulus.V2, timesE);
        d.V1 = forD.Shift();
        e.V1 = forE.Shift();

        forD.Add(t.U, d.V3, t.V, e.V3);
        forE.Add(t.Q, d.V3, t.R, e.V3);
        forD.Add(_modulus.V3, timesD);
        forE.Add(_modulus.V3, timesE);
        d.V2 = forD.Shift();
        e.V2 = forE.Shift();

        forD.Add(t.U, d.V4, t.V, e.V4);
        forE.Add(t.Q, d.V4, t.R, e.V4);
        forD.Add(_modulus.V4, timesD);
        forE.Add(_modulus.V4, timesE);
        d.V3 = forD.Shift();
        e.V3 = forE.Shift();
        d.V4 = forD.Low;
        e.V4 = forE.Low;
    }

    /// <summary>Brings a number from (-2m, m) to [0, m), negated when the sign is -1.</summary>
    private void Normalize(ref Number r, long sign)
    {
        r.AddMasked(_modulus, r.V4 >> 63);
        r.V0 = (r.V0 ^ sign) - sign;
        r.V1 = (r.V1 ^ sign) - sign;
        r.V2 = (r.V2 ^ sign) - sign;
        r.V3 = (r.V3 ^ sign) - sign;
        r.V4 = (r.V4 ^ sign) - sign;
        r.PropagateCarries();
        r.AddMasked(_modulus, r.V4 >> 63);
        r.PropagateCarries();
    }

    private readonly struct Matrix(long u, long v, long q, long r)
    {
        public readonly long U = u, V = v, Q = q, R = r;
    }

    private struct Number
    {
        public long V0, V1, V2, V3, V4;

        public static Number From(ulong x0, ulong x1, ulong x2, ulong x3) => new()
        {
            V0 = (long)(x0 & LimbMask),
            V1 = (long)(((x0 >> 62) | (x1 << 2)) & LimbMask),
            V2 = (long)(((x1 >> 60) | (x2 << 4)) & LimbMask),
            V3 = (long)(((x2 >> 58) | (x3 << 6)) & LimbMask),
            V4 = (long)(x3 >> 56),
        };

        public void AddMasked(in Number other, long mask)
        {
            V0 += other.V0 & mask;
            V1 += other.V1 & mask;
            V2 += other.V2 & mask;
            V3 += other.V3 & mask;
            V4 += other.V4 & mask;
        }

        public void PropagateCarries()
        {
            V1 += V0 >> LimbBits;
            V0 &= (long)LimbMask;
            V2 += V1 >> LimbBits;
            V1 &= (long)LimbMask;
            V3 += V2 >> LimbBits;
            V2 &= (long)LimbMask;
            V4 += V3 >> LimbBits;
            V3 &= (long)LimbMask;
        }
    }

    /// <summary>A signed sum of 128 bits.</summary>
    private struct Accumulator
    {
        private ulong _low;
        private long _high;

        public readonly long Low => (long)_low;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(long a, long b)
        {
            long high = (long)Limbs.Multiply((ulong)a, (ulong)b, out ulong low) - ((a >> 63) & b) - ((b >> 63) & a);
            _low = Limbs.Add(_low, low, out ulong carry);
            _high += high + (long)carry;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(long a, long b, long c, long d)
        {
            Add(a, b);
            Add(c, d);
        }

        /// <summary>Takes the lowest limb off.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public long Shift()
        {
            long limb = (long)(_low & LimbMask);
            _low = (_low >> LimbBits) | ((ulong)_high << (64 - LimbBits));
            _high >>= LimbBits;
            return limb;
        }
    }
}
