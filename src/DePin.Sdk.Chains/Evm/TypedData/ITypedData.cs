namespace DePin.Sdk.Chains.Evm.TypedData;

/// <summary>A struct of EIP-712 that hashes itself without memory. For types known only at run time there is <see cref="TypedDataDocument"/>.</summary>
public interface ITypedData
{
    /// <summary>The most fields that a type may have.</summary>
    const int MaxFields = 32;

    /// <summary>The Keccak-256 digest of the type as EIP-712 writes it, for example of <c>Voucher(bytes32 channelId,uint128 cumulativeAmount)</c>.</summary>
    static abstract Hash32 TypeHash { get; }

    /// <summary>How many fields the type has, at most <see cref="MaxFields"/>.</summary>
    static abstract int FieldCount { get; }

    /// <summary>Writes the fields in their order, 32 bytes each: numbers and addresses as words of the ABI, texts, bytes, arrays and structs as their hashes.</summary>
    /// <param name="words">Room for exactly the fields, zeroed.</param>
    void WriteFields(Span<byte> words);
}
