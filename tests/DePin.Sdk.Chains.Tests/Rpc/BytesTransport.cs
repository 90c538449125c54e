using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Rpc.Internal;

namespace DePin.Sdk.Chains.Tests.Rpc;

/// <summary>Reads what it was given as the answer of a node, as the carriers do.</summary>
internal sealed class BytesTransport : IJsonRpcTransport
{
    public byte[] Answer { get; set; } = [];

    public Task<IReadOnlyList<JsonRpcResponse>> SendAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken = default)
        => Task.FromResult(JsonRpcCodec.Decode(Answer, requests, firstId: 1));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
