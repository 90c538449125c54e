namespace DePin.Sdk.Chains.Evm.TypedData;

/// <summary>Makes an authorization void that was signed and not used (EIP-3009). Signed in the token's own domain.</summary>
/// <param name="Authorizer">Who signed the authorization, and signs this.</param>
/// <param name="Nonce">The authorization's nonce.</param>
public readonly record struct CancelAuthorization(EvmAddress Authorizer, Hash32 Nonce) : ITypedData
{
    /// <inheritdoc/>
    public static Hash32 TypeHash { get; } = Hash32.Keccak("CancelAuthorization(address authorizer,bytes32 nonce)"u8);

    /// <inheritdoc/>
    public static int FieldCount => 2;

    /// <inheritdoc/>
    public void WriteFields(Span<byte> words)
    {
        var writer = new TypedDataWriter(words);
        writer.Write(Authorizer);
        writer.Write(Nonce);
    }
}
