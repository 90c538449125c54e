namespace DePin.Sdk.Chains.Evm.TypedData;

/// <summary>Lets anybody move tokens of the signer to one recipient, once (EIP-3009). Signed in the token's own domain.</summary>
/// <remarks>Whoever sees the signature can send it in. A contract that acts on the money that arrives takes <see cref="ReceiveWithAuthorization"/> instead, or the transfer happens without it.</remarks>
/// <param name="From">Whose tokens move: the signer.</param>
/// <param name="To">Who gets them.</param>
/// <param name="Value">How many base units.</param>
/// <param name="ValidAfter">Unix seconds of the chain's clock; blocks must be later than this.</param>
/// <param name="ValidBefore">Unix seconds of the chain's clock; blocks must be earlier than this.</param>
/// <param name="Nonce">Any 32 bytes that the signer has not used with this token: EIP-3009 has no order of nonces.</param>
public readonly record struct TransferWithAuthorization(EvmAddress From, EvmAddress To, UInt256 Value, UInt256 ValidAfter, UInt256 ValidBefore, Hash32 Nonce) : ITypedData
{
    /// <inheritdoc/>
    public static Hash32 TypeHash { get; } =
        Hash32.Keccak("TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"u8);

    /// <inheritdoc/>
    public static int FieldCount => 6;

    /// <inheritdoc/>
    public void WriteFields(Span<byte> words)
    {
        var writer = new TypedDataWriter(words);
        writer.Write(From);
        writer.Write(To);
        writer.Write(Value);
        writer.Write(ValidAfter);
        writer.Write(ValidBefore);
        writer.Write(Nonce);
    }
}
