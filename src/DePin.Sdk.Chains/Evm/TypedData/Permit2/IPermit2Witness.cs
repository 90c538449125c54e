namespace DePin.Sdk.Chains.Evm.TypedData.Permit2;

/// <summary>A struct that the owner signs together with a Permit2 transfer, so that the spender can take the money for that purpose only.</summary>
public interface IPermit2Witness : ITypedData
{
    /// <summary>The type as EIP-712 encodes it: its own definition, then those of the structs in it, for example
    /// <c>Order(address maker,Fee fee)Fee(uint256 amount)</c>. <see cref="ITypedData.TypeHash"/> is its Keccak-256 digest.</summary>
    static abstract string EncodedType { get; }
}
