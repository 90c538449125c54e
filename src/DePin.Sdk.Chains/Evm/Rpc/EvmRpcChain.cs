using System.Globalization;
using DePin.Sdk.Chains.Evm.Rpc.Internal;
using DePin.Sdk.Chains.Rpc;

namespace DePin.Sdk.Chains.Evm.Rpc;

/// <summary>An EVM chain, by its number.</summary>
/// <param name="chainId">The number (EIP-155).</param>
public sealed class EvmRpcChain(ulong chainId) : RpcChain(chainId.ToString(CultureInfo.InvariantCulture))
{
    private static readonly JsonRpcRequest ChainIdRequest = new("eth_chainId");

    /// <summary>The number of the chain (EIP-155).</summary>
    public ulong ChainId { get; } = chainId;

    internal override JsonRpcRequest Question => ChainIdRequest;

    internal override string ReadId(JsonRpcResponse response) => response.Error is not null
        ? throw EvmErrorClassifier.ToException(ChainIdRequest.Method, response)
        : RpcReader.Read(ChainIdRequest.Method, response.Result, RpcReader.Number).ToString(CultureInfo.InvariantCulture);
}
