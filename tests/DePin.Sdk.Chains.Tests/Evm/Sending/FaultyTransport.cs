using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Rpc;

namespace DePin.Sdk.Chains.Tests.Evm.Sending;

/// <summary>A connection that breaks before or after the node has got what was sent, as a script says.</summary>
internal sealed class FaultyTransport(IJsonRpcTransport inner, Func<IReadOnlyList<JsonRpcRequest>, FaultyTransport.Fault> script) : IJsonRpcTransport
{
    public enum Fault
    {
        None,
        BeforeDelivery,
        AfterDelivery,
    }

    /// <summary>Breaks a number of requests that hold a call of a method.</summary>
    public static FaultyTransport Times(IJsonRpcTransport inner, int times, string method, Fault fault) =>
        new(inner, requests => requests.Any(request => request.Method == method) && times-- > 0 ? fault : Fault.None);

    public async Task<IReadOnlyList<JsonRpcResponse>> SendAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken = default)
    {
        var fault = script(requests);
        if (fault == Fault.BeforeDelivery)
        {
            throw new EvmRpcException(EvmRpcError.Unavailable, "connection refused");
        }

        var answers = await inner.SendAsync(requests, cancellationToken);
        return fault == Fault.AfterDelivery
            ? throw new EvmRpcException(EvmRpcError.TimedOut, "no answer", mayHaveBeenReceived: true)
            : answers;
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
