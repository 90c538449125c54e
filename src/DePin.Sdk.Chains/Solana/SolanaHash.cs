using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using DePin.Sdk.Chains.Solana.Encoding;

namespace DePin.Sdk.Chains.Solana;

/// <summary>A hash of 32 bytes: of a recent block, which a transaction names to be valid for some 150 blocks, or of a genesis block. As text it is base 58.</summary>
public readonly record struct SolanaHash
{
    /// <summary>The length, in bytes.</summary>
    public const int SizeInBytes = 32;

    private readonly UInt128 _first;
    private readonly UInt128 _second;

    /// <summary>Takes 32 bytes.</summary>
    /// <exception cref="ArgumentException">There are not exactly 32.</exception>
    public SolanaHash(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != SizeInBytes)
        {
            throw new ArgumentException($"A hash has {SizeInBytes} bytes, not {bytes.Length}.", nameof(bytes));
        }

        _first = MemoryMarshal.Read<UInt128>(bytes);
        _second = MemoryMarshal.Read<UInt128>(bytes[16..]);
    }

    /// <summary>True for 32 zero bytes.</summary>
    public bool IsZero => this == default;

    /// <summary>Reads base 58.</summary>
    /// <exception cref="SolanaFormatException">The text is not base 58 of 32 bytes.</exception>
    public static SolanaHash Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var hash) ? hash : throw new SolanaFormatException("The text is no hash, which is 32 bytes in base 58: 32 to 44 letters and digits.", 0);
    }

    /// <summary>Reads base 58; false when the text is not base 58 of 32 bytes.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out SolanaHash hash)
    {
        Span<byte> bytes = stackalloc byte[SizeInBytes];
        bool isHash = text is not null && Base58.TryDecodeExact(text, bytes);
        hash = isHash ? new SolanaHash(bytes) : default;
        return isHash;
    }

    /// <summary>Writes the 32 bytes.</summary>
    /// <exception cref="ArgumentException">The destination is shorter.</exception>
    public void CopyTo(Span<byte> destination) => AsSpan(in this).CopyTo(destination);

    /// <summary>A copy of the 32 bytes.</summary>
    public byte[] ToArray() => AsSpan(in this).ToArray();

    /// <summary>Base 58.</summary>
    public override string ToString() => Base58.Encode(AsSpan(in this));

    internal static ReadOnlySpan<byte> AsSpan(in SolanaHash hash) => MemoryMarshal.AsBytes(new ReadOnlySpan<SolanaHash>(in hash));
}
