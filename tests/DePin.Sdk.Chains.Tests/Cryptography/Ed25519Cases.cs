using System.Numerics;
using System.Security.Cryptography;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Cryptography.Internal.Edwards;

namespace DePin.Sdk.Chains.Tests.Cryptography;

/// <summary>Signatures that verifiers disagree on: points outside the subgroup, encodings above p, numbers above the order, and single bits.</summary>
internal static class Ed25519Cases
{
    public static readonly BigInteger Prime = BigInteger.Pow(2, 255) - 19;

    public static readonly BigInteger Order = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493", System.Globalization.CultureInfo.InvariantCulture);

    private static readonly EdwardsPoint[] Torsion = MakeTorsion();

    /// <summary>A valid signature, or one of the cases, of a short message.</summary>
    public static Ed25519Verification Make(Random random) => random.Next(8) switch
    {
        0 or 1 => Valid(random),
        2 => Changed(random),
        3 => WithNumberAboveOrder(random),
        4 => WithEdgePoint(random),
        _ => WithTorsion(random),
    };

    public static Ed25519Verification Valid(Random random)
    {
        byte[] key = new byte[32], publicKey = new byte[32], signature = new byte[64];
        random.NextBytes(key);
        Ed25519.GetPublicKey(key, publicKey);
        var message = Message(random);
        Ed25519.Sign(key, message, signature);
        return new(publicKey, message, signature);
    }

    /// <summary>A key or R, or both, with a component of small order. About half satisfy the equation without a cofactor, which the others satisfy only with one.</summary>
    public static Ed25519Verification WithTorsion(Random random)
    {
        byte[] publicKey = new byte[32], signature = new byte[64], message = Message(random), digest = new byte[64];
        var a = Scalar(random);
        var nonce = Scalar(random);
        int ofKey = random.Next(8), ofR = random.Next(8);
        bool isWanted = random.Next(4) > 0;
        Encode(BaseComb.Multiply(a), ofKey, publicKey);
        for (int attempt = 0; ; attempt++)
        {
            // The hash depends on R, so that its component must be guessed; eight guesses are enough mostly.
            Encode(BaseComb.Multiply(nonce), ofR, signature);
            SHA512.HashData([.. signature[..32], .. publicKey, .. message], digest);
            var k = new BigInteger(digest, isUnsigned: true) % Order;
            (nonce + (EdwardsScalar.ReadWide(digest) * a)).Write(signature.AsSpan(32));
            if (!isWanted || (int)((ofR + (k * ofKey)) % 8) == 0 || attempt > 40)
            {
                return new(publicKey, message, signature);
            }

            nonce += Scalar(random);
        }
    }

    /// <summary>Key or R of small order, not reduced, or no point at all; S zero, so that some hold where such points are allowed.</summary>
    public static Ed25519Verification WithEdgePoint(Random random)
    {
        byte[] publicKey = EdgePoint(random), signature = [.. EdgePoint(random), .. new byte[32]];
        if (random.Next(3) == 0)
        {
            Valid(random).PublicKey.CopyTo(publicKey);
        }

        if (random.Next(3) == 0)
        {
            Scalar(random).Write(signature.AsSpan(32));
        }

        return new(publicKey, Message(random), signature);
    }

    public static Ed25519Verification WithNumberAboveOrder(Random random)
    {
        var item = Valid(random);
        var signature = item.Signature.ToArray();
        var s = new BigInteger(signature.AsSpan(32), isUnsigned: true) + (Order * random.Next(1, 15));
        signature.AsSpan(32).Clear();
        s.TryWriteBytes(signature.AsSpan(32), out _, isUnsigned: true);
        return item with { Signature = signature };
    }

    public static Ed25519Verification Changed(Random random)
    {
        var item = Valid(random);
        byte[] publicKey = item.PublicKey.ToArray(), signature = item.Signature.ToArray(), message = item.Message.ToArray();
        var target = random.Next(3) switch { 0 => publicKey, 1 => signature, _ => message };
        if (target.Length > 0)
        {
            target[random.Next(target.Length)] ^= (byte)(1 << random.Next(8));
        }

        return new(publicKey, message, signature);
    }

    /// <summary>Whether a verifier that asks for canonical encodings can accept the point: y below p, and no negative zero.</summary>
    public static bool IsCanonical(ReadOnlySpan<byte> encoding)
    {
        Span<byte> y = stackalloc byte[32];
        encoding.CopyTo(y);
        y[31] &= 0x7F;
        var number = new BigInteger(y, isUnsigned: true);
        return number < Prime && !(encoding[31] >= 0x80 && (number == 1 || number == Prime - 1));
    }

    private static byte[] EdgePoint(Random random)
    {
        var bytes = new byte[32];
        BigInteger y = random.Next(5) switch
        {
            0 => random.Next(20),
            1 => Prime - random.Next(1, 20),
            2 => Prime + random.Next(19), // only 19 numbers of 255 bits are not below p
            3 => BigInteger.Pow(2, 255) - 1 - random.Next(19),
            _ => -1,
        };
        if (y < 0)
        {
            Torsion[random.Next(8)].Write(bytes);
            return bytes;
        }

        y.TryWriteBytes(bytes, out _, isUnsigned: true);
        bytes[31] |= (byte)(random.Next(2) << 7);
        return bytes;
    }

    private static void Encode(EdwardsPoint point, int torsion, Span<byte> destination)
    {
        point.Add(new CachedPoint(Torsion[torsion]));
        point.Write(destination);
    }

    private static EdwardsScalar Scalar(Random random)
    {
        var bytes = new byte[64];
        random.NextBytes(bytes);
        return EdwardsScalar.ReadWide(bytes);
    }

    private static byte[] Message(Random random)
    {
        var message = new byte[random.Next(10) == 0 ? random.Next(1200) : random.Next(100)];
        random.NextBytes(message);
        return message;
    }

    private static EdwardsPoint[] MakeTorsion()
    {
        Assert.True(EdwardsPoint.TryReadVariable(Convert.FromHexString("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), out var generator));
        var points = new EdwardsPoint[8];
        points[0] = EdwardsPoint.Identity;
        for (int i = 1; i < 8; i++)
        {
            points[i] = points[i - 1];
            points[i].Add(new CachedPoint(generator));
        }

        return points;
    }
}
