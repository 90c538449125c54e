using DePin.Sdk.Identity;

namespace DePin.Sdk.Chains.Cryptography;

/// <summary>Verifies signatures of <see cref="SignatureAlgorithm.Ed25519"/>, for <see cref="SignatureVerifiers.With"/>, by the rules of <see cref="Ed25519.Verify"/>. Thread-safe.</summary>
public sealed class Ed25519Verifier : ISignatureVerifier
{
    /// <inheritdoc/>
    public SignatureAlgorithm Algorithm => SignatureAlgorithm.Ed25519;

    /// <inheritdoc/>
    public bool Verify(PublicKey key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        key.Algorithm == Algorithm && Ed25519.Verify(key.Bytes.Span, message, signature);
}
