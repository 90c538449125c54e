using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm.Encoding;

namespace DePin.Sdk.Chains.Evm.Accounts;

/// <summary>The address that a contract will have, known before it is deployed.</summary>
public static class ContractAddress
{
    /// <summary>The address of a contract that an account creates with a transaction, or another contract with CREATE.</summary>
    /// <param name="creator">Who creates it.</param>
    /// <param name="nonce">The nonce of that transaction, or of the creating contract.</param>
    public static EvmAddress Create(EvmAddress creator, ulong nonce)
    {
        Span<byte> bytes = stackalloc byte[EvmAddress.SizeInBytes];
        creator.CopyTo(bytes);
        return Last20(new RlpWriter(32).BeginList().Write(bytes).Write(nonce).EndList().Written);
    }

    /// <summary>The address of a contract that CREATE2 makes (EIP-1014): it depends on nothing but these three.</summary>
    /// <param name="factory">The contract that executes CREATE2.</param>
    /// <param name="salt">Tells contracts of the same code apart.</param>
    /// <param name="initCodeHash">The Keccak-256 digest of the init code, constructor arguments included.</param>
    public static EvmAddress Create2(EvmAddress factory, Hash32 salt, Hash32 initCodeHash)
    {
        Span<byte> preimage = stackalloc byte[1 + EvmAddress.SizeInBytes + Hash32.SizeInBytes + Hash32.SizeInBytes];
        preimage[0] = 0xFF;
        factory.CopyTo(preimage[1..]);
        salt.CopyTo(preimage[21..]);
        initCodeHash.CopyTo(preimage[53..]);
        return Last20(preimage);
    }

    private static EvmAddress Last20(ReadOnlySpan<byte> preimage)
    {
        Span<byte> digest = stackalloc byte[Keccak256.HashSizeInBytes];
        Keccak256.HashData(preimage, digest);
        return new EvmAddress(digest[12..]);
    }
}
