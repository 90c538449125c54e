namespace DePin.Sdk.Chains.Evm.Keys;

/// <summary>How a key file makes a key from a password.</summary>
public enum EvmKeyDerivation
{
    /// <summary>scrypt (RFC 7914), which takes memory too, so that guessing on special hardware stays dear.</summary>
    Scrypt,

    /// <summary>PBKDF2 with HMAC-SHA256 (RFC 8018), where memory is short.</summary>
    Pbkdf2,
}
