using System.Text.Json;
using DePin.Sdk.Chains.Evm.Rpc.Internal;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Rpc.Internal;

namespace DePin.Sdk.Chains.Evm.Rpc;

/// <summary>What an EVM node tells by itself over a connection.</summary>
public static class EvmSubscriptions
{
    private const string Method = "eth_subscribe";

    /// <summary>Subscribes to the heads of new blocks. After a reorganisation the new branch's heads come, with numbers that came before.</summary>
    /// <exception cref="EvmRpcException">The node cannot be reached or refuses.</exception>
    public static Task<RpcSubscription<EvmBlock>> SubscribeNewHeadsAsync(this WebSocketJsonRpcTransport transport, CancellationToken cancellationToken = default)
        => SubscribeAsync(transport, JsonRpcRequest.Create(Method, writer => writer.WriteStringValue("newHeads"u8)), RpcTypes.Block, cancellationToken);

    /// <summary>Subscribes to new logs. Only the filter's contracts and topics count, not its blocks.</summary>
    /// <exception cref="ArgumentException">The filter has more than four topics.</exception>
    /// <exception cref="EvmRpcException">The node cannot be reached or refuses.</exception>
    public static Task<RpcSubscription<EvmLog>> SubscribeLogsAsync(this WebSocketJsonRpcTransport transport, EvmLogFilter filter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return SubscribeAsync(transport, RpcRequests.LogSubscription(filter), value => RpcTypes.SubscribedLog(value, filter), cancellationToken);
    }

    private static async Task<RpcSubscription<T>> SubscribeAsync<T>(WebSocketJsonRpcTransport transport, JsonRpcRequest request, Func<JsonElement, T> read, CancellationToken cancellationToken)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(transport);
        var terms = new SubscriptionTerms<T>
        {
            Request = request,
            Unsubscribe = "eth_unsubscribe",
            Notification = "eth_subscription",
            NameKind = JsonValueKind.String,
            Read = value => RpcReader.Read(Method, value, read),
        };
        try
        {
            return await transport.SubscribeAsync(terms, cancellationToken).ConfigureAwait(false);
        }
        catch (RpcTransportException problem)
        {
            throw EvmErrorClassifier.ToException(Method, problem);
        }
    }
}
