using System.Text.Json;
using DePin.Sdk.Chains.Evm.Rpc.Internal;
using DePin.Sdk.Chains.Solana.Rpc.Internal;

namespace DePin.Sdk.Chains.Rpc.Internal;

/// <summary>What transports must know of a family of chains: which calls may be repeated, and what its nodes' errors mean.</summary>
internal abstract class RpcDialect
{
    /// <summary>The dialect of a method: names of EVM nodes have an underscore after their namespace, and Solana's never have one.</summary>
    public static RpcDialect Of(string method) => method.Contains('_', StringComparison.Ordinal) ? EvmRpcDialect.Instance : SolanaRpcDialect.Instance;

    /// <summary>Whether doing a call twice is the same as doing it once. A method that is not known may do anything.</summary>
    public abstract bool MayRepeat(string method);

    /// <summary>Whether a call hands over a signed transaction, for which one node that takes it is enough.</summary>
    public abstract bool IsSend(string method);

    /// <summary>What a node answers when it takes the transaction that a call hands over; null for any other call.</summary>
    public abstract JsonElement? ResultOfSent(JsonRpcRequest request);

    public abstract RpcErrorMeaning MeaningOf(JsonRpcError error);

    /// <summary>The kind of an error for measurements, of which there are few.</summary>
    public abstract string KindOf(JsonRpcError error);

    /// <summary>The exception for an answer that is an error.</summary>
    public abstract RpcException ToException(string method, JsonRpcResponse response);

    /// <summary>What makes two errors the same when nodes are compared.</summary>
    public abstract string ComparableError(JsonRpcError error);

    /// <summary>Whether a property of an answer counts when nodes are compared.</summary>
    public abstract bool IsCompared(string property);

    /// <summary>A text of an answer in the form in which nodes are compared.</summary>
    public abstract string Comparable(string text);
}
