namespace DePin.Sdk.Settlement;

/// <summary>Names a payment channel: 32 bytes, derived by the backend from the channel's terms.</summary>
public readonly struct ChannelId : IEquatable<ChannelId>
{
    /// <summary>The length in bytes.</summary>
    public const int Length = 32;

    private readonly byte[]? _bytes;

    /// <summary>Takes a copy of 32 bytes.</summary>
    /// <exception cref="ArgumentException">There are not 32.</exception>
    public ChannelId(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
        {
            throw new ArgumentException($"A channel id has {Length} bytes, not {bytes.Length}.", nameof(bytes));
        }

        _bytes = bytes.ToArray();
    }

    /// <summary>The bytes; empty for the default value.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>Reads 64 hexadecimal digits.</summary>
    /// <exception cref="FormatException">The text is not that.</exception>
    public static ChannelId Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length == 2 * Length
            ? new ChannelId(Convert.FromHexString(text))
            : throw new FormatException($"A channel id is {2 * Length} hexadecimal digits, not {text.Length} characters.");
    }

    /// <inheritdoc/>
    public bool Equals(ChannelId other) => _bytes.AsSpan().SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ChannelId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _bytes is null ? 0 : BitConverter.ToInt32(_bytes);

    /// <summary>64 hexadecimal digits; empty for the default value.</summary>
    public override string ToString() => _bytes is null ? string.Empty : Convert.ToHexStringLower(_bytes);

    /// <summary>Same bytes.</summary>
    public static bool operator ==(ChannelId left, ChannelId right) => left.Equals(right);

    /// <summary>Different bytes.</summary>
    public static bool operator !=(ChannelId left, ChannelId right) => !left.Equals(right);
}
