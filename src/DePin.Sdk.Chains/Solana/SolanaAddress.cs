using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using DePin.Sdk.Chains.Cryptography.Internal.Edwards;
using DePin.Sdk.Chains.Solana.Encoding;
using DePin.Sdk.Identity;

namespace DePin.Sdk.Chains.Solana;

/// <summary>An account or program of Solana: 32 bytes, an Ed25519 public key or an address that a program derived. As text it is base 58.</summary>
public readonly record struct SolanaAddress
{
    /// <summary>The length, in bytes.</summary>
    public const int SizeInBytes = 32;

    private readonly UInt128 _first;
    private readonly UInt128 _second;

    /// <summary>Takes 32 bytes.</summary>
    /// <exception cref="ArgumentException">There are not exactly 32.</exception>
    public SolanaAddress(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != SizeInBytes)
        {
            throw new ArgumentException($"An address has {SizeInBytes} bytes, not {bytes.Length}.", nameof(bytes));
        }

        _first = MemoryMarshal.Read<UInt128>(bytes);
        _second = MemoryMarshal.Read<UInt128>(bytes[16..]);
    }

    /// <summary>32 zero bytes: the System program, and "none" in some accounts.</summary>
    public static SolanaAddress Zero => default;

    /// <summary>True for 32 zero bytes.</summary>
    public bool IsZero => this == default;

    /// <summary>True when the bytes decode to a point of Ed25519's curve, as every public key's do, by the runtime's lenient rules. Addresses that programs derive are none.</summary>
    public bool IsOnCurve => EdwardsPoint.IsOnCurveVariable(AsSpan(in this));

    /// <summary>The account of a key of <see cref="SignatureAlgorithm.Ed25519"/>.</summary>
    /// <returns>False when the key is of another algorithm or length.</returns>
    public static bool TryFromPublicKey(PublicKey key, out SolanaAddress address)
    {
        bool isKey = key.Algorithm == SignatureAlgorithm.Ed25519 && key.Bytes.Length == SizeInBytes;
        address = isKey ? new SolanaAddress(key.Bytes.Span) : default;
        return isKey;
    }

    /// <summary>The address as a key of <see cref="SignatureAlgorithm.Ed25519"/>. Addresses that programs derive are no keys; nothing verifies under them.</summary>
    public PublicKey ToPublicKey()
    {
        Span<byte> bytes = stackalloc byte[SizeInBytes];
        CopyTo(bytes);
        return new PublicKey(SignatureAlgorithm.Ed25519, bytes);
    }

    /// <summary>Reads base 58.</summary>
    /// <exception cref="SolanaFormatException">The text is not base 58 of 32 bytes.</exception>
    public static SolanaAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var address)
            ? address
            : throw new SolanaFormatException("The text is no Solana address, which is 32 bytes in base 58: 32 to 44 letters and digits without 0, O, I and l.", 0);
    }

    /// <summary>Reads base 58; false when the text is not base 58 of 32 bytes.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out SolanaAddress address)
    {
        Span<byte> bytes = stackalloc byte[SizeInBytes];
        bool isAddress = text is not null && Base58.TryDecodeExact(text, bytes);
        address = isAddress ? new SolanaAddress(bytes) : default;
        return isAddress;
    }

    /// <summary>Writes the 32 bytes.</summary>
    /// <exception cref="ArgumentException">The destination is shorter.</exception>
    public void CopyTo(Span<byte> destination) => AsSpan(in this).CopyTo(destination);

    /// <summary>A copy of the 32 bytes.</summary>
    public byte[] ToArray() => AsSpan(in this).ToArray();

    /// <summary>Base 58.</summary>
    public override string ToString() => Base58.Encode(AsSpan(in this));

    internal static ReadOnlySpan<byte> AsSpan(in SolanaAddress address) =>
        MemoryMarshal.AsBytes(new ReadOnlySpan<SolanaAddress>(in address));
}
