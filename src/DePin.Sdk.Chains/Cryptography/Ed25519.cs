using System.Security.Cryptography;
using DePin.Sdk.Chains.Cryptography.Internal.Edwards;

namespace DePin.Sdk.Chains.Cryptography;

/// <summary>Ed25519 (RFC 8032, 5.1). Signing takes the same time for every key: nothing branches on it or uses it as an index. Thread-safe; no method allocates for messages up to a kilobyte.</summary>
public static partial class Ed25519
{
    /// <summary>The length of a private key: any 32 random bytes.</summary>
    public const int PrivateKeySizeInBytes = 32;

    /// <summary>The length of a public key: an encoded point.</summary>
    public const int PublicKeySizeInBytes = 32;

    /// <summary>The length of a signature: an encoded point R and a number S.</summary>
    public const int SignatureSizeInBytes = 64;

    private const int StackMessage = 1024;

    // The y coordinates of the eight points whose order divides eight: 0, 1, -1 and two of order eight. Little-endian.
    private static readonly byte[][] SmallOrderEncodings =
    [
        Convert.FromHexString("0000000000000000000000000000000000000000000000000000000000000000"),
        Convert.FromHexString("0100000000000000000000000000000000000000000000000000000000000000"),
        Convert.FromHexString("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
        Convert.FromHexString("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        Convert.FromHexString("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    ];

    /// <summary>Computes the public half of a private key.</summary>
    /// <param name="privateKey">32 bytes.</param>
    /// <param name="publicKey">Receives the public key in its first 32 bytes.</param>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    public static void GetPublicKey(ReadOnlySpan<byte> privateKey, Span<byte> publicKey)
    {
        Require(privateKey.Length, PrivateKeySizeInBytes, "A private key", nameof(privateKey));
        RequireRoom(publicKey.Length, PublicKeySizeInBytes, nameof(publicKey));
        Span<byte> expanded = stackalloc byte[64];
        try
        {
            MultiplyBase(Expand(privateKey, expanded)).Write(publicKey);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(expanded);
        }
    }

    /// <summary>Signs a message. The same key and message always give the same signature.</summary>
    /// <param name="privateKey">32 bytes.</param>
    /// <param name="message">The message itself, not a digest.</param>
    /// <param name="signature">Receives the signature in its first 64 bytes.</param>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    public static void Sign(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> message, Span<byte> signature)
    {
        Span<byte> publicKey = stackalloc byte[PublicKeySizeInBytes];
        GetPublicKey(privateKey, publicKey);
        Sign(privateKey, publicKey, message, signature);
    }

    /// <summary>Verifies a signature as strictly as Solana's runtime: the key and R must be canonical encodings of points that are not of small order, S must be below the group's order,
    /// and S B = R + k A without a cofactor.</summary>
    /// <param name="publicKey">32 bytes.</param>
    /// <param name="message">The message.</param>
    /// <param name="signature">64 bytes.</param>
    /// <returns>False for anything that does not hold, wrong lengths included.</returns>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != PublicKeySizeInBytes
            || signature.Length != SignatureSizeInBytes
            || !EdwardsScalar.TryRead(signature[32..], out var s)
            || IsSmallOrder(publicKey)
            || IsSmallOrder(signature[..32])
            || !EdwardsPoint.TryReadVariable(publicKey, out var a))
        {
            return false;
        }

        Span<byte> digest = stackalloc byte[64];
        Hash(signature[..32], publicKey, message, digest);

        // R is not decoded: what S B - k A encodes to is canonical, and so only a canonical R can equal it.
        Span<byte> r = stackalloc byte[32];
        // It is A that changes its sign: -k modulo the order of B would be another multiple of a key that is no multiple of B.
        var k = EdwardsScalar.ReadWide(digest);
        (LanePairMultiScalar.IsSupported ? LanePairMultiScalar.MultiplyVariable(s, k, -a) : EdwardsMultiScalar.MultiplyVariable(s, k, -a)).Write(r);
        return r.SequenceEqual(signature[..32]);
    }

    /// <summary>Signs with a public key that was computed before; a wrong one would give the private key away, so it never comes from a caller.</summary>
    internal static void Sign(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, Span<byte> signature)
    {
        Require(privateKey.Length, PrivateKeySizeInBytes, "A private key", nameof(privateKey));
        RequireRoom(signature.Length, SignatureSizeInBytes, nameof(signature));
        Span<byte> expanded = stackalloc byte[64], digest = stackalloc byte[64];
        EdwardsScalar key = default, nonce = default;
        try
        {
            key = Expand(privateKey, expanded);
            Hash(expanded[32..], default, message, digest);
            nonce = EdwardsScalar.ReadWide(digest);
            Span<byte> r = stackalloc byte[32];
            MultiplyBase(nonce).Write(r);
            Hash(r, publicKey, message, digest);
            var s = nonce + (EdwardsScalar.ReadWide(digest) * key);
            r.CopyTo(signature);
            s.Write(signature[32..]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(expanded);
            CryptographicOperations.ZeroMemory(digest);
            key = nonce = default;
        }
    }

    /// <summary>Whether an encoding is that of a point whose order divides eight.</summary>
    internal static bool IsSmallOrder(ReadOnlySpan<byte> encoding)
    {
        foreach (var small in SmallOrderEncodings)
        {
            if (encoding[..31].SequenceEqual(small.AsSpan(0, 31)) && (encoding[31] & 0x7F) == small[31])
            {
                return true;
            }
        }

        return false;
    }

    private static EdwardsPoint MultiplyBase(in EdwardsScalar k) => LaneComb.IsSupported ? LaneComb.Multiply(k) : BaseComb.Multiply(k);

    /// <summary>The secret number and, in the upper half of the buffer, the prefix of the nonce's hash (RFC 8032, 5.1.5).</summary>
    private static EdwardsScalar Expand(ReadOnlySpan<byte> privateKey, Span<byte> expanded)
    {
        SHA512.HashData(privateKey, expanded);
        expanded[0] &= 0xF8;
        expanded[31] = (byte)((expanded[31] & 0x7F) | 0x40);
        return EdwardsScalar.ReadWide(expanded[..32]);
    }

    private static void Hash(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> message, Span<byte> digest)
    {
        int head = first.Length + second.Length;
        if (message.Length <= StackMessage)
        {
            // Holds the secret prefix when signing, and is cleared.
            Span<byte> buffer = stackalloc byte[64 + StackMessage];
            first.CopyTo(buffer);
            second.CopyTo(buffer[first.Length..]);
            message.CopyTo(buffer[head..]);
            SHA512.HashData(buffer[..(head + message.Length)], digest);
            CryptographicOperations.ZeroMemory(buffer[..head]);
            return;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        hash.AppendData(first);
        hash.AppendData(second);
        hash.AppendData(message);
        hash.GetHashAndReset(digest);
    }

    private static void Require(int length, int needed, string what, string name)
    {
        if (length != needed)
        {
            throw new ArgumentException($"{what} has {needed} bytes, not {length}.", name);
        }
    }

    private static void RequireRoom(int length, int needed, string name)
    {
        if (length < needed)
        {
            throw new ArgumentException($"The result takes {needed} bytes; the buffer has {length}.", name);
        }
    }
}
