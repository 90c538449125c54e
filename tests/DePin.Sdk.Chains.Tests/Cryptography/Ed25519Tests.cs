using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Cryptography.Internal.Edwards;
using DePin.Sdk.Identity;

namespace DePin.Sdk.Chains.Tests.Cryptography;

public sealed class Ed25519Tests
{
    private static readonly BigInteger Order = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493", System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public void Verify_SignedMessages_HoldAndChangedOnesDoNot()
    {
        var random = new Random(3);
        byte[] key = new byte[32], publicKey = new byte[32], signature = new byte[64];
        for (int i = 0; i < 300; i++)
        {
            var message = new byte[random.Next(i % 10 == 0 ? 3000 : 120)];
            random.NextBytes(message);
            random.NextBytes(key);
            Ed25519.GetPublicKey(key, publicKey);
            Ed25519.Sign(key, message, signature);
            Assert.True(Ed25519.Verify(publicKey, message, signature));

            int bit = random.Next(96 * 8);
            var target = bit < 512 ? signature : publicKey;
            int at = bit < 512 ? bit : bit - 512;
            target[at / 8] ^= (byte)(1 << (at % 8));
            Assert.False(Ed25519.Verify(publicKey, message, signature), $"bit {bit}");
        }
    }

    [Fact]
    public void Verify_TheNumberPlusTheOrder_IsRefused()
    {
        byte[] key = new byte[32], publicKey = new byte[32], signature = new byte[64];
        Ed25519.GetPublicKey(key, publicKey);
        Ed25519.Sign(key, "malleable"u8, signature);
        var s = new BigInteger(signature.AsSpan(32), isUnsigned: true) + Order;
        Assert.True(s.TryWriteBytes(signature.AsSpan(32), out _, isUnsigned: true));
        Assert.False(Ed25519.Verify(publicKey, "malleable"u8, signature));
    }

