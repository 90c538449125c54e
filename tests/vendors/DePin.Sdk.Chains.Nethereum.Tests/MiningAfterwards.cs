using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Testing.Evm;

namespace DePin.Sdk.Chains.Nethereum.Tests;

/// <summary>Has a node that mines nothing by itself mine a block after each transaction that it took.</summary>
internal sealed class MiningAfterwards(IJsonRpcTransport inner, AnvilNode node) : IJsonRpcTransport
{
    public async Task<IReadOnlyList<JsonRpcResponse>> SendAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken = default)
    {
        var answers = await inner.SendAsync(requests, cancellationToken);
        if (requests.Any(request => request.Method == "eth_sendRawTransaction"))
        {
            await node.MineAsync(1, cancellationToken);
        }

        return answers;
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
