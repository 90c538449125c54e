namespace DePin.Sdk.Chains.Evm.TypedData.Permit2;

/// <summary>Sets several allowances of one spender inside Permit2. Signed in <see cref="TypedDataDomain.Permit2"/>.</summary>
/// <param name="Details">The allowances.</param>
/// <param name="Spender">Who may spend them.</param>
/// <param name="SignatureDeadline">Unix seconds of the chain's clock; the last second at which this signature is accepted.</param>
public readonly record struct PermitBatch(ReadOnlyMemory<PermitDetails> Details, EvmAddress Spender, UInt256 SignatureDeadline) : ITypedData
{
    /// <inheritdoc/>
    public static Hash32 TypeHash { get; } =
        Hash32.Keccak("PermitBatch(PermitDetails[] details,address spender,uint256 sigDeadline)PermitDetails(address token,uint160 amount,uint48 expiration,uint48 nonce)"u8);

    /// <inheritdoc/>
    public static int FieldCount => 3;

    /// <inheritdoc/>
    public void WriteFields(Span<byte> words)
    {
        var writer = new TypedDataWriter(words);
        writer.Write(TypedDataHash.Array(Details.Span));
        writer.Write(Spender);
        writer.Write(SignatureDeadline);
    }
}
