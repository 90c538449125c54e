namespace DePin.Sdk.Chains.Evm.TypedData.Permit2;

/// <summary>A token and how much of it may be taken.</summary>
/// <param name="Token">The token.</param>
/// <param name="Amount">The most base units.</param>
public readonly record struct TokenPermissions(EvmAddress Token, UInt256 Amount) : ITypedData
{
    internal const string EncodedType = "TokenPermissions(address token,uint256 amount)";

    /// <inheritdoc/>
    public static Hash32 TypeHash { get; } = Hash32.Keccak("TokenPermissions(address token,uint256 amount)"u8);

    /// <inheritdoc/>
    public static int FieldCount => 2;

    /// <inheritdoc/>
    public void WriteFields(Span<byte> words)
    {
        var writer = new TypedDataWriter(words);
        writer.Write(Token);
        writer.Write(Amount);
    }
}
