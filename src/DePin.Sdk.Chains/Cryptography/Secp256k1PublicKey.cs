using System.Formats.Asn1;
using System.Security.Cryptography;
using DePin.Sdk.Chains.Cryptography.Internal;

namespace DePin.Sdk.Chains.Cryptography;

/// <summary>A public key on secp256k1: a point that was checked to be on the curve. The default value is no key; it verifies nothing.</summary>
public readonly struct Secp256k1PublicKey : IEquatable<Secp256k1PublicKey>
{
    /// <summary>The length of the compressed form (SEC 1, 2.3.3): 2 or 3, and x.</summary>
    public const int CompressedSizeInBytes = 33;

    /// <summary>The length of the uncompressed form (SEC 1, 2.3.3): 4, x and y.</summary>
    public const int UncompressedSizeInBytes = 65;

    private readonly AffinePoint _point; // normalized

    internal Secp256k1PublicKey(AffinePoint point) => _point = point;

    /// <summary>False for the default value.</summary>
    public bool IsValid => !(_point.X.IsZero && _point.Y.IsZero);

    /// <summary>Reads a compressed or uncompressed point; the hybrid forms are not accepted.</summary>
    /// <returns>False when the length or the first byte is wrong, a coordinate is not below p, or the point is not on the curve.</returns>
    public static bool TryParse(ReadOnlySpan<byte> source, out Secp256k1PublicKey publicKey)
    {
        publicKey = default;
        FieldElement x, y;
        switch (source.Length)
        {
            case CompressedSizeInBytes when source[0] is 2 or 3:
                if (!FieldElement.TryRead(source[1..], out x) || !AffinePoint.TryDecompress(x, (ulong)source[0] & 1, out var point))
                {
                    return false;
                }

                publicKey = new(new(x, point.Y.Normalize()));
                return true;
            case UncompressedSizeInBytes when source[0] == 4:
                if (!FieldElement.TryRead(source[1..33], out x) || !FieldElement.TryRead(source[33..], out y) || !new AffinePoint(x, y).IsOnCurve)
                {
                    return false;
                }

                publicKey = new(new(x, y));
                return true;
            default:
                return false;
        }
    }

    /// <summary>Reads a compressed or uncompressed point; the hybrid forms are not accepted.</summary>
    /// <exception cref="CryptographicException">The bytes are not a public key.</exception>
    public static Secp256k1PublicKey Parse(ReadOnlySpan<byte> source) =>
        TryParse(source, out var publicKey) ? publicKey : throw new CryptographicException("The bytes are not a point of secp256k1 in compressed or uncompressed form.");

    /// <summary>Reads a SubjectPublicKeyInfo (RFC 5480) in DER, which is how key services give public keys out.</summary>
    /// <exception cref="CryptographicException">The bytes are no such structure, or the key is not on secp256k1.</exception>
    public static Secp256k1PublicKey ImportSubjectPublicKeyInfo(ReadOnlySpan<byte> source)
    {
        try
        {
            var reader = new AsnReader(source.ToArray(), AsnEncodingRules.DER);
            var info = reader.ReadSequence();
            reader.ThrowIfNotEmpty();
            var algorithm = info.ReadSequence();
            bool isOurs = algorithm.ReadObjectIdentifier() == "1.2.840.10045.2.1" && algorithm.ReadObjectIdentifier() == "1.3.132.0.10";
            algorithm.ThrowIfNotEmpty();
            var point = info.ReadBitString(out int unusedBits);
            info.ThrowIfNotEmpty();
            return isOurs && unusedBits == 0 ? Parse(point) : throw new CryptographicException("The key is not on secp256k1.");
        }
        catch (AsnContentException problem)
        {
            throw new CryptographicException("The bytes are no SubjectPublicKeyInfo of an elliptic curve's key.", problem);
        }
    }

    /// <summary>Writes the compressed form.</summary>
    /// <param name="destination">Receives 33 bytes.</param>
    /// <exception cref="ArgumentException">The buffer is too short.</exception>
    /// <exception cref="InvalidOperationException">This is the default value.</exception>
    public void WriteCompressed(Span<byte> destination)
    {
        Require(destination, CompressedSizeInBytes);
        destination[0] = (byte)(2 | (_point.Y.L0 & 1));
        _point.X.Write(destination[1..]);
    }

    /// <summary>Writes the uncompressed form. An Ethereum address is the end of the Keccak-256 digest of its last 64 bytes.</summary>
    /// <param name="destination">Receives 65 bytes.</param>
    /// <exception cref="ArgumentException">The buffer is too short.</exception>
    /// <exception cref="InvalidOperationException">This is the default value.</exception>
    public void WriteUncompressed(Span<byte> destination)
    {
        Require(destination, UncompressedSizeInBytes);
        destination[0] = 4;
        _point.X.Write(destination[1..]);
        _point.Y.Write(destination[33..]);
    }

    /// <summary>True when this key made the signature. Takes a time that depends on the input, which is public.</summary>
    /// <param name="digest">The digest, 32 bytes.</param>
    /// <param name="signature">r and s, 64 bytes.</param>
    /// <param name="allowHighS">Whether s may be above n / 2. Who allows it accepts two signatures for each that was made.</param>
    public bool Verify(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, bool allowHighS = false) =>
        IsValid && Secp256k1.Verify(_point, digest, signature, allowHighS);

    /// <inheritdoc/>
    public bool Equals(Secp256k1PublicKey other) => (_point.X - other._point.X).IsZero && (_point.Y - other._point.Y).IsZero;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Secp256k1PublicKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_point.X.L0, _point.X.L1, _point.Y.L0);

    /// <summary>The compressed form in hexadecimal; empty for the default value.</summary>
    public override string ToString()
    {
        if (!IsValid)
        {
            return string.Empty;
        }

        Span<byte> bytes = stackalloc byte[CompressedSizeInBytes];
        WriteCompressed(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>The same point.</summary>
    public static bool operator ==(Secp256k1PublicKey left, Secp256k1PublicKey right) => left.Equals(right);

    /// <summary>Different points.</summary>
    public static bool operator !=(Secp256k1PublicKey left, Secp256k1PublicKey right) => !left.Equals(right);

    private void Require(Span<byte> destination, int length)
    {
        if (!IsValid)
        {
            throw new InvalidOperationException("The default value is no public key.");
        }

        if (destination.Length < length)
        {
            throw new ArgumentException($"The key takes {length} bytes; the buffer has {destination.Length}.", nameof(destination));
        }
    }
}
