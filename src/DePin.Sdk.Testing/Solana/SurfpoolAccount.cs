namespace DePin.Sdk.Testing.Solana;

/// <summary>An account of a <see cref="SurfpoolNode"/>, with its key. It exists on that chain only.</summary>
public sealed class SurfpoolAccount
{
    internal SurfpoolAccount(string address, byte[] secretKey)
    {
        Address = address;
        PrivateKey = secretKey.AsMemory(0, 32);
        PublicKey = secretKey.AsMemory(32, 32);
    }

    /// <summary>The address, in base58.</summary>
    public string Address { get; }

    /// <summary>The secret seed of the Ed25519 key, 32 bytes; another one in every run.</summary>
    public ReadOnlyMemory<byte> PrivateKey { get; }

    /// <summary>The address as 32 bytes, which are the Ed25519 public key.</summary>
    public ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>The address.</summary>
    public override string ToString() => Address;
}
