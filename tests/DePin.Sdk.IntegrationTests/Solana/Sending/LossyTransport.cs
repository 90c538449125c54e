using DePin.Sdk.Chains.Rpc;

namespace DePin.Sdk.IntegrationTests.Solana.Sending;

/// <summary>A connection that loses requests, or answers to requests that the node has taken.</summary>
internal sealed class LossyTransport(IJsonRpcTransport inner, Func<IReadOnlyList<JsonRpcRequest>, bool> losesRequest, Func<IReadOnlyList<JsonRpcRequest>, bool> losesAnswer) : IJsonRpcTransport
{
    /// <summary>Whether transactions are handed over.</summary>
    public static bool Sends(IReadOnlyList<JsonRpcRequest> requests) => requests.Any(request => request.Method == "sendTransaction");

    public async Task<IReadOnlyList<JsonRpcResponse>> SendAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken = default)
    {
        if (losesRequest(requests))
        {
            throw new RpcTransportException(RpcTransportError.Unavailable, "connection refused");
        }

        var answers = await inner.SendAsync(requests, cancellationToken);
        return losesAnswer(requests) ? throw new RpcTransportException(RpcTransportError.TimedOut, "no answer in time", mayHaveBeenReceived: true) : answers;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
