using System.Diagnostics;
using System.Security.Cryptography;
using DePin.Sdk.Identity;

namespace DePin.Sdk.Chains.Cryptography;

/// <summary>An <see cref="ISigner"/> over secp256k1 whose key lives in this process and is cleared when the signer is disposed. Signatures are those of
/// <see cref="SignatureAlgorithm.Secp256k1"/>: r, s and v = 27 or 28 over the Keccak-256 digest of the message, 65 bytes. Thread-safe.</summary>
public sealed class Secp256k1Signer : ISigner, IDisposable
{
    /// <summary>The length of a signature with its v.</summary>
    public const int SignatureSizeInBytes = Secp256k1.SignatureSizeInBytes + 1;

    private readonly Lock _gate = new();

    // Pinned, so that the collector leaves no copies behind.
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly byte[] _key = GC.AllocateArray<byte>(Secp256k1.PrivateKeySizeInBytes, pinned: true);
    private bool _isDisposed;

    private Secp256k1Signer(ReadOnlySpan<byte> privateKey)
    {
        Point = Secp256k1.GetPublicKey(privateKey);
        privateKey.CopyTo(_key);
        Span<byte> compressed = stackalloc byte[Secp256k1PublicKey.CompressedSizeInBytes];
        Point.WriteCompressed(compressed);
        PublicKey = new PublicKey(SignatureAlgorithm.Secp256k1, compressed);
    }

    /// <inheritdoc/>
    public PublicKey PublicKey { get; }

    /// <summary>The public half as a point, from which an address is derived.</summary>
    public Secp256k1PublicKey Point { get; }

    /// <summary>Makes a new random key.</summary>
    public static Secp256k1Signer Create()
    {
        Span<byte> key = stackalloc byte[Secp256k1.PrivateKeySizeInBytes];
        try
        {
            do
            {
                RandomNumberGenerator.Fill(key);
            }
            while (!Secp256k1.IsValidPrivateKey(key));

            return new(key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Takes a copy of a private key. The caller clears its own.</summary>
    /// <param name="privateKey">32 bytes, a big-endian number from 1 to n - 1.</param>
    /// <exception cref="CryptographicException">The bytes are not a private key.</exception>
    public static Secp256k1Signer FromPrivateKey(ReadOnlySpan<byte> privateKey) =>
        Secp256k1.IsValidPrivateKey(privateKey) ? new(privateKey) : throw new CryptographicException("The bytes are not a private key of secp256k1: 32 bytes, a number from 1 to n - 1.");

    /// <summary>Writes the private key into a buffer, which the caller clears.</summary>
    /// <param name="destination">Receives 32 bytes.</param>
    /// <exception cref="ArgumentException">The buffer is too short.</exception>
    /// <exception cref="ObjectDisposedException">The key was cleared.</exception>
    public void ExportPrivateKey(Span<byte> destination)
    {
        if (destination.Length < Secp256k1.PrivateKeySizeInBytes)
        {
            throw new ArgumentException($"The key takes {Secp256k1.PrivateKeySizeInBytes} bytes; the buffer has {destination.Length}.", nameof(destination));
        }

        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _key.CopyTo(destination);
        }
    }

    /// <summary>Signs a digest that was made elsewhere, without allocating; see <see cref="Secp256k1.Sign"/>.</summary>
    /// <param name="digest">The digest, 32 bytes.</param>
    /// <param name="signature">Receives r and s in its first 64 bytes.</param>
    /// <returns>The recovery id, 0 to 3.</returns>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    /// <exception cref="ObjectDisposedException">The key was cleared.</exception>
    public int SignDigest(ReadOnlySpan<byte> digest, Span<byte> signature)
    {
        Span<byte> key = stackalloc byte[Secp256k1.PrivateKeySizeInBytes];
        try
        {
            ExportPrivateKey(key); // signing goes on outside the lock
            return Secp256k1.Sign(key, digest, signature);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The key was cleared.</exception>
    public ValueTask<Signature> SignAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Span<byte> digest = stackalloc byte[Keccak256.HashSizeInBytes];
        Keccak256.HashData(message.Span, digest);
        var signature = new byte[SignatureSizeInBytes];
        signature[^1] = (byte)(27 + SignDigest(digest, signature));
        return ValueTask.FromResult(new Signature(SignatureAlgorithm.Secp256k1, signature));
    }

    /// <summary>Clears the key.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            CryptographicOperations.ZeroMemory(_key);
        }
    }
}
