using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Identity;

namespace DePin.Sdk.Chains.Cryptography;

/// <summary>Verifies signatures of <see cref="SignatureAlgorithm.Secp256k1"/>, for <see cref="SignatureVerifiers.With"/>: it recovers the key and compares, so that each signature has one accepted form.
/// A key is a compressed point, or the 20 bytes of its address, which is all that a chain knows of it. Thread-safe; nothing is allocated.</summary>
public sealed class Secp256k1Verifier : ISignatureVerifier
{
    /// <inheritdoc/>
    public SignatureAlgorithm Algorithm => SignatureAlgorithm.Secp256k1;

    /// <inheritdoc/>
    public bool Verify(PublicKey key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (key.Algorithm != Algorithm || key.Bytes.Length is not (Secp256k1PublicKey.CompressedSizeInBytes or EvmAddress.SizeInBytes)
            || signature.Length != Secp256k1Signer.SignatureSizeInBytes || signature[^1] is not (27 or 28))
        {
            return false;
        }

        Span<byte> digest = stackalloc byte[Keccak256.HashSizeInBytes];
        Keccak256.HashData(message, digest);
        if (!Secp256k1.TryRecover(digest, signature[..^1], signature[^1] - 27, out var recovered))
        {
            return false;
        }

        if (key.Bytes.Length == EvmAddress.SizeInBytes)
        {
            return EvmAddress.FromPublicKey(recovered) == new EvmAddress(key.Bytes.Span);
        }

        Span<byte> compressed = stackalloc byte[Secp256k1PublicKey.CompressedSizeInBytes];
        recovered.WriteCompressed(compressed);
        return compressed.SequenceEqual(key.Bytes.Span);
    }
}
