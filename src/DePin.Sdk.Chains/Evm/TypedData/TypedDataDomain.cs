namespace DePin.Sdk.Chains.Evm.TypedData;

/// <summary>What keeps a signature from meaning something elsewhere (EIP-712): the application, its version, the chain and the contract. Safe for several threads.</summary>
public sealed class TypedDataDomain
{
    private const int MaxFields = 5;
    private const int PayloadSizeInBytes = 2 + (2 * Hash32.SizeInBytes);

    /// <summary>Where Permit2 is on every chain that has it: it was deployed with CREATE2.</summary>
    public static EvmAddress Permit2Address { get; } = EvmAddress.Parse("0x000000000022D473030F116dDEE9F6B43aC78BA3");

    /// <summary>Describes a domain and hashes it once. A field that is null is left out of the domain, as the contract must leave it out too.</summary>
    /// <param name="name">The application or protocol.</param>
    /// <param name="version">Its version.</param>
    /// <param name="chainId">The chain (EIP-155).</param>
    /// <param name="verifyingContract">The contract that checks the signatures.</param>
    /// <param name="salt">Tells domains apart that agree in all else; hardly ever used.</param>
    /// <exception cref="ArgumentException">Every field is null.</exception>
    public TypedDataDomain(string? name, string? version, UInt256? chainId, EvmAddress? verifyingContract, Hash32? salt = null)
    {
        Span<byte> words = stackalloc byte[(1 + MaxFields) * UInt256.SizeInBytes];
        var fields = new List<string>(MaxFields);
        if (name is not null)
        {
            HashOf(name).CopyTo(Next("string name", words));
        }

        if (version is not null)
        {
            HashOf(version).CopyTo(Next("string version", words));
        }

        if (chainId is { } chain)
        {
            chain.WriteBigEndian(Next("uint256 chainId", words));
        }

        if (verifyingContract is { } contract)
        {
            contract.ToUInt256().WriteBigEndian(Next("address verifyingContract", words));
        }

        if (salt is { } bytes)
        {
            bytes.CopyTo(Next("bytes32 salt", words));
        }

        if (fields.Count == 0)
        {
            throw new ArgumentException("A domain has at least one field; give it a name.", nameof(name));
        }

        HashOf($"EIP712Domain({string.Join(',', fields)})").CopyTo(words);
        Separator = Hash32.Keccak(words[..((1 + fields.Count) * UInt256.SizeInBytes)]);

        Span<byte> Next(string field, Span<byte> room)
        {
            fields.Add(field);
            return room[(fields.Count * UInt256.SizeInBytes)..];
        }
    }

    /// <summary>The domain separator, which the contract computes too.</summary>
    public Hash32 Separator { get; }

    /// <summary>The domain of payment channels, as the MPP draft for EVM sessions names it: "EVM Payment Channel", version 1.</summary>
    /// <param name="chainId">The chain.</param>
    /// <param name="escrow">The contract that holds the deposits.</param>
    public static TypedDataDomain PaymentChannel(UInt256 chainId, EvmAddress escrow) => new("EVM Payment Channel", "1", chainId, escrow);

    /// <summary>The domain of Permit2, which has no version.</summary>
    /// <param name="chainId">The chain.</param>
    /// <param name="contract">Where Permit2 is; null for <see cref="Permit2Address"/>.</param>
    public static TypedDataDomain Permit2(UInt256 chainId, EvmAddress? contract = null) => new("Permit2", null, chainId, contract ?? Permit2Address);

    /// <summary>The digest to sign for a value in this domain. Nothing is allocated.</summary>
    /// <exception cref="ArgumentException">The type has no field, or more than <see cref="ITypedData.MaxFields"/>.</exception>
    public Hash32 Digest<T>(in T value)
        where T : ITypedData => Digest(Separator, TypedDataHash.Struct(value));

    /// <summary>The 66 bytes whose Keccak-256 digest is signed: what <see cref="Identity.ISigner.SignAsync"/> takes, which hashes by itself.</summary>
    /// <exception cref="ArgumentException">The type has no field, or more than <see cref="ITypedData.MaxFields"/>.</exception>
    public byte[] SigningPayload<T>(in T value)
        where T : ITypedData => SigningPayload(Separator, TypedDataHash.Struct(value));

    internal static Hash32 Digest(Hash32 separator, Hash32 structHash)
    {
        Span<byte> payload = stackalloc byte[PayloadSizeInBytes];
        WritePayload(separator, structHash, payload);
        return Hash32.Keccak(payload);
    }

    internal static byte[] SigningPayload(Hash32 separator, Hash32 structHash)
    {
        var payload = new byte[PayloadSizeInBytes];
        WritePayload(separator, structHash, payload);
        return payload;
    }

    private static void WritePayload(Hash32 separator, Hash32 structHash, Span<byte> payload)
    {
        payload[0] = 0x19;
        payload[1] = 0x01;
        separator.CopyTo(payload[2..]);
        structHash.CopyTo(payload[34..]);
    }

    private static Hash32 HashOf(string text) => Hash32.Keccak(System.Text.Encoding.UTF8.GetBytes(text));
}
