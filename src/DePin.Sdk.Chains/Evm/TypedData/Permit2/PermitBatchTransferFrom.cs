namespace DePin.Sdk.Chains.Evm.TypedData.Permit2;

/// <summary>Lets a spender take several tokens once, through Permit2. Signed in <see cref="TypedDataDomain.Permit2"/>.</summary>
/// <param name="Permitted">The tokens and the most that may be taken of each.</param>
/// <param name="Spender">Who may take them, and must be the caller of Permit2.</param>
/// <param name="Nonce">Any number that the owner has not used.</param>
/// <param name="Deadline">Unix seconds of the chain's clock; the last second that is valid.</param>
public readonly record struct PermitBatchTransferFrom(ReadOnlyMemory<TokenPermissions> Permitted, EvmAddress Spender, UInt256 Nonce, UInt256 Deadline) : ITypedData
{
    /// <inheritdoc/>
    public static Hash32 TypeHash { get; } =
        Hash32.Keccak("PermitBatchTransferFrom(TokenPermissions[] permitted,address spender,uint256 nonce,uint256 deadline)TokenPermissions(address token,uint256 amount)"u8);

    /// <inheritdoc/>
    public static int FieldCount => 4;

    /// <inheritdoc/>
    public void WriteFields(Span<byte> words)
    {
        var writer = new TypedDataWriter(words);
        writer.Write(TypedDataHash.Array(Permitted.Span));
        writer.Write(Spender);
        writer.Write(Nonce);
        writer.Write(Deadline);
    }
}