    [Fact]
    public void IsSmallOrder_PointsOfTheTorsion_AreTheListedEncodings()
    {
        // Multiples of a point of order eight are all there are.
        Assert.True(EdwardsPoint.TryReadVariable(Convert.FromHexString("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), out var generator));
        var step = new CachedPoint(generator);
        var point = EdwardsPoint.Identity;
        var encodings = new HashSet<string>();
        var encoding = new byte[32];
        for (int i = 0; i < 8; i++)
        {
            point.Write(encoding);
            Assert.True(encodings.Add(Convert.ToHexString(encoding)));
            Assert.True(point.IsSmallOrder);
            Assert.True(Ed25519.IsSmallOrder(encoding));
            point.Add(step);
        }

        Assert.True(point.IsIdentity);
        EdwardsPoint.Base.Write(encoding);
        Assert.False(Ed25519.IsSmallOrder(encoding));
        Assert.False(EdwardsPoint.Base.IsSmallOrder);
    }

    [Fact]
    public void Scalar_EveryOperation_MatchesBigInteger()
    {
        var random = new Random(4);
        byte[] wide = new byte[64], other = new byte[64];
        for (int i = 0; i < 20_000; i++)
        {
            Fill(random, wide);
            Fill(random, other);
            EdwardsScalar a = EdwardsScalar.ReadWide(wide), b = EdwardsScalar.ReadWide(other), c = EdwardsScalar.ReadWide(wide.AsSpan(0, 32));
            BigInteger x = new BigInteger(wide, isUnsigned: true) % Order, y = new BigInteger(other, isUnsigned: true) % Order;
            Assert.Equal(x, Number(a));
            Assert.Equal(new BigInteger(wide.AsSpan(0, 32), isUnsigned: true) % Order, Number(c));
            Assert.Equal((x + y) % Order, Number(a + b));
            Assert.Equal(x * y % Order, Number(a * b));
            Assert.Equal((Order - x) % Order, Number(-a));
            Assert.Equal(new BigInteger(wide.AsSpan(0, 32), isUnsigned: true) < Order, EdwardsScalar.TryRead(wide.AsSpan(0, 32), out _));
        }
    }

    [Fact]
    public void Field_EveryOperation_MatchesBigInteger()
    {
        var p = BigInteger.Pow(2, 255) - 19;
        var random = new Random(5);
        byte[] left = new byte[32], right = new byte[32];
        for (int i = 0; i < 20_000; i++)
        {
            Fill(random, left);
            Fill(random, right);
            EdwardsField a = Field(left), b = Field(right);
            BigInteger x = new(left, isUnsigned: true), y = new(right, isUnsigned: true);
            Assert.Equal(x % p, Number(a));
            Assert.Equal(x * y % p, Number(a * b));
            Assert.Equal(x * x % p, Number(a.Square()));
            Assert.Equal((x + y) % p, Number(a + b));
            Assert.Equal((x - y + (4 * p)) % p, Number(a - b));
            Assert.Equal((x - y) % p == 0, (a - b).IsZero == 1);
            if (i % 40 == 0)
            {
                Assert.Equal(BigInteger.ModPow(x, p - 2, p), Number(a.Invert()));
                Assert.Equal(BigInteger.ModPow(x, (p - 5) / 8, p), Number(a.PowerOfRoot()));
            }

            left[31] &= 0x7F;
            Assert.Equal(new BigInteger(left, isUnsigned: true) < p, EdwardsField.TryRead(left, out _));
        }
    }

    [Fact]
    public async Task Signer_Message_VerifiesThroughTheSeam()
    {
        var verifiers = SignatureVerifiers.Default.With(new Ed25519Verifier());
        using var signer = Ed25519Signer.Create();
        var signature = await signer.SignAsync("hello"u8.ToArray());
        Assert.True(verifiers.Verify(signer.PublicKey, "hello"u8, signature));
        Assert.False(verifiers.Verify(signer.PublicKey, "hullo"u8, signature));
        var key = new byte[32];
        signer.ExportPrivateKey(key);
        using (var same = Ed25519Signer.FromPrivateKey(key))
        {
            Assert.Equal(signer.PublicKey, same.PublicKey);
            Assert.DoesNotContain(Convert.ToHexString(key), $"{same} {same.PublicKey}", StringComparison.OrdinalIgnoreCase);
        }

        signer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => signer.ExportPrivateKey(key));
        CryptographicOperations.ZeroMemory(key);
    }

    [Fact]
    public void SignAndVerify_ShortMessages_AllocateNothing()
    {
        byte[] key = new byte[32], publicKey = new byte[32], signature = new byte[64];
        Ed25519.GetPublicKey(key, publicKey);
        for (int i = 0; i < 3; i++)
        {
            Ed25519.Sign(key, publicKey, signature);
            Assert.True(Ed25519.Verify(publicKey, publicKey, signature));
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        Ed25519.Sign(key, publicKey, signature);
        bool isValid = Ed25519.Verify(publicKey, publicKey, signature);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(isValid);
    }

    // Numbers on which carries run far are as frequent as random ones.
    private static void Fill(Random random, Span<byte> number)
    {
        var limbs = MemoryMarshal.Cast<byte, ulong>(number);
        foreach (ref ulong limb in limbs)
        {
            limb = random.Next(4) switch { 0 => ulong.MaxValue - (ulong)random.Next(60), 1 => (ulong)random.Next(60), _ => (ulong)random.NextInt64() * 2 };
        }
    }

    private static EdwardsField Field(ReadOnlySpan<byte> number) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(number),
        BinaryPrimitives.ReadUInt64LittleEndian(number[8..]),
        BinaryPrimitives.ReadUInt64LittleEndian(number[16..]),
        BinaryPrimitives.ReadUInt64LittleEndian(number[24..]));

    private static BigInteger Number(EdwardsField value)
    {
        Span<byte> bytes = stackalloc byte[32];
        value.Write(bytes);
        return new(bytes, isUnsigned: true);
    }

    private static BigInteger Number(EdwardsScalar value)
    {
        Span<byte> bytes = stackalloc byte[32];
        value.Write(bytes);
        return new(bytes, isUnsigned: true);
    }
}
