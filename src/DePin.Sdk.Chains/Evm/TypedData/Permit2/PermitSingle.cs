namespace DePin.Sdk.Chains.Evm.TypedData.Permit2;

/// <summary>Sets an allowance inside Permit2, which can be spent many times until it expires. Signed in <see cref="TypedDataDomain.Permit2"/>.</summary>
/// <param name="Details">The allowance.</param>
/// <param name="Spender">Who may spend it.</param>
/// <param name="SignatureDeadline">Unix seconds of the chain's clock; the last second at which this signature is accepted.</param>
public readonly record struct PermitSingle(PermitDetails Details, EvmAddress Spender, UInt256 SignatureDeadline) : ITypedData
{
    /// <inheritdoc/>
    public static Hash32 TypeHash { get; } =
        Hash32.Keccak("PermitSingle(PermitDetails details,address spender,uint256 sigDeadline)PermitDetails(address token,uint160 amount,uint48 expiration,uint48 nonce)"u8);

    /// <inheritdoc/>
    public static int FieldCount => 3;

    /// <inheritdoc/>
    public void WriteFields(Span<byte> words)
    {
        var writer = new TypedDataWriter(words);
        writer.Write(TypedDataHash.Struct(Details));
        writer.Write(Spender);
        writer.Write(SignatureDeadline);
    }
}
