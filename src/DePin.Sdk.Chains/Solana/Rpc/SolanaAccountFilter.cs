namespace DePin.Sdk.Chains.Solana.Rpc;

/// <summary>What an account's data must be for it to be found.</summary>
public sealed class SolanaAccountFilter
{
    /// <summary>The most bytes that nodes compare.</summary>
    public const int MaxBytes = 128;

    private SolanaAccountFilter(ulong? size, ulong offset, ReadOnlyMemory<byte> bytes)
    {
        DataSize = size;
        Offset = offset;
        Bytes = bytes;
    }

    /// <summary>How long the data must be; null when the filter is about its bytes.</summary>
    public ulong? DataSize { get; }

    /// <summary>Where <see cref="Bytes"/> must stand.</summary>
    public ulong Offset { get; }

    /// <summary>What must stand there.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The data has exactly this length.</summary>
    public static SolanaAccountFilter OfSize(ulong bytes) => new(bytes, 0, default);

    /// <summary>The data has these bytes at this offset.</summary>
    /// <exception cref="ArgumentException">There are none or more than <see cref="MaxBytes"/>.</exception>
    public static SolanaAccountFilter OfBytes(ulong offset, ReadOnlySpan<byte> bytes) => bytes.Length is > 0 and <= MaxBytes
        ? new(null, offset, bytes.ToArray())
        : throw new ArgumentException($"Nodes compare 1 to {MaxBytes} bytes, not {bytes.Length}.", nameof(bytes));

    /// <summary>Whether data fits.</summary>
    public bool Matches(ReadOnlySpan<byte> data) => DataSize is { } size
        ? (ulong)data.Length == size
        : Offset <= (ulong)data.Length && (ulong)data.Length - Offset >= (ulong)Bytes.Length && data.Slice((int)Offset, Bytes.Length).SequenceEqual(Bytes.Span);
}
