using System.Text.Json;

namespace DePin.Sdk.Chains.Rpc;

/// <summary>One chain, as a node can be asked for it. Every family of chains has its own, for example <see cref="Evm.Rpc.EvmRpcChain"/>.</summary>
public abstract class RpcChain
{
    private protected RpcChain(string id) => Id = id;

    /// <summary>What tells the chain from others of its family, for example its EIP-155 number.</summary>
    public string Id { get; }

    /// <summary>The call that asks a node for its chain.</summary>
    internal abstract JsonRpcRequest Question { get; }

    /// <summary>What a node says its chain is, in the form of <see cref="Id"/>.</summary>
    /// <exception cref="RpcException">The answer is an error or no chain.</exception>
    internal abstract string ReadId(JsonRpcResponse response);

    /// <inheritdoc/>
    public override string ToString() => Id;
}
