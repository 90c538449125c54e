namespace DePin.Sdk.Market;

/// <summary>Names an offer: SHA-256 of its signed bytes.</summary>
public readonly struct OfferId : IEquatable<OfferId>
{
    /// <summary>The length in bytes.</summary>
    public const int Length = 32;

    private readonly byte[]? _bytes;

    /// <summary>Takes a copy of 32 bytes.</summary>
    /// <exception cref="ArgumentException">There are not 32.</exception>
    public OfferId(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
        {
            throw new ArgumentException($"An offer id has {Length} bytes, not {bytes.Length}.", nameof(bytes));
        }

        _bytes = bytes.ToArray();
    }

    /// <summary>The bytes; empty for the default value.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <inheritdoc/>
    public bool Equals(OfferId other) => _bytes.AsSpan().SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is OfferId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _bytes is null ? 0 : BitConverter.ToInt32(_bytes);

    /// <summary>64 hexadecimal digits; empty for the default value.</summary>
    public override string ToString() => _bytes is null ? string.Empty : Convert.ToHexStringLower(_bytes);

    /// <summary>Same bytes.</summary>
    public static bool operator ==(OfferId left, OfferId right) => left.Equals(right);

    /// <summary>Different bytes.</summary>
    public static bool operator !=(OfferId left, OfferId right) => !left.Equals(right);
}
