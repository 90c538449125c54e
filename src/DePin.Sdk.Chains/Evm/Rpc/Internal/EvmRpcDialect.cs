using System.Text.Json;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Rpc.Internal;

namespace DePin.Sdk.Chains.Evm.Rpc.Internal;

/// <summary>What transports must know of EVM nodes.</summary>
internal sealed class EvmRpcDialect : RpcDialect
{
    public static readonly EvmRpcDialect Instance = new();

    /// <summary>What is read of blocks, transactions, receipts and logs. Nodes add more of their own, and leave null away or not.</summary>
    private static readonly HashSet<string> Compared = new(StringComparer.Ordinal)
    {
        "address", "baseFeePerGas", "blockHash", "blockNumber", "contractAddress", "data", "effectiveGasPrice", "from", "gas", "gasLimit", "gasUsed", "gasUsedRatio", "hash", "input", "l1Fee", "logIndex", "logs",
        "maxFeePerGas", "maxPriorityFeePerGas", "nonce", "number", "oldestBlock", "parentHash", "reward", "status", "timestamp", "to", "topics", "transactionHash", "transactionIndex", "value",
    };

    private EvmRpcDialect()
    {
    }

    public override bool MayRepeat(string method) => RpcMethods.MayRepeat(method);

    public override bool IsSend(string method) => method == RpcMethods.SendRaw;

    public override JsonElement? ResultOfSent(JsonRpcRequest request) => RpcMethods.HashOfSent(request);

    public override RpcErrorMeaning MeaningOf(JsonRpcError error) => EvmErrorClassifier.KindOf(error) switch
    {
        EvmRpcError.UnknownBlock or EvmRpcError.Unsupported => RpcErrorMeaning.AskElsewhere,
        EvmRpcError.RateLimited => RpcErrorMeaning.Busy,
        EvmRpcError.TimedOut => RpcErrorMeaning.Unfinished,
        EvmRpcError.LimitExceeded => RpcErrorMeaning.TooLarge,
        EvmRpcError.AlreadyKnown => RpcErrorMeaning.AlreadyKnown,
        _ => RpcErrorMeaning.Answer,
    };

    public override string KindOf(JsonRpcError error) => EvmErrorClassifier.KindOf(error).ToString();

    public override RpcException ToException(string method, JsonRpcResponse response) => EvmErrorClassifier.ToException(method, response);

    public override string ComparableError(JsonRpcError error) => $"{EvmErrorClassifier.KindOf(error)} {Convert.ToHexString(EvmErrorClassifier.RevertData(error))}";

    public override bool IsCompared(string property) => Compared.Contains(property);

    // Addresses come with or without the case of their checksum.
    public override string Comparable(string text) => text.ToLowerInvariant();
}
