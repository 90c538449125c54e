using System.Globalization;
using System.Numerics;
using DePin.Sdk.Chains.Cryptography.Internal;

namespace DePin.Sdk.Chains.Tests.Cryptography.Internal;

/// <summary>The limbs against BigInteger, on random numbers and on those where carries run far.</summary>
public sealed class ArithmeticTests
{
    private static readonly BigInteger P = BigInteger.Pow(2, 256) - BigInteger.Pow(2, 32) - 977;
    private static readonly BigInteger N = BigInteger.Parse("0FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [Fact]
    public void FieldElement_EveryOperation_MatchesBigInteger()
    {
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++)
        {
            FieldElement a = Field(random), b = Field(random);
            BigInteger x = Number(a), y = Number(b);
            Assert.Equal(x * y % P, Normal(a * b));
            Assert.Equal(x * x % P, Normal(a.Square()));
            Assert.Equal((x + y) % P, Normal(a + b));
            Assert.Equal((x - y + P + P) % P, Normal(a - b));
            Assert.Equal((P + P - x) % P, Normal(-a));
            Assert.Equal(x % P, Normal(a));
            Assert.Equal(x % P, Normal(a.Half() + a.Half()));
            Assert.Equal(x % P == 0, a.IsZero);
            Assert.Equal((x - y) % P == 0, (a - b).IsZero);
        }
    }

    [Fact]
    public void FieldElement_InvertAndRoot_MatchBigInteger()
    {
        var random = new Random(2);
        for (int i = 0; i < 500; i++)
        {
            var a = Field(random);
            var x = Number(a) % P;
            Assert.Equal(x == 0 ? 0 : BigInteger.One, Normal(a.Invert() * a));
            bool isSquare = BigInteger.ModPow(x, (P - 1) / 2, P) <= 1;
            Assert.Equal(isSquare, FieldElement.TrySquareRoot(a, out var root));
            Assert.True(!isSquare || Number(root) * Number(root) % P == x);
        }
    }

    [Fact]
    public void Scalar_EveryOperation_MatchesBigInteger()
    {
        var random = new Random(3);
        for (int i = 0; i < 20_000; i++)
        {
            Scalar a = AnyScalar(random), b = AnyScalar(random);
            BigInteger x = Number(a), y = Number(b);
            Assert.Equal(x * y % N, Number(a * b));
            Assert.Equal((x + y) % N, Number(a + b));
            Assert.Equal((N - x) % N, Number(-a));
            Assert.Equal(x > N / 2, a.IsHigh == 1);
        }
    }

    [Fact]
    public void Scalar_Invert_MatchesBigInteger()
    {
        var random = new Random(4);
        for (int i = 0; i < 500; i++)
        {
            var a = AnyScalar(random);
            Assert.Equal(a.IsZero ? 0 : BigInteger.One, Number(a.Invert() * a));
        }
    }

    [Fact]
    public void TryRead_AroundTheModulus_SaysWhetherItIsBelow()
    {
        for (int offset = -3; offset <= 3; offset++)
        {
            Assert.Equal(offset < 0, FieldElement.TryRead(Bytes(P + offset), out _));
            Assert.Equal(offset < 0, Scalar.TryRead(Bytes(N + offset), out var scalar));
            Assert.Equal((N + offset) % N, Number(scalar));
        }
    }

    [Fact]
    public void Split_AnyScalar_AddsUpFromShortParts()
    {
        var random = new Random(5);
        for (int i = 0; i < 5_000; i++)
        {
            var k = AnyScalar(random);
            Endomorphism.Split(k, out var a, out var b);
            var sum = (Signed(a) + (Signed(b) * Number(Endomorphism.Lambda))) % N;
            Assert.Equal(Number(k), (sum + N) % N);
        }
    }

