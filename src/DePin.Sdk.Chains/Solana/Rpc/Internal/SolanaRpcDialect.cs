using System.Globalization;
using System.Text.Json;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Rpc.Internal;

namespace DePin.Sdk.Chains.Solana.Rpc.Internal;

/// <summary>What transports must know of Solana nodes.</summary>
internal sealed class SolanaRpcDialect : RpcDialect
{
    public static readonly SolanaRpcDialect Instance = new();

    private SolanaRpcDialect()
    {
    }

    public override bool MayRepeat(string method) => SolanaMethods.MayRepeat(method);

    public override bool IsSend(string method) => method == SolanaMethods.Send;

    public override JsonElement? ResultOfSent(JsonRpcRequest request) => SolanaMethods.SignatureOfSent(request);

    public override RpcErrorMeaning MeaningOf(JsonRpcError error) => SolanaErrorClassifier.KindOf(error) switch
    {
        // A blockhash that one node does not know may be newer than its view.
        SolanaRpcError.NodeBehind or SolanaRpcError.MinContextSlot or SolanaRpcError.SlotUnavailable or SolanaRpcError.MethodUnavailable or SolanaRpcError.BlockhashNotFound => RpcErrorMeaning.AskElsewhere,
        SolanaRpcError.RateLimited => RpcErrorMeaning.Busy,
        SolanaRpcError.TimedOut => RpcErrorMeaning.Unfinished,
        SolanaRpcError.LimitExceeded => RpcErrorMeaning.TooLarge,
        SolanaRpcError.AlreadyProcessed => RpcErrorMeaning.AlreadyKnown,
        _ => RpcErrorMeaning.Answer,
    };

    public override string KindOf(JsonRpcError error) => SolanaErrorClassifier.KindOf(error).ToString();

    public override RpcException ToException(string method, JsonRpcResponse response) => SolanaErrorClassifier.ToException(method, response);

    public override string ComparableError(JsonRpcError error) => string.Create(CultureInfo.InvariantCulture, $"{SolanaErrorClassifier.KindOf(error)} {error.Code}");

    // Every answer names the slot at which it was given and the version of the node, and no two nodes agree about those.
    public override bool IsCompared(string property) => property is not ("context" or "apiVersion" or "rentEpoch");

    public override string Comparable(string text) => text;
}
