using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using DePin.Sdk.Chains.Solana.Encoding;

namespace DePin.Sdk.Chains.Solana;

/// <summary>An Ed25519 signature, 64 bytes. A transaction's first one, its fee payer's, is the transaction's id. As text it is base 58.</summary>
public readonly record struct SolanaSignature
{
    /// <summary>The length, in bytes.</summary>
    public const int SizeInBytes = 64;

    private readonly UInt128 _r0;
    private readonly UInt128 _r1;
    private readonly UInt128 _s0;
    private readonly UInt128 _s1;

    /// <summary>Takes 64 bytes.</summary>
    /// <exception cref="ArgumentException">There are not exactly 64.</exception>
    public SolanaSignature(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != SizeInBytes)
        {
            throw new ArgumentException($"A signature has {SizeInBytes} bytes, not {bytes.Length}.", nameof(bytes));
        }

        (_r0, _r1) = (MemoryMarshal.Read<UInt128>(bytes), MemoryMarshal.Read<UInt128>(bytes[16..]));
        (_s0, _s1) = (MemoryMarshal.Read<UInt128>(bytes[32..]), MemoryMarshal.Read<UInt128>(bytes[48..]));
    }

    /// <summary>True for 64 zero bytes, which stand in a transaction for a signature that is still missing.</summary>
    public bool IsZero => this == default;

    /// <summary>Reads base 58.</summary>
    /// <exception cref="SolanaFormatException">The text is not base 58 of 64 bytes.</exception>
    public static SolanaSignature Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var signature) ? signature : throw new SolanaFormatException("The text is no signature, which is 64 bytes in base 58: 64 to 88 letters and digits.", 0);
    }

    /// <summary>Reads base 58; false when the text is not base 58 of 64 bytes.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out SolanaSignature signature)
    {
        Span<byte> bytes = stackalloc byte[SizeInBytes];
        bool isSignature = text is not null && Base58.TryDecodeExact(text, bytes);
        signature = isSignature ? new SolanaSignature(bytes) : default;
        return isSignature;
    }

    /// <summary>Writes the 64 bytes.</summary>
    /// <exception cref="ArgumentException">The destination is shorter.</exception>
    public void CopyTo(Span<byte> destination) => AsSpan(in this).CopyTo(destination);

    /// <summary>A copy of the 64 bytes.</summary>
    public byte[] ToArray() => AsSpan(in this).ToArray();

    /// <summary>Base 58.</summary>
    public override string ToString() => Base58.Encode(AsSpan(in this));

    internal static ReadOnlySpan<byte> AsSpan(in SolanaSignature signature) =>
        MemoryMarshal.AsBytes(new ReadOnlySpan<SolanaSignature>(in signature));
}
