namespace DePin.Sdk.Identity;

/// <summary>Verifies the signatures of one algorithm. Thread-safe.</summary>
public interface ISignatureVerifier
{
    /// <summary>The algorithm that this verifier knows.</summary>
    SignatureAlgorithm Algorithm { get; }

    /// <summary>True when the signature is by that key over that message. Malformed keys and signatures are false, never an exception.</summary>
    bool Verify(PublicKey key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature);
}
