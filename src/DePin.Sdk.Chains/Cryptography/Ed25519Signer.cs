using System.Diagnostics;
using System.Security.Cryptography;
using DePin.Sdk.Identity;

namespace DePin.Sdk.Chains.Cryptography;

/// <summary>An <see cref="ISigner"/> over Ed25519 whose key lives in this process and is cleared when the signer is disposed. Thread-safe.</summary>
public sealed class Ed25519Signer : ISigner, IDisposable
{
    private readonly Lock _gate = new();

    // Pinned, so that the collector leaves no copies behind.
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly byte[] _key = GC.AllocateArray<byte>(Ed25519.PrivateKeySizeInBytes, pinned: true);
    private bool _isDisposed;

    private Ed25519Signer(ReadOnlySpan<byte> privateKey)
    {
        Span<byte> publicKey = stackalloc byte[Ed25519.PublicKeySizeInBytes];
        Ed25519.GetPublicKey(privateKey, publicKey);
        privateKey.CopyTo(_key);
        PublicKey = new PublicKey(SignatureAlgorithm.Ed25519, publicKey);
    }

    /// <inheritdoc/>
    public PublicKey PublicKey { get; }

    /// <summary>Makes a new random key.</summary>
    public static Ed25519Signer Create()
    {
        Span<byte> key = stackalloc byte[Ed25519.PrivateKeySizeInBytes];
        try
        {
            RandomNumberGenerator.Fill(key);
            return new(key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Takes a copy of a private key. The caller clears its own.</summary>
    /// <param name="privateKey">32 bytes, which RFC 8032 calls the private key and others the seed.</param>
    /// <exception cref="ArgumentException">There are not 32 bytes.</exception>
    public static Ed25519Signer FromPrivateKey(ReadOnlySpan<byte> privateKey) => new(privateKey);

    /// <summary>Writes the private key into a buffer, which the caller clears.</summary>
    /// <param name="destination">Receives 32 bytes.</param>
    /// <exception cref="ArgumentException">The buffer is too short.</exception>
    /// <exception cref="ObjectDisposedException">The key was cleared.</exception>
    public void ExportPrivateKey(Span<byte> destination)
    {
        if (destination.Length < Ed25519.PrivateKeySizeInBytes)
        {
            throw new ArgumentException($"The key takes {Ed25519.PrivateKeySizeInBytes} bytes; the buffer has {destination.Length}.", nameof(destination));
        }

        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _key.CopyTo(destination);
        }
    }

    /// <summary>Signs without allocating; see <see cref="Ed25519.Sign(ReadOnlySpan{byte}, ReadOnlySpan{byte}, Span{byte})"/>.</summary>
    /// <param name="message">The message.</param>
    /// <param name="signature">Receives the signature in its first 64 bytes.</param>
    /// <exception cref="ArgumentException">The buffer is too short.</exception>
    /// <exception cref="ObjectDisposedException">The key was cleared.</exception>
    public void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
    {
        Span<byte> key = stackalloc byte[Ed25519.PrivateKeySizeInBytes];
        try
        {
            ExportPrivateKey(key); // signing goes on outside the lock
            Ed25519.Sign(key, PublicKey.Bytes.Span, message, signature);
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
        var signature = new byte[Ed25519.SignatureSizeInBytes];
        Sign(message.Span, signature);
        return ValueTask.FromResult(new Signature(SignatureAlgorithm.Ed25519, signature));
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
