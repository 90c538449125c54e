using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Rpc;

namespace DePin.Sdk.IntegrationTests.Evm.Sending;

/// <summary>A connection that loses requests, or answers to requests that the node has taken.</summary>
internal sealed class LossyTransport(IJsonRpcTransport inner, Func<IReadOnlyList<JsonRpcRequest>, bool> losesRequest, Func<IReadOnlyList<JsonRpcRequest>, bool> losesAnswer) : IJsonRpcTransport
{
    public async Task<IReadOnlyList<JsonRpcResponse>> SendAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken = default)
    {
        if (losesRequest(requests))
        {
            throw new EvmRpcException(EvmRpcError.Unavailable, "connection refused");
        }

        var answers = await inner.SendAsync(requests, cancellationToken);
        return losesAnswer(requests) ? throw new EvmRpcException(EvmRpcError.TimedOut, "no answer in time", mayHaveBeenReceived: true) : answers;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
