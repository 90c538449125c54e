using DePin.Sdk.Chains.Rpc;

namespace DePin.Sdk.IntegrationTests.Evm;

/// <summary>Stands between a client and its node, and does to its calls what a test says.</summary>
internal sealed class FaultyTransport(IJsonRpcTransport inner) : IJsonRpcTransport
{
    /// <summary>Looks at the answers before the client does; what it throws, the client gets instead.</summary>
    public Func<IReadOnlyList<JsonRpcRequest>, IReadOnlyList<JsonRpcResponse>, IReadOnlyList<JsonRpcResponse>>? Answered { get; set; }

    public async Task<IReadOnlyList<JsonRpcResponse>> SendAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken = default)
    {
        var answers = await inner.SendAsync(requests, cancellationToken);
        return Answered?.Invoke(requests, answers) ?? answers;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
