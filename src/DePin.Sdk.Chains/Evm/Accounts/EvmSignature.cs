using System.Security.Cryptography;
using DePin.Sdk.Chains.Cryptography;

namespace DePin.Sdk.Chains.Evm.Accounts;

/// <summary>A secp256k1 signature with the bit that recovers its key. Only the lower of the two possible s is accepted (EIP-2), so a signature has one form.</summary>
public readonly record struct EvmSignature
{
    /// <summary>The length of r, s and v, in bytes.</summary>
    public const int SizeInBytes = 65;

    /// <summary>The length of the compact form of EIP-2098, in bytes.</summary>
    public const int CompactSizeInBytes = 64;

    // SEC 2, section 2.4.1: the order of the group, and its half, rounded down.
    private static readonly UInt256 Order = UInt256.Parse("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
    private static readonly UInt256 HalfOrder = UInt256.Parse("0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0");

    /// <summary>Takes the parts of a signature.</summary>
    /// <param name="r">1 to n-1, n being the order of the group.</param>
    /// <param name="s">1 to n/2.</param>
    /// <param name="yParity">Whether the y coordinate of the signature's point is odd.</param>
    /// <exception cref="ArgumentOutOfRangeException">r or s is out of its range.</exception>
    public EvmSignature(UInt256 r, UInt256 s, bool yParity)
    {
        if (!IsInRange(r, s))
        {
            throw new ArgumentOutOfRangeException(r.IsZero || r >= Order ? nameof(r) : nameof(s), "A signature has r from 1 to n-1 and s from 1 to n/2 (EIP-2).");
        }

        R = r;
        S = s;
        YParity = yParity;
    }

    /// <summary>The x coordinate of the signature's point, modulo the order.</summary>
    public UInt256 R { get; }

    /// <summary>The proof; at most half the order.</summary>
    public UInt256 S { get; }

    /// <summary>Whether the y coordinate of the signature's point is odd; 27 or 28 as <c>v</c> elsewhere.</summary>
    public bool YParity { get; }

    /// <summary>True when r and s are what the constructor accepts.</summary>
    public static bool IsInRange(UInt256 r, UInt256 s) => !r.IsZero && r < Order && !s.IsZero && s <= HalfOrder;

    /// <summary>Reads r, s and v (0, 1, 27 or 28), or the 64 bytes of EIP-2098.</summary>
    /// <exception cref="EvmFormatException">There are not 65 or 64 bytes, v is another, or r or s is out of its range.</exception>
    public static EvmSignature Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is not (SizeInBytes or CompactSizeInBytes))
        {
            throw new EvmFormatException($"A signature has 65 bytes, or 64 in compact form, not {bytes.Length}.", Math.Min(bytes.Length, SizeInBytes));
        }

        var r = UInt256.FromBigEndian(bytes[..32]);
        var s = UInt256.FromBigEndian(bytes[32..64]);
        bool odd;
        if (bytes.Length == CompactSizeInBytes)
        {
            odd = bytes[32] >= 0x80;
            s = s with { Upper = s.Upper & (UInt128.MaxValue >> 1) };
        }
        else
        {
            odd = bytes[64] switch
            {
                0 or 27 => false,
                1 or 28 => true,
                _ => throw new EvmFormatException($"v is {bytes[64]}; it is 0, 1, 27 or 28.", 64),
            };
        }

        return IsInRange(r, s)
            ? new EvmSignature(r, s, odd)
            : throw new EvmFormatException("r is not from 1 to n-1, or s not from 1 to n/2 (EIP-2).", r.IsZero || r >= Order ? 0 : 32);
    }

    /// <summary>Signs a digest deterministically (RFC 6979), with the lower s.</summary>
    /// <param name="privateKey">32 bytes.</param>
    /// <param name="digest">What to sign: a transaction's, a message's or typed data's hash.</param>
    /// <exception cref="CryptographicException">The key is not a private key of secp256k1.</exception>
    public static EvmSignature Sign(ReadOnlySpan<byte> privateKey, Hash32 digest)
    {
        Span<byte> message = stackalloc byte[Hash32.SizeInBytes];
        digest.CopyTo(message);
        Span<byte> signature = stackalloc byte[CompactSizeInBytes];
        int recoveryId = Secp256k1.Sign(privateKey, message, signature);
        return new EvmSignature(UInt256.FromBigEndian(signature[..32]), UInt256.FromBigEndian(signature[32..]), (recoveryId & 1) == 1);
    }

    /// <summary>Finds the account whose key signed a digest; false when no key can have. Any digest gives some account: compare it with the one expected.</summary>
    /// <param name="digest">What was signed.</param>
    /// <param name="signer">The account.</param>
    public bool TryRecover(Hash32 digest, out EvmAddress signer)
    {
        signer = default;
        Span<byte> message = stackalloc byte[Hash32.SizeInBytes];
        digest.CopyTo(message);
        Span<byte> signature = stackalloc byte[CompactSizeInBytes];
        R.WriteBigEndian(signature);
        S.WriteBigEndian(signature[32..]);
        if (!Secp256k1.TryRecover(message, signature, YParity ? 1 : 0, out var publicKey))
        {
            return false;
        }

        signer = EvmAddress.FromPublicKey(publicKey);
        return true;
    }

    /// <summary>Writes r, s and v (27 or 28), which is what contracts take.</summary>
    /// <exception cref="ArgumentException">The buffer has fewer than 65 bytes.</exception>
    public void CopyTo(Span<byte> destination)
    {
        RequireRoom(destination, SizeInBytes);
        R.WriteBigEndian(destination);
        S.WriteBigEndian(destination[32..]);
        destination[64] = (byte)(YParity ? 28 : 27);
    }

    /// <summary>Writes the 64 bytes of EIP-2098, where the parity is the top bit of s.</summary>
    /// <exception cref="ArgumentException">The buffer has fewer than 64 bytes.</exception>
    public void CopyCompactTo(Span<byte> destination)
    {
        RequireRoom(destination, CompactSizeInBytes);
        R.WriteBigEndian(destination);
        S.WriteBigEndian(destination[32..]);
        destination[32] |= (byte)(YParity ? 0x80 : 0);
    }

    private static void RequireRoom(Span<byte> destination, int size)
    {
        if (destination.Length < size)
        {
            throw new ArgumentException($"The signature needs {size} bytes.", nameof(destination));
        }
    }
}
