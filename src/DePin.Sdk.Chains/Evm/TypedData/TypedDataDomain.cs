namespace DePin.Sdk.Chains.Evm.TypedData;

/// <summary>What keeps a signature from meaning something elsewhere (EIP-712): the application, its version, the chain and the contract. Safe for several threads.</summary>
public sealed class TypedDataDomain
{
    private static readonly Hash32 TypeHash = Hash32.Keccak("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"u8);

    /// <summary>Describes a domain and hashes it once.</summary>
    /// <param name="name">The application or protocol.</param>
    /// <param name="version">Its version.</param>
    /// <param name="chainId">The chain (EIP-155).</param>
    /// <param name="verifyingContract">The contract that checks the signatures.</param>
    public TypedDataDomain(string name, string version, UInt256 chainId, EvmAddress verifyingContract)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(version);
        Span<byte> words = stackalloc byte[5 * 32];
        TypeHash.CopyTo(words);
        Hash32.Keccak(System.Text.Encoding.UTF8.GetBytes(name)).CopyTo(words[32..]);
        Hash32.Keccak(System.Text.Encoding.UTF8.GetBytes(version)).CopyTo(words[64..]);
        chainId.WriteBigEndian(words[96..]);
        verifyingContract.ToUInt256().WriteBigEndian(words[128..]);
        Separator = Hash32.Keccak(words);
    }

    /// <summary>The domain separator, which the contract computes too.</summary>
    public Hash32 Separator { get; }

    /// <summary>The domain of payment channels, as the MPP draft for EVM sessions names it: "EVM Payment Channel", version 1.</summary>
    /// <param name="chainId">The chain.</param>
    /// <param name="escrow">The contract that holds the deposits.</param>
    public static TypedDataDomain PaymentChannel(UInt256 chainId, EvmAddress escrow) => new("EVM Payment Channel", "1", chainId, escrow);

    /// <summary>The digest to sign for a value in this domain. Nothing is allocated.</summary>
    /// <exception cref="ArgumentException">The type has no field, or more than <see cref="ITypedData.MaxFields"/>.</exception>
    public Hash32 Digest<T>(in T value)
        where T : ITypedData
    {
        if (T.FieldCount is < 1 or > ITypedData.MaxFields)
        {
            throw new ArgumentException($"A type has 1 to {ITypedData.MaxFields} fields.", nameof(value));
        }

        Span<byte> fields = stackalloc byte[32 * (1 + T.FieldCount)];
        fields.Clear();
        T.TypeHash.CopyTo(fields);
        value.WriteFields(fields[32..]);
        return Digest(Separator, Hash32.Keccak(fields));
    }

    internal static Hash32 Digest(Hash32 separator, Hash32 structHash)
    {
        Span<byte> preimage = stackalloc byte[2 + 32 + 32];
        preimage[0] = 0x19;
        preimage[1] = 0x01;
        separator.CopyTo(preimage[2..]);
        structHash.CopyTo(preimage[34..]);
        return Hash32.Keccak(preimage);
    }
}
