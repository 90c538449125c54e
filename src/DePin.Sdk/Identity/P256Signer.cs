using System.Security.Cryptography;

namespace DePin.Sdk.Identity;

/// <summary>An <see cref="ISigner"/> over NIST P-256 whose key lives in this process. Thread-safe.</summary>
public sealed class P256Signer : ISigner, IDisposable
{
    private readonly ECDsa _key;
    private readonly Lock _gate = new();

    private P256Signer(ECDsa key)
    {
        _key = key;
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        Span<byte> compressed = stackalloc byte[33];
        compressed[0] = (byte)(2 + (point.Y![^1] & 1));
        point.X.CopyTo(compressed[1..]);
        PublicKey = new PublicKey(SignatureAlgorithm.P256, compressed);
    }

    /// <inheritdoc/>
    public PublicKey PublicKey { get; }

    /// <summary>Makes a new random key.</summary>
    public static P256Signer Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Reads a key that <see cref="ExportPkcs8PrivateKey"/> wrote (RFC 5958).</summary>
    /// <exception cref="CryptographicException">The bytes are not a P-256 private key.</exception>
    public static P256Signer ImportPkcs8PrivateKey(ReadOnlySpan<byte> pkcs8)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportPkcs8PrivateKey(pkcs8, out _);
            RequireP256(key);
            return new P256Signer(key);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>Loads the key in a PEM file, or makes one and writes it there with access for its owner alone. Processes that start at the same time end up with the same key.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <exception cref="CryptographicException">The file does not hold an unencrypted P-256 private key in PEM form.</exception>
    public static P256Signer LoadOrCreate(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return File.Exists(path) ? PemKeyFile.Load(path, Import) : PemKeyFile.Create(path, Create, Import);
    }

    /// <summary>The private key as PKCS#8 (RFC 5958). The caller clears the buffer.</summary>
    public byte[] ExportPkcs8PrivateKey() => _key.ExportPkcs8PrivateKey();

    /// <inheritdoc/>
    public ValueTask<Signature> SignAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var bytes = _key.SignData(message.Span, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
            return ValueTask.FromResult(new Signature(SignatureAlgorithm.P256, bytes));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    private static P256Signer Import(ReadOnlySpan<char> pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            RequireP256(key);
            _ = key.SignHash(new byte[32]); // a file with the public half alone is found out here
            return new P256Signer(key);
        }
        catch (ArgumentException ex)
        {
            key.Dispose();
            throw new CryptographicException("The text holds no private key in PEM form that is not encrypted.", ex);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    // Other curves have 256 bits too (secp256k1, brainpool).
    private static void RequireP256(ECDsa key)
    {
        var curve = key.ExportParameters(includePrivateParameters: false).Curve;
        if (!curve.IsNamed || curve.Oid.Value != "1.2.840.10045.3.1.7")
        {
            throw new CryptographicException($"The key is on the curve {curve.Oid?.FriendlyName ?? "(explicit)"}; P-256 is needed.");
        }
    }
}
