using DePin.Sdk.Chains.Cryptography.Internal;

namespace DePin.Sdk.Chains.Cryptography;

/// <summary>ECDSA over secp256k1 (SEC 1 and SEC 2) on digests. Signing takes the same time for every key: nothing branches on it or uses it as an index. Thread-safe; no method allocates.</summary>
public static class Secp256k1
{
    /// <summary>The length of a private key, a big-endian number.</summary>
    public const int PrivateKeySizeInBytes = 32;

    /// <summary>The length of the digest that is signed.</summary>
    public const int DigestSizeInBytes = 32;

    /// <summary>The length of a signature: r and s, 32 big-endian bytes each.</summary>
    public const int SignatureSizeInBytes = 64;

    /// <summary>True when the bytes are a private key: 32 of them, and a number from 1 to n - 1.</summary>
    public static bool IsValidPrivateKey(ReadOnlySpan<byte> privateKey) =>
        privateKey.Length == PrivateKeySizeInBytes && Scalar.TryRead(privateKey, out var scalar) & !scalar.IsZero;

    /// <summary>The public half of a private key.</summary>
    /// <exception cref="ArgumentException">The bytes are not a private key, see <see cref="IsValidPrivateKey"/>.</exception>
    public static Secp256k1PublicKey GetPublicKey(ReadOnlySpan<byte> privateKey)
    {
        var key = ReadPrivateKey(privateKey);
        try
        {
            return new(GeneratorComb.Multiply(key));
        }
        finally
        {
            key = default;
        }
    }

    /// <summary>Signs a digest. The nonce follows RFC 6979, so that the same input gives the same signature, and s is at most n / 2 (EIP-2).</summary>
    /// <param name="privateKey">The private key, 32 bytes.</param>
    /// <param name="digest">The digest, 32 bytes.</param>
    /// <param name="signature">Receives r and s in its first 64 bytes.</param>
    /// <returns>The recovery id, 0 to 3: bit 0 is the parity of the nonce point's y, bit 1 says that its x was not below n, which no one has ever seen.</returns>
    /// <exception cref="ArgumentException">The private key is not one, or a length is wrong.</exception>
    public static int Sign(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> digest, Span<byte> signature)
    {
        RequireDigest(digest);
        if (signature.Length < SignatureSizeInBytes)
        {
            throw new ArgumentException($"A signature takes {SignatureSizeInBytes} bytes; the buffer has {signature.Length}.", nameof(signature));
        }

        var key = ReadPrivateKey(privateKey);
        Scalar.TryRead(digest, out var message);
        Scalar nonce = default, inverse = default;
        Span<byte> scratch = stackalloc byte[129];
        using var nonces = new NonceGenerator(scratch, key, message);
        try
        {
            while (true)
            {
                nonce = nonces.Next();
                var point = GeneratorComb.Multiply(nonce);
                point.X.Write(signature);
                bool isBelowOrder = Scalar.TryRead(signature[..32], out var r);
                inverse = nonce.Invert();
                var s = inverse * (message + (r * key));
                if (r.IsZero || s.IsZero)
                {
                    continue;
                }

                // r and s are about to be published, and so is what is decided by them.
                ulong isHigh = s.IsHigh;
                s = Scalar.Select(Limbs.Mask(isHigh), -s, s);
                r.Write(signature);
                s.Write(signature[32..]);
                return (int)((point.Y.L0 & 1) ^ isHigh) | (isBelowOrder ? 0 : 2);
            }
        }
        finally
        {
            key = nonce = inverse = default;
        }
    }

    /// <summary>Finds the public key that made a signature.</summary>
    /// <param name="digest">The digest, 32 bytes.</param>
    /// <param name="signature">r and s, 64 bytes.</param>
    /// <param name="recoveryId">What <see cref="Sign"/> returned, 0 to 3.</param>
    /// <param name="publicKey">The key, when there is one.</param>
    /// <param name="allowHighS">Whether s may be above n / 2, as Ethereum's precompile allows and its transactions do not (EIP-2).</param>
    /// <returns>False when no key could have made it: a length, r, s or the id is out of range, or r is no point's x.</returns>
    public static bool TryRecover(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, int recoveryId, out Secp256k1PublicKey publicKey, bool allowHighS = false)
    {
        publicKey = default;
        if (digest.Length != DigestSizeInBytes || recoveryId is < 0 or > 3 || !TryReadSignature(signature, allowHighS, out var r, out var s))
        {
            return false;
        }

        FieldElement.TryRead(signature[..32], out var x);
        if ((recoveryId & 2) != 0 && !TryAddOrder(x, out x))
        {
            return false;
        }

        if (!AffinePoint.TryDecompress(x, (ulong)recoveryId & 1, out var point))
        {
            return false;
        }

        Scalar.TryRead(digest, out var message);
        var inverse = r.Invert();
        var key = MultiScalar.Multiply(-(message * inverse), s * inverse, point);
        if (key.IsInfinity)
        {
            return false;
        }

        publicKey = new(key.ToAffine());
        return true;
    }

    /// <summary>Verifies a signature by a point of the curve.</summary>
    internal static bool Verify(in AffinePoint key, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, bool allowHighS)
    {
        if (digest.Length != DigestSizeInBytes || !TryReadSignature(signature, allowHighS, out var r, out var s))
        {
            return false;
        }

        Scalar.TryRead(digest, out var message);
        var inverse = s.Invert();
        var point = MultiScalar.Multiply(message * inverse, r * inverse, key);
        if (point.IsInfinity)
        {
            return false;
        }

        // x modulo n is r: x = r or x = r + n. Multiplying by Z^2 spares an inversion.
        FieldElement.TryRead(signature[..32], out var x);
        var zz = point.Z.Square();
        return ((x * zz) - point.X).IsZero || (TryAddOrder(x, out x) && ((x * zz) - point.X).IsZero);
    }

    private static bool TryReadSignature(ReadOnlySpan<byte> signature, bool allowHighS, out Scalar r, out Scalar s)
    {
        r = s = default;
        return signature.Length == SignatureSizeInBytes
            && Scalar.TryRead(signature[..32], out r) && !r.IsZero
            && Scalar.TryRead(signature[32..], out s) && !s.IsZero
            && (allowHighS || s.IsHigh == 0);
    }

    /// <summary>x + n for an x below n; false when that is not below p.</summary>
    private static bool TryAddOrder(in FieldElement x, out FieldElement sum)
    {
        ulong r0 = Limbs.Add(x.L0, 0xBFD25E8CD0364141, out ulong c);
        ulong r1 = Limbs.Add(x.L1, 0xBAAEDCE6AF48A03B, c, out c);
        ulong r2 = Limbs.Add(x.L2, 0xFFFFFFFFFFFFFFFE, c, out c);
        ulong r3 = Limbs.Add(x.L3, ulong.MaxValue, c, out c);
        sum = new(r0, r1, r2, r3);
        return c == 0 && sum.Normalize().L0 == r0;
    }

    private static Scalar ReadPrivateKey(ReadOnlySpan<byte> privateKey)
    {
        if (privateKey.Length != PrivateKeySizeInBytes || !(Scalar.TryRead(privateKey, out var key) & !key.IsZero))
        {
            throw new ArgumentException("A private key is 32 bytes, a number from 1 to n - 1.", nameof(privateKey));
        }

        return key;
    }

    private static void RequireDigest(ReadOnlySpan<byte> digest)
    {
        if (digest.Length != DigestSizeInBytes)
        {
            throw new ArgumentException($"A digest has {DigestSizeInBytes} bytes, not {digest.Length}.", nameof(digest));
        }
    }
}
