using System.Numerics;
using DePin.Sdk.Chains.Cryptography;

namespace DePin.Sdk.Chains.Tests.Cryptography;

/// <summary>Numbers of 32 bytes: many where implementations go wrong, the rest random.</summary>
internal static class EdgeCases
{
    public static readonly BigInteger Order = Number("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");

    private static readonly BigInteger Prime = Number("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f");
    private static readonly BigInteger Max = (BigInteger.One << 256) - 1;

    // λ with λ^3 = 1 (mod n), and β with β^3 = 1 (mod p): what the endomorphism splits by.
    private static readonly BigInteger Lambda = Number("5363ad4cc05c30e0a5261c028812645a122e22ea20816678df02967c1b23bd72");
    private static readonly BigInteger Beta = Number("7ae96a2b657c07106e64479eac3434e99cf0497512f58995c1396c28719501ee");

    private static readonly BigInteger[] Edges =
    [
        0, Order / 2, Order, Prime, Max, Prime - Order, BigInteger.One << 255, BigInteger.One << 128, BigInteger.One << 64, Lambda, Order - Lambda, Beta, Order / 3, 2 * Order - Max,
    ];

    public static byte[] Key(Random random)
    {
        while (true)
        {
            var key = Number(random);
            if (Secp256k1.IsValidPrivateKey(key))
            {
                return key;
            }
        }
    }

    /// <summary>Any number of 256 bits.</summary>
    public static byte[] Number(Random random)
    {
        var bytes = new byte[32];
        switch (random.Next(8))
        {
            case 0 or 1:
                Write((Edges[random.Next(Edges.Length)] + random.Next(-3, 4)) & Max, bytes);
                break;
            case 2:
                // Runs of equal bits, which is where carries go far.
                var number = BigInteger.Zero;
                for (int i = 0; i < 4; i++)
                {
                    number ^= (BigInteger.One << random.Next(257)) - 1;
                }

                Write(number & Max, bytes);
                break;
            default:
                random.NextBytes(bytes);
                break;
        }

        return bytes;
    }

    public static bool IsBelowOrder(ReadOnlySpan<byte> number) => new BigInteger(number, isUnsigned: true, isBigEndian: true) < Order;

    /// <summary>n - s in the place of s.</summary>
    public static void NegateS(Span<byte> signature)
    {
        var s = signature.Slice(32, 32);
        Write(Order - new BigInteger(s, isUnsigned: true, isBigEndian: true), s);
    }

    public static byte[] Uncompressed(Secp256k1PublicKey key)
    {
        var bytes = new byte[65];
        key.WriteUncompressed(bytes);
        return bytes;
    }

    private static void Write(BigInteger number, Span<byte> destination)
    {
        destination.Clear();
        if (!number.IsZero)
        {
            number.TryWriteBytes(destination[(destination.Length - number.GetByteCount(isUnsigned: true))..], out _, isUnsigned: true, isBigEndian: true);
        }
    }

    private static BigInteger Number(string digits) => new(Convert.FromHexString(digits), isUnsigned: true, isBigEndian: true);
}