    [Fact]
    public void Windows_AnyNumber_AddUpAndAreSparse()
    {
        var random = new Random(6);
        var digits = new short[129];
        foreach (int width in new[] { 5, 10 })
        {
            for (int i = 0; i < 1_000; i++)
            {
                Array.Clear(digits);
                var number = new UInt128(Limb(random), Limb(random));
                int length = MultiScalar.Windows(number, isNegative: i % 2 == 1, width, digits);
                Assert.All(digits[length..], digit => Assert.Equal(0, digit));
                Assert.All(digits, digit => Assert.True(digit == 0 || ((digit & 1) == 1 && Math.Abs((int)digit) < 1 << (width - 1))));
                var sum = BigInteger.Zero;
                for (int bit = 0; bit < digits.Length; bit++)
                {
                    sum += digits[bit] * BigInteger.Pow(2, bit);
                }

                Assert.Equal((BigInteger)number, i % 2 == 1 ? -sum : sum);
            }
        }
    }

    [Fact]
    public void GeneratorComb_EdgeScalars_MatchesTheVariableTimeSum()
    {
        var random = new Random(7);
        var edges = new List<BigInteger> { 1, 2, 3, 15, 16, 17, 31, 32, 33, N - 1, N - 2, N / 2, (N / 2) + 1, BigInteger.Pow(2, 256) - N, N - (BigInteger.Pow(2, 256) - N), BigInteger.Pow(2, 255), BigInteger.Pow(2, 128), Number(Endomorphism.Lambda) };
        edges.AddRange(Enumerable.Range(0, 300).Select(_ => Number(AnyScalar(random))).Where(k => k != 0));
        foreach (var k in edges)
        {
            Scalar.TryRead(Bytes(k), out var scalar);
            var comb = GeneratorComb.Multiply(scalar);
            Assert.True(comb.IsOnCurve);
            foreach (var (g, q) in new[] { (scalar, Scalar.Zero), (Scalar.Zero, scalar), (scalar + -Scalar.One, Scalar.One) })
            {
                var sum = MultiScalar.Multiply(g, q, AffinePoint.Generator).ToAffine();
                Assert.True((sum.X - comb.X).IsZero && (sum.Y - comb.Y).IsZero, k.ToString(CultureInfo.InvariantCulture));
            }

            Assert.True(MultiScalar.Multiply(scalar, -scalar, AffinePoint.Generator).IsInfinity);
        }
    }

    private static BigInteger Signed(Endomorphism.Part part) => part.IsNegative ? -(BigInteger)part.Magnitude : part.Magnitude;

    private static FieldElement Field(Random random) => random.Next(10) == 0
        ? new(0xFFFFFFFEFFFFFC2F + (ulong)random.Next(-2, 3), ulong.MaxValue, ulong.MaxValue, ulong.MaxValue)
        : new(Limb(random), Limb(random), Limb(random), Limb(random));

    private static Scalar AnyScalar(Random random)
    {
        Scalar.TryRead(Bytes(Number(Limb(random), Limb(random), Limb(random), Limb(random))), out var scalar);
        return scalar;
    }

    private static ulong Limb(Random random) => random.Next(4) switch
    {
        0 => 0,
        1 => ulong.MaxValue,
        2 => (ulong)random.Next(3) + (ulong)random.NextInt64(2) * 0xFFFFFFFF00000000,
        _ => (ulong)random.NextInt64(long.MinValue, long.MaxValue),
    };

    private static BigInteger Normal(FieldElement value)
    {
        var bytes = new byte[32];
        value.Write(bytes);
        var number = new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
        Assert.True(number < P);
        return number;
    }

    private static BigInteger Number(FieldElement value) => Number(value.L0, value.L1, value.L2, value.L3);

    private static BigInteger Number(Scalar value) => Number(value.L0, value.L1, value.L2, value.L3);

    private static BigInteger Number(ulong l0, ulong l1, ulong l2, ulong l3) => l0 + ((BigInteger)l1 << 64) + ((BigInteger)l2 << 128) + ((BigInteger)l3 << 192);

    private static byte[] Bytes(BigInteger value)
    {
        var bytes = new byte[32];
        value.TryWriteBytes(bytes.AsSpan(32 - value.GetByteCount(isUnsigned: true)), out _, isUnsigned: true, isBigEndian: true);
        return bytes;
    }
}
