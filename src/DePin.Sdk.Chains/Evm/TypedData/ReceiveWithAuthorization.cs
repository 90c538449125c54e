namespace DePin.Sdk.Chains.Evm.TypedData;

/// <summary>Lets the recipient, and nobody else, take tokens of the signer, once (EIP-3009). Signed in the token's own domain.</summary>
/// <param name="From">Whose tokens move: the signer.</param>
/// <param name="To">Who gets them, and must be the caller of the token.</param>
/// <param name="Value">How many base units.</param>
/// <param name="ValidAfter">Unix seconds of the chain's clock; blocks must be later than this.</param>
/// <param name="ValidBefore">Unix seconds of the chain's clock; blocks must be earlier than this.</param>
/// <param name="Nonce">Any 32 bytes that the signer has not used with this token.</param>
public readonly record struct ReceiveWithAuthorization(EvmAddress From, EvmAddress To, UInt256 Value, UInt256 ValidAfter, UInt256 ValidBefore, Hash32 Nonce) : ITypedData
{
    /// <inheritdoc/>
    public static Hash32 TypeHash { get; } =
        Hash32.Keccak("ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"u8);

    /// <inheritdoc/>
    public static int FieldCount => 6;

    /// <summary>The nonce that binds an authorization to one channel, as the escrow demands: whoever sends it in can open that channel with it and no other.</summary>
    /// <param name="payer">Who deposits and signs.</param>
    /// <param name="payee">Who is paid.</param>
    /// <param name="token">The token.</param>
    /// <param name="salt">Tells channels of the same parties apart.</param>
    /// <param name="authorizedSigner">Who signs vouchers; zero for the payer.</param>
    public static Hash32 ChannelNonce(EvmAddress payer, EvmAddress payee, EvmAddress token, Hash32 salt, EvmAddress authorizedSigner)
    {
        Span<byte> words = stackalloc byte[5 * UInt256.SizeInBytes];
        var writer = new TypedDataWriter(words);
        writer.Write(payer);
        writer.Write(payee);
        writer.Write(token);
        writer.Write(salt);
        writer.Write(authorizedSigner);
        return Hash32.Keccak(words);
    }

    /// <summary>The authorization that opens a channel with a deposit (<c>openWithAuthorization</c> of the escrow). The payer needs no coin for gas: anybody can send it in.</summary>
    /// <param name="escrow">The contract that takes the deposit.</param>
    /// <param name="payer">Who deposits and signs.</param>
    /// <param name="payee">Who is paid.</param>
    /// <param name="token">The token, in whose domain this is signed.</param>
    /// <param name="salt">Tells channels of the same parties apart.</param>
    /// <param name="authorizedSigner">Who signs vouchers; zero for the payer.</param>
    /// <param name="deposit">Base units.</param>
    /// <param name="validAfter">Unix seconds; 0 for at once.</param>
    /// <param name="validBefore">Unix seconds.</param>
    public static ReceiveWithAuthorization ForChannel(
        EvmAddress escrow, EvmAddress payer, EvmAddress payee, EvmAddress token, Hash32 salt, EvmAddress authorizedSigner, UInt128 deposit, UInt256 validAfter, UInt256 validBefore) =>
        new(payer, escrow, deposit, validAfter, validBefore, ChannelNonce(payer, payee, token, salt, authorizedSigner));

    /// <inheritdoc/>
    public void WriteFields(Span<byte> words) => new TransferWithAuthorization(From, To, Value, ValidAfter, ValidBefore, Nonce).WriteFields(words);
}
