namespace DePin.Sdk.Identity;

/// <summary>A signature with the name of its algorithm.</summary>
/// <param name="Algorithm">The scheme that made it.</param>
/// <param name="Bytes">The signature in its algorithm's encoding.</param>
public readonly record struct Signature(SignatureAlgorithm Algorithm, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The longest signature that is read from outside, in bytes.</summary>
    public const int MaxLength = 256;

    /// <summary>Same algorithm and bytes.</summary>
    public bool Equals(Signature other) => Algorithm == other.Algorithm && Bytes.Span.SequenceEqual(other.Bytes.Span);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Bytes.Span);
        return hash.ToHashCode();
    }

    /// <summary><c>algorithm:hex</c>.</summary>
    public override string ToString() => $"{Algorithm}:{Convert.ToHexStringLower(Bytes.Span)}";
}
