namespace DePin.Sdk.Identity;

/// <summary>A public key with the name of its algorithm; compared by value.</summary>
public readonly struct PublicKey : IEquatable<PublicKey>
{
    /// <summary>The longest key that is read from outside, in bytes.</summary>
    public const int MaxLength = 128;

    private readonly byte[]? _bytes;

    /// <summary>Takes a copy of the bytes.</summary>
    /// <exception cref="ArgumentException">There are no bytes, or more than <see cref="MaxLength"/>.</exception>
    public PublicKey(SignatureAlgorithm algorithm, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is 0 or > MaxLength)
        {
            throw new ArgumentException($"A public key has 1 to {MaxLength} bytes, not {bytes.Length}.", nameof(bytes));
        }

        Algorithm = algorithm;
        _bytes = bytes.ToArray();
    }

    /// <summary>The algorithm of the key.</summary>
    public SignatureAlgorithm Algorithm { get; }

    /// <summary>The key in its algorithm's encoding; empty for the default value.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <inheritdoc/>
    public bool Equals(PublicKey other) => Algorithm == other.Algorithm && _bytes.AsSpan().SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PublicKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_bytes);
        return hash.ToHashCode();
    }

    /// <summary><c>algorithm:hex</c>.</summary>
    public override string ToString() => _bytes is null ? string.Empty : $"{Algorithm}:{Convert.ToHexStringLower(_bytes)}";

    /// <summary>Same algorithm and bytes.</summary>
    public static bool operator ==(PublicKey left, PublicKey right) => left.Equals(right);

    /// <summary>Different algorithm or bytes.</summary>
    public static bool operator !=(PublicKey left, PublicKey right) => !left.Equals(right);
}
