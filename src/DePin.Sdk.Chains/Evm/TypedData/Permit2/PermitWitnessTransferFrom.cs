namespace DePin.Sdk.Chains.Evm.TypedData.Permit2;

/// <summary>Lets a spender take tokens once, through Permit2, and only for what the witness says. Signed in <see cref="TypedDataDomain.Permit2"/>.</summary>
/// <typeparam name="TWitness">What the owner signs with it.</typeparam>
/// <param name="Permitted">The token and the most that may be taken.</param>
/// <param name="Spender">Who may take it, and must be the caller of Permit2.</param>
/// <param name="Nonce">Any number that the owner has not used.</param>
/// <param name="Deadline">Unix seconds of the chain's clock; the last second that is valid.</param>
/// <param name="Witness">What the money is for; the spender's contract hashes it anew and passes the hash on.</param>
public readonly record struct PermitWitnessTransferFrom<TWitness>(TokenPermissions Permitted, EvmAddress Spender, UInt256 Nonce, UInt256 Deadline, TWitness Witness) : ITypedData
    where TWitness : IPermit2Witness
{
    /// <inheritdoc/>
    public static Hash32 TypeHash { get; } =
        WitnessType.Hash("PermitWitnessTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline,", TWitness.EncodedType);

    /// <inheritdoc/>
    public static int FieldCount => 5;

    /// <summary>What <c>permitWitnessTransferFrom</c> takes as <c>witnessTypeString</c>: the rest of the type, sorted as EIP-712 demands.</summary>
    public static string WitnessTypeString { get; } = WitnessType.StringFor(TWitness.EncodedType);

    /// <inheritdoc/>
    public void WriteFields(Span<byte> words)
    {
        var writer = new TypedDataWriter(words);
        writer.Write(TypedDataHash.Struct(Permitted));
        writer.Write(Spender);
        writer.Write(Nonce);
        writer.Write(Deadline);
        writer.Write(TypedDataHash.Struct(Witness));
    }
}
