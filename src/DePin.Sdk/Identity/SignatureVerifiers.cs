using System.Collections.Frozen;

namespace DePin.Sdk.Identity;

/// <summary>The algorithms that this process accepts. Immutable; <see cref="With"/> adds one.</summary>
public sealed class SignatureVerifiers
{
    private readonly FrozenDictionary<SignatureAlgorithm, ISignatureVerifier> _byAlgorithm;

    private SignatureVerifiers(IEnumerable<ISignatureVerifier> verifiers) => _byAlgorithm = verifiers.ToFrozenDictionary(v => v.Algorithm);

    /// <summary>P-256 alone.</summary>
    public static SignatureVerifiers Default { get; } = new([new P256Verifier()]);

    /// <summary>These verifiers and one more, which replaces one of the same algorithm.</summary>
    public SignatureVerifiers With(ISignatureVerifier verifier)
    {
        ArgumentNullException.ThrowIfNull(verifier);
        return new(_byAlgorithm.Values.Where(v => v.Algorithm != verifier.Algorithm).Append(verifier));
    }

    /// <summary>True when the signature names the key's algorithm, that algorithm is known here, and it verifies.</summary>
    public bool Verify(PublicKey key, ReadOnlySpan<byte> message, Signature signature) =>
        signature.Algorithm == key.Algorithm
        && _byAlgorithm.TryGetValue(key.Algorithm, out var verifier)
        && verifier.Verify(key, message, signature.Bytes.Span);
}
