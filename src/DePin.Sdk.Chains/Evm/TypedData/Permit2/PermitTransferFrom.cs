namespace DePin.Sdk.Chains.Evm.TypedData.Permit2;

/// <summary>Lets a spender take tokens once, through Permit2, which the owner approved for the token before. Signed in <see cref="TypedDataDomain.Permit2"/>.</summary>
/// <param name="Permitted">The token and the most that may be taken.</param>
/// <param name="Spender">Who may take it, and must be the caller of Permit2.</param>
/// <param name="Nonce">Any number that the owner has not used: Permit2 keeps a bitmap of them, so there is no order.</param>
/// <param name="Deadline">Unix seconds of the chain's clock; the last second that is valid.</param>
public readonly record struct PermitTransferFrom(TokenPermissions Permitted, EvmAddress Spender, UInt256 Nonce, UInt256 Deadline) : ITypedData
{
    /// <inheritdoc/>
    public static Hash32 TypeHash { get; } =
        Hash32.Keccak("PermitTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline)TokenPermissions(address token,uint256 amount)"u8);

    /// <inheritdoc/>
    public static int FieldCount => 4;

    /// <inheritdoc/>
    public void WriteFields(Span<byte> words)
    {
        var writer = new TypedDataWriter(words);
        writer.Write(TypedDataHash.Struct(Permitted));
        writer.Write(Spender);
        writer.Write(Nonce);
        writer.Write(Deadline);
    }
}
