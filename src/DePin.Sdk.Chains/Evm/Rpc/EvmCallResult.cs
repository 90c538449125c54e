namespace DePin.Sdk.Chains.Evm.Rpc;

/// <summary>What one of several calls gave: data, or the reason why it failed.</summary>
/// <param name="Output">What the call returned; empty when it failed.</param>
/// <param name="Failure">Why it failed; null when it succeeded.</param>
public sealed record EvmCallResult(ReadOnlyMemory<byte> Output, EvmRpcException? Failure)
{
    /// <summary>What the call returned.</summary>
    /// <exception cref="EvmRpcException">The call failed.</exception>
    public ReadOnlyMemory<byte> OutputOrThrow() => Failure is null
        ? Output
        : throw new EvmRpcException(Failure.Kind, Failure.Message, Failure.NodeCode, Failure.Revert, Failure.MayHaveBeenReceived, Failure);
}
