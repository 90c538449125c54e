namespace DePin.Sdk.Chains.Evm.TypedData;

/// <summary>Approves a spender by signature instead of by a transaction (EIP-2612). Signed in the token's own domain. Anybody can send it in.</summary>
/// <param name="Owner">Whose tokens may be spent: the signer.</param>
/// <param name="Spender">Who may spend them.</param>
/// <param name="Value">How many base units; it replaces the allowance that stood before.</param>
/// <param name="Nonce">What the token's <c>nonces(owner)</c> says now.</param>
/// <param name="Deadline">Unix seconds of the chain's clock; the last second that is valid.</param>
public readonly record struct Permit(EvmAddress Owner, EvmAddress Spender, UInt256 Value, UInt256 Nonce, UInt256 Deadline) : ITypedData
{
    /// <inheritdoc/>
    public static Hash32 TypeHash { get; } = Hash32.Keccak("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"u8);

    /// <inheritdoc/>
    public static int FieldCount => 5;

    /// <inheritdoc/>
    public void WriteFields(Span<byte> words)
    {
        var writer = new TypedDataWriter(words);
        writer.Write(Owner);
        writer.Write(Spender);
        writer.Write(Value);
        writer.Write(Nonce);
        writer.Write(Deadline);
    }
}
