using System.Runtime.Intrinsics;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Cryptography.Internal.Edwards;

namespace DePin.Sdk.Chains.Tests.Cryptography;

/// <summary>Batches must answer as <see cref="Ed25519.Verify"/> does, on processors with vectors and without.</summary>
public sealed class Ed25519BatchTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void VerifyBatch_AnySizeWithAnyFaults_AnswersAsSingleVerification(bool inLanes)
    {
        var random = new Random(21);
        int refused = 0;
        for (int size = 0; size < 40; size++)
        {
            var items = new Ed25519Verification[size];
            for (int i = 0; i < size; i++)
            {
                items[i] = Ed25519Cases.Make(random);
            }

            var results = new bool[size + 1];
            bool all = Ed25519.VerifyEach(items, results, inLanes);
            for (int i = 0; i < size; i++)
            {
                Assert.Equal(Ed25519.Verify(items[i].PublicKey.Span, items[i].Message.Span, items[i].Signature.Span), results[i]);
                refused += results[i] ? 0 : 1;
            }

            Assert.Equal(results.Take(size).All(result => result), all);
        }

        Assert.InRange(refused, 50, 700);
    }

    [Fact]
    public void VerifyBatch_OneWrongAmong64_IsNamed()
    {
        var key = new byte[32];
        using var signer = Ed25519Signer.FromPrivateKey(key);
        var items = Enumerable.Range(0, 64).Select(i =>
        {
            byte[] message = BitConverter.GetBytes(i), signature = new byte[64];
            signer.Sign(message, signature);
            return new Ed25519Verification(signer.PublicKey.Bytes, message, signature);
        }).ToArray();
        var results = new bool[64];
        Assert.True(Ed25519.VerifyBatch(items, results));
        for (int wrong = 0; wrong < 64; wrong += 7)
        {
            var changed = (Ed25519Verification[])items.Clone();
            changed[wrong] = items[wrong] with { Message = new byte[4] { 255, 0, 0, 1 } };
            Assert.False(Ed25519.VerifyBatch(changed, results));
            Assert.Equal(Enumerable.Range(0, 64).Select(i => i != wrong), results);
        }
    }

    [Fact]
    public void VerifyBatch_WrongLengths_AreRefusedAndTheRestAnswered()
    {
        var item = Ed25519Cases.Valid(new Random(1));
        Ed25519Verification[] items =
        [
            item, item with { PublicKey = item.PublicKey[1..] }, default, item with { Signature = item.Signature[..63] }, item, item with { PublicKey = new byte[33] }, item with { Signature = new byte[64] }, item, item, item,
        ];
        var results = new bool[10];
        foreach (bool inLanes in new[] { false, true })
        {
            Assert.False(Ed25519.VerifyEach(items, results, inLanes));
            Assert.Equal([true, false, false, false, true, false, false, true, true, true], results);
        }

        Assert.Throws<ArgumentException>(() => Ed25519.VerifyBatch(items, new bool[9]));
        Assert.True(Ed25519.VerifyBatch([], []));
    }

    [Fact]
    public void VerifyBatch_AnySize_AllocatesNothing()
    {
        var item = Ed25519Cases.Valid(new Random(2));
        var items = Enumerable.Repeat(item, 20).ToArray();
        var results = new bool[20];
        Assert.True(Ed25519.VerifyBatch(items, results));
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool all = Ed25519.VerifyBatch(items, results);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(all);
    }

    [Fact]
    public void Lanes_EveryOperation_MatchesOneElement()
    {
        var random = new Random(22);
        var a = new EdwardsField[LaneField.Lanes];
        var b = new EdwardsField[LaneField.Lanes];
        for (int round = 0; round < 2_000; round++)
        {
            LaneField x = default, y = default, result = default;
            for (int lane = 0; lane < LaneField.Lanes; lane++)
            {
                a[lane] = Element(random);
                b[lane] = Element(random);
                x.Set(lane, a[lane]);
                y.Set(lane, b[lane]);
            }

            Check(x, lane => a[lane]);
            LaneField.Multiply(ref result, x, y);
            Check(result, lane => a[lane] * b[lane]);
            LaneField.Square(ref result, x);
            Check(result, lane => a[lane] * a[lane]);
            LaneField.Add(ref result, x, y);
            LaneField.Carry(ref result);
            Check(result, lane => a[lane] + b[lane]);
            LaneField.Subtract(ref result, x, y);
            LaneField.Carry(ref result);
            Check(result, lane => a[lane] - b[lane]);

            // The largest limbs that go into a product: a difference times a difference.
            LaneField.Subtract(ref x, x, y);
            LaneField.Multiply(ref result, x, x);
            Check(result, lane => (a[lane] - b[lane]).Square());
            LaneField.Square(ref result, x);
            Check(result, lane => (a[lane] - b[lane]).Square());
            if (round % 200 == 0)
            {
                LaneField.PowerOfRoot(ref result, y);
                Check(result, lane => b[lane].PowerOfRoot());
            }
        }
    }

    [Fact]
    public void LaneComb_AnyNumber_GivesTheSamePointAsOneLane()
    {
        var random = new Random(23);
        byte[] wide = new byte[64], expected = new byte[32], actual = new byte[32];
        for (int i = 0; i < 600; i++)
        {
            random.NextBytes(wide);
            wide.AsSpan(random.Next(65)).Fill(random.Next(3) switch { 0 => 0, 1 => 0x88, _ => 0x77 }); // digits at their limits
            var k = i < 20 ? new EdwardsScalar((ulong)i, 0, 0, 0) : i < 40 ? -new EdwardsScalar((ulong)i, 0, 0, 0) : EdwardsScalar.ReadWide(wide.AsSpan(0, random.Next(2) == 0 ? 32 : 64));
            var point = LaneComb.Multiply(k);
            point.Write(actual);
            BaseComb.Multiply(k).Write(expected);
            Assert.Equal(expected, actual);
            Assert.Equal(1UL, ((point.T * point.Z) - (point.X * point.Y)).IsZero);
        }
    }

    [Fact]
    public void LanePair_AnyNumbers_GivesTheSamePointAsOneLane()
    {
        var random = new Random(24);
        byte[] wide = new byte[64], encoding = new byte[32], expected = new byte[32], actual = new byte[32];
        for (int i = 0; i < 300; i++)
        {
            EdwardsScalar Number()
            {
                random.NextBytes(wide);
                wide.AsSpan(random.Next(65)).Fill(random.Next(3) switch { 0 => 0, 1 => 0x88, _ => 0x77 });
                return random.Next(20) == 0 ? default : EdwardsScalar.ReadWide(wide);
            }

            EdwardsScalar b = Number(), k = Number();
            do
            {
                random.NextBytes(encoding); // in the subgroup or not
            }
            while (!EdwardsPoint.TryReadVariable(encoding, out _));
            Assert.True(EdwardsPoint.TryReadVariable(encoding, out var point));
            EdwardsMultiScalar.MultiplyVariable(b, k, point).Write(expected);
            LanePairMultiScalar.MultiplyVariable(b, k, point).Write(actual);
            Assert.Equal(expected, actual);
        }
    }

    [Fact]
    public void Lanes_LargestLimbs_DoNotOverflow()
    {
        // Every even limb at 2^27.7, every odd one at 2^26.7, the limits that the products are proved for.
        ulong even = (ulong)Math.Pow(2, 27.7) - 1, odd = (ulong)Math.Pow(2, 26.7) - 1;
        LaneField x = default, result = default;
        x.V0 = x.V2 = x.V4 = x.V6 = x.V8 = Vector512.Create(even);
        x.V1 = x.V3 = x.V5 = x.V7 = x.V9 = Vector512.Create(odd);
        var carried = x;
        LaneField.Carry(ref carried);
        LaneField.Carry(ref carried);
        var expected = carried.Get(0);
        LaneField.Multiply(ref result, x, x);
        Check(result, _ => expected.Square());
        LaneField.Square(ref result, x);
        Check(result, _ => expected.Square());
    }

    private static void Check(LaneField actual, Func<int, EdwardsField> expected)
    {
        for (int lane = 0; lane < LaneField.Lanes; lane++)
        {
            Assert.Equal(1UL, (actual.Get(lane) - expected(lane)).IsZero);
        }
    }

    private static EdwardsField Element(Random random)
    {
        ulong Limb() => random.Next(4) switch { 0 => ulong.MaxValue - (ulong)random.Next(60), 1 => (ulong)random.Next(60), _ => (ulong)random.NextInt64() * 2 };
        return new(Limb(), Limb(), Limb(), Limb());
    }
}
