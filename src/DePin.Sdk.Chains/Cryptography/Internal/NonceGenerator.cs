using System.Security.Cryptography;

namespace DePin.Sdk.Chains.Cryptography.Internal;

/// <summary>The nonces of RFC 6979, 3.2, with HMAC-SHA256 over a group order of 256 bits. Disposing clears them.</summary>
internal ref struct NonceGenerator
{
    private const int Length = 32;

    // V, a separator, the private key and the digest modulo n, contiguous as they are hashed; then K.
    private readonly Span<byte> _buffer;
    private readonly Span<byte> _key;
    private bool _isFirst = true;

    /// <param name="scratch">129 bytes.</param>
    /// <param name="privateKey">The private key.</param>
    /// <param name="digest">The digest modulo n.</param>
    public NonceGenerator(Span<byte> scratch, in Scalar privateKey, in Scalar digest)
    {
        _buffer = scratch[..97];
        _key = scratch[97..129];
        _buffer[..Length].Fill(1);
        privateKey.Write(_buffer[33..]);
        digest.Write(_buffer[65..]);
        _key.Clear();
        Update(0, 97);
        Update(1, 97);
    }

    /// <summary>The next nonce, neither zero nor n or more.</summary>
    public Scalar Next()
    {
        while (true)
        {
            if (!_isFirst)
            {
                Update(0, 33);
            }

            _isFirst = false;
            HMACSHA256.HashData(_key, _buffer[..Length], _buffer[..Length]);
            if (Scalar.TryRead(_buffer[..Length], out var nonce) & !nonce.IsZero)
            {
                return nonce;
            }
        }
    }

    public readonly void Dispose()
    {
        CryptographicOperations.ZeroMemory(_buffer);
        CryptographicOperations.ZeroMemory(_key);
    }

    private readonly void Update(byte separator, int length)
    {
        _buffer[Length] = separator;
        HMACSHA256.HashData(_key, _buffer[..length], _key);
        HMACSHA256.HashData(_key, _buffer[..Length], _buffer[..Length]);
    }
}
