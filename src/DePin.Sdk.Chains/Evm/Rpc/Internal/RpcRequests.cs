using DePin.Sdk.Chains.Rpc;
namespace DePin.Sdk.Chains.Evm.Rpc.Internal;

/// <summary>The calls that <see cref="EvmClient"/> makes.</summary>
internal static class RpcRequests
{
    private const int MaxTopics = 4;

    public static JsonRpcRequest Block(EvmBlockTag tag) => JsonRpcRequest.Create(tag.BlockHash is null ? "eth_getBlockByNumber" : "eth_getBlockByHash", writer =>
    {
        writer.WriteStringValue(tag.BlockHash?.ToString() ?? RpcWriter.TagText(tag));
        writer.WriteBooleanValue(false);
    });

    public static JsonRpcRequest OfAccount(string method, EvmAddress account, EvmBlockTag tag) => JsonRpcRequest.Create(method, writer =>
    {
        writer.WriteAddress(account);
        writer.WriteTag(tag);
    });

    public static JsonRpcRequest Storage(EvmAddress account, UInt256 slot, EvmBlockTag tag) => JsonRpcRequest.Create("eth_getStorageAt", writer =>
    {
        writer.WriteAddress(account);
        writer.WriteQuantity(slot);
        writer.WriteTag(tag);
    });

    public static JsonRpcRequest Call(string method, EvmCall call, EvmBlockTag tag)
    {
        ArgumentNullException.ThrowIfNull(call);
        return JsonRpcRequest.Create(method, writer =>
        {
            writer.WriteCall(call);
            writer.WriteTag(tag);
        });
    }

    public static JsonRpcRequest FeeHistory(int blocks, IReadOnlyList<double> percentiles, EvmBlockTag newest) => JsonRpcRequest.Create("eth_feeHistory", writer =>
    {
        writer.WriteQuantity((ulong)blocks);
        writer.WriteTag(newest);
        writer.WriteStartArray();
        foreach (var percentile in percentiles)
        {
            writer.WriteNumberValue(percentile);
        }

        writer.WriteEndArray();
    });

    public static JsonRpcRequest SendRaw(ReadOnlyMemory<byte> transaction) => JsonRpcRequest.Create("eth_sendRawTransaction", writer => writer.WriteBytes(transaction.Span));

    public static JsonRpcRequest ByHash(string method, Hash32 hash) => JsonRpcRequest.Create(method, writer => writer.WriteHash(hash));

    public static JsonRpcRequest Logs(EvmLogFilter filter)
    {
        EnsureTopics(filter);
        return filter.FromBlock.BlockHash is null && filter.ToBlock.BlockHash is null
            ? JsonRpcRequest.Create("eth_getLogs", writer => writer.WriteFilter(filter))
            : throw new ArgumentException($"A range of blocks is given by numbers or names; for one block by its hash set {nameof(EvmLogFilter.BlockHash)}.", nameof(filter));
    }

    public static JsonRpcRequest LogSubscription(EvmLogFilter filter)
    {
        EnsureTopics(filter);
        return JsonRpcRequest.Create("eth_subscribe", writer =>
        {
            writer.WriteStringValue("logs"u8);
            writer.WriteStartObject();
            writer.WriteAddressesAndTopics(filter);
            writer.WriteEndObject();
        });
    }

    private static void EnsureTopics(EvmLogFilter filter)
    {
        if (filter.Topics.Count > MaxTopics)
        {
            throw new ArgumentException($"A log has at most {MaxTopics} topics; the filter has {filter.Topics.Count}.", nameof(filter));
        }
    }
}
