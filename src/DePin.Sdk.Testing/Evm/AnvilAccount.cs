namespace DePin.Sdk.Testing.Evm;

/// <summary>An account that a fresh <see cref="AnvilNode"/> has funded. Its key is public knowledge: never send anything of value to it.</summary>
public sealed class AnvilAccount
{
    internal AnvilAccount(string address, byte[] privateKey)
    {
        Address = address;
        PrivateKey = privateKey;
    }

    /// <summary>The address, in lower case with 0x.</summary>
    public string Address { get; }

    /// <summary>The secret key, 32 bytes, big-endian; the same in every run.</summary>
    public ReadOnlyMemory<byte> PrivateKey { get; }

    /// <summary>The address.</summary>
    public override string ToString() => Address;
}
