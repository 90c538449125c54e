namespace DePin.Sdk.Chains.Evm.TypedData.Permit2;

/// <summary>Lets a spender take several tokens once, through Permit2, and only for what the witness says. Signed in <see cref="TypedDataDomain.Permit2"/>.</summary>
/// <typeparam name="TWitness">What the owner signs with it.</typeparam>
/// <param name="Permitted">The tokens and the most that may be taken of each.</param>
/// <param name="Spender">Who may take them, and must be the caller of Permit2.</param>
/// <param name="Nonce">Any number that the owner has not used.</param>
/// <param name="Deadline">Unix seconds of the chain's clock; the last second that is valid.</param>
/// <param name="Witness">What the money is for.</param>
public readonly record struct PermitBatchWitnessTransferFrom<TWitness>(ReadOnlyMemory<TokenPermissions> Permitted, EvmAddress Spender, UInt256 Nonce, UInt256 Deadline, TWitness Witness) : ITypedData
    where TWitness : IPermit2Witness
{
    /// <inheritdoc/>
    public static Hash32 TypeHash { get; } =
        WitnessType.Hash("PermitBatchWitnessTransferFrom(TokenPermissions[] permitted,address spender,uint256 nonce,uint256 deadline,", TWitness.EncodedType);

    /// <inheritdoc/>
    public static int FieldCount => 5;

    /// <summary>What the batch form of <c>permitWitnessTransferFrom</c> takes as <c>witnessTypeString</c>.</summary>
    public static string WitnessTypeString { get; } = WitnessType.StringFor(TWitness.EncodedType);

    /// <inheritdoc/>
    public void WriteFields(Span<byte> words)
    {
        var writer = new TypedDataWriter(words);
        writer.Write(TypedDataHash.Array(Permitted.Span));
        writer.Write(Spender);
        writer.Write(Nonce);
        writer.Write(Deadline);
        writer.Write(TypedDataHash.Struct(Witness));
    }
}
