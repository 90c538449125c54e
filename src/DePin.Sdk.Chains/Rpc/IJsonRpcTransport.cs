namespace DePin.Sdk.Chains.Rpc;

/// <summary>Carries JSON-RPC 2.0 calls to a node. Safe for several threads.</summary>
public interface IJsonRpcTransport : IAsyncDisposable
{
    /// <summary>Sends calls, together where the carrier can, and returns one answer for each, in the order of the calls.</summary>
    /// <remarks>A call that the node answers with an error is an answer; see <see cref="JsonRpcResponse.Error"/>. Calls are not atomic, and may be executed in any order.</remarks>
    /// <param name="requests">The calls; none give no answers.</param>
    /// <param name="cancellationToken">Stops the waiting; calls that were sent may be executed all the same.</param>
    /// <exception cref="RpcTransportException">No answer came (<see cref="RpcTransportError.Unavailable"/>, <see cref="RpcTransportError.TimedOut"/>, <see cref="RpcTransportError.RateLimited"/>), or one that is no JSON-RPC
    /// (<see cref="RpcTransportError.Malformed"/>). <see cref="RpcException.MayHaveBeenReceived"/> says whether the node may have executed them.</exception>
    Task<IReadOnlyList<JsonRpcResponse>> SendAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken = default);
}
