using System.Text.Json;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Rpc.Internal;

namespace DePin.Sdk.Chains.Evm.Rpc.Internal;

/// <summary>Tells what a node's error means. Nearly all of them share code -32000, so what counts is the message, which differs from node to node.</summary>
internal static class EvmErrorClassifier
{
    /// <summary>Contracts deployed today can be 24 KiB, and what they revert with is bounded by gas alone.</summary>
    private const int MaxRevertBytes = 64 * 1024;

    public static EvmRpcError KindOf(JsonRpcError error) => KindOf(error, NodeText.Printable(error.Message), RevertData(error.Data));

    /// <summary>What the contract gave as its reason; empty when it gave none, or the error is no revert.</summary>
    public static byte[] RevertData(JsonRpcError error) => RevertData(error.Data);

    /// <summary>The exception for an answer that is an error.</summary>
    public static EvmRpcException ToException(string method, JsonRpcResponse response)
    {
        var error = response.Error ?? throw new ArgumentException("The answer is no error.", nameof(response));
        bool mayHaveBeenReceived = response.MayHaveBeenReceived;
        string message = NodeText.Printable(error.Message);
        var data = RevertData(error.Data);
        var kind = KindOf(error, message, data);
        if (kind != EvmRpcError.Reverted)
        {
            return new EvmRpcException(kind, $"{method} failed: {message} (code {error.Code}).", error.Code, mayHaveBeenReceived: mayHaveBeenReceived);
        }

        var reason = RevertReason.Decode(data);
        string text = reason.Data.IsEmpty ? message : NodeText.Printable(reason.ToString());
        return new EvmRpcException(kind, $"{method} was executed and failed: {text} (code {error.Code}).", error.Code, reason, mayHaveBeenReceived);
    }

    /// <summary>The exception for an answer that a transport did not get.</summary>
    public static EvmRpcException ToException(string method, RpcTransportException problem)
    {
        if (problem.NodeError is { } error)
        {
            return ToException(method, JsonRpcResponse.FromError(error, problem.MayHaveBeenReceived));
        }

        var kind = problem.Kind switch
        {
            RpcTransportError.LimitExceeded => EvmRpcError.LimitExceeded,
            RpcTransportError.RateLimited => EvmRpcError.RateLimited,
            RpcTransportError.Unsupported => EvmRpcError.Unsupported,
            RpcTransportError.Malformed => EvmRpcError.Malformed,
            RpcTransportError.Unavailable => EvmRpcError.Unavailable,
            RpcTransportError.TimedOut => EvmRpcError.TimedOut,
            RpcTransportError.WrongChain => EvmRpcError.WrongChain,
            RpcTransportError.NoQuorum => EvmRpcError.NoQuorum,
            _ => EvmRpcError.Other,
        };
        return new EvmRpcException(kind, problem.Message, mayHaveBeenReceived: problem.MayHaveBeenReceived, innerException: problem);
    }

    private static EvmRpcError KindOf(JsonRpcError error, string message, byte[] data)
    {
        // Code 3 is the agreed one for a revert with data; the words of its message are the contract's and prove nothing.
        if (error.Code == 3 || message.StartsWith("execution reverted", StringComparison.OrdinalIgnoreCase) || (data.Length > 0 && message.Contains("revert", StringComparison.OrdinalIgnoreCase)))
        {
            return EvmRpcError.Reverted;
        }

        foreach (var (text, kind) in EvmErrorPhrases.All)
        {
            if (message.Contains(text, StringComparison.OrdinalIgnoreCase))
            {
                return kind;
            }
        }

        // EIP-1474; -32015 is how Nethermind and the OpenEthereum family say that the execution failed.
        return error.Code switch
        {
            -32001 => EvmRpcError.UnknownBlock,
            -32004 or -32601 => EvmRpcError.Unsupported,
            -32005 => EvmRpcError.LimitExceeded,
            429 => EvmRpcError.RateLimited,
            -32015 => EvmRpcError.Reverted,
            _ => EvmRpcError.Other,
        };
    }

    /// <summary>The data of a revert: a hexadecimal text, with "Reverted " before it in some nodes, or inside an object in others.</summary>
    private static byte[] RevertData(JsonElement? given)
    {
        if (given is not { } data)
        {
            return [];
        }

        if (data.ValueKind == JsonValueKind.Object && data.TryGetProperty("data"u8, out var inner))
        {
            data = inner;
        }

        if (data.ValueKind != JsonValueKind.String)
        {
            return [];
        }

        try
        {
            string text = data.GetString()!;
            int start = text.StartsWith("Reverted ", StringComparison.Ordinal) ? "Reverted ".Length : 0;
            return text.Length - start <= 2 + (2 * MaxRevertBytes) ? Hex.Decode(text[start..]) : [];
        }
        catch (Exception problem) when (problem is EvmFormatException or InvalidOperationException)
        {
            return [];
        }
    }
}
