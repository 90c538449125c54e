namespace DePin.Sdk.Chains.Cryptography;

/// <summary>A signature to verify, for <see cref="Ed25519.VerifyBatch"/>.</summary>
/// <param name="PublicKey">32 bytes.</param>
/// <param name="Message">The message.</param>
/// <param name="Signature">64 bytes.</param>
public readonly record struct Ed25519Verification(ReadOnlyMemory<byte> PublicKey, ReadOnlyMemory<byte> Message, ReadOnlyMemory<byte> Signature);
