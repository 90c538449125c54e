namespace DePin.Sdk.Identity;

/// <summary>The name of a signature scheme, hash included. It travels with every key and signature.</summary>
/// <param name="Name">Lower-case letters, digits and '-', at most 32 characters.</param>
public readonly record struct SignatureAlgorithm(string Name)
{
    /// <summary>ECDSA over NIST P-256 with SHA-256 (FIPS 186-5); signatures are r and s, 32 bytes each; keys are compressed points (SEC 1), 33 bytes.</summary>
    public static SignatureAlgorithm P256 { get; } = new("p256-sha256");

    /// <summary>ECDSA over secp256k1 with Keccak-256, as Ethereum signs; signatures are r, s (at most n / 2) and v (27 or 28), 65 bytes;
    /// keys are compressed points (SEC 1), 33 bytes, or their addresses, 20 bytes: v recovers the point.</summary>
    public static SignatureAlgorithm Secp256k1 { get; } = new("secp256k1-keccak256");

    /// <summary>Ed25519 (RFC 8032), as Solana signs; signatures have 64 bytes, keys 32.</summary>
    public static SignatureAlgorithm Ed25519 { get; } = new("ed25519");

    /// <inheritdoc/>
    public override string ToString() => Name ?? string.Empty;
}
