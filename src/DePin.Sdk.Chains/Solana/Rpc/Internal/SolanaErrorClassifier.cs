using System.Text.Json;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Rpc.Internal;

namespace DePin.Sdk.Chains.Solana.Rpc.Internal;

/// <summary>Tells what a Solana node's error means: by its code where that is the protocol's own, by the runtime's error in its data, and by words where a node has neither.</summary>
internal static class SolanaErrorClassifier
{
    private const int PreflightFailure = -32002;

    private static readonly (string Text, SolanaRpcError Kind)[] Phrases =
    [
        ("already been processed", SolanaRpcError.AlreadyProcessed),
        ("alreadyprocessed", SolanaRpcError.AlreadyProcessed),
        ("blockhash not found", SolanaRpcError.BlockhashNotFound),
        ("blockhashnotfound", SolanaRpcError.BlockhashNotFound),
        ("signature verification", SolanaRpcError.SignatureFailure),
        ("rate limit", SolanaRpcError.RateLimited),
        ("rate-limit", SolanaRpcError.RateLimited),
        ("ratelimit", SolanaRpcError.RateLimited),
        ("too many requests", SolanaRpcError.RateLimited),
        ("requests per second", SolanaRpcError.RateLimited),
        ("request limit", SolanaRpcError.RateLimited),
        ("minimum context slot", SolanaRpcError.MinContextSlot),
        ("node is behind", SolanaRpcError.NodeBehind),
        ("node is unhealthy", SolanaRpcError.NodeBehind),
        ("excluded from account secondary indexes", SolanaRpcError.MethodUnavailable),
        ("transaction history is not available", SolanaRpcError.MethodUnavailable),
        ("method not found", SolanaRpcError.MethodUnavailable),
        ("method not supported", SolanaRpcError.MethodUnavailable),
        ("not available on", SolanaRpcError.MethodUnavailable),
        ("too many inputs", SolanaRpcError.LimitExceeded),
        ("too large", SolanaRpcError.LimitExceeded),
        ("too many", SolanaRpcError.LimitExceeded),
        ("exceeds the limit", SolanaRpcError.LimitExceeded),
        ("batch size", SolanaRpcError.LimitExceeded),
        ("timed out", SolanaRpcError.TimedOut),
        ("timeout", SolanaRpcError.TimedOut),
    ];

    public static SolanaRpcError KindOf(JsonRpcError error) => KindOf(error, ErrorIn(error));

    /// <summary>The exception for an answer that is an error.</summary>
    public static SolanaRpcException ToException(string method, JsonRpcResponse response)
    {
        var error = response.Error ?? throw new ArgumentException("The answer is no error.", nameof(response));
        var transactionError = ErrorIn(error);
        var kind = KindOf(error, transactionError);
        string message = NodeText.Printable(error.Message);
        return new SolanaRpcException(
            kind,
            $"{method} failed: {(kind == SolanaRpcError.SimulationFailed && transactionError is not null ? transactionError.ToString() : message)} (code {error.Code}).",
            error.Code,
            transactionError,
            DataOf(error, static data => data.Optional("logs"u8) is { } logs ? SolanaTypes.Logs(logs) : null),
            DataOf(error, static data => data.Optional("unitsConsumed"u8)?.Number()),
            response.MayHaveBeenReceived);
    }

    /// <summary>The exception for an answer that a transport did not get.</summary>
    public static SolanaRpcException ToException(string method, RpcTransportException problem)
    {
        if (problem.NodeError is { } error)
        {
            return ToException(method, JsonRpcResponse.FromError(error, problem.MayHaveBeenReceived));
        }

        var kind = problem.Kind switch
        {
            RpcTransportError.LimitExceeded => SolanaRpcError.LimitExceeded,
            RpcTransportError.RateLimited => SolanaRpcError.RateLimited,
            RpcTransportError.Unsupported => SolanaRpcError.MethodUnavailable,
            RpcTransportError.Malformed => SolanaRpcError.Malformed,
            RpcTransportError.Unavailable => SolanaRpcError.Unavailable,
            RpcTransportError.TimedOut => SolanaRpcError.TimedOut,
            RpcTransportError.WrongChain => SolanaRpcError.WrongChain,
            RpcTransportError.NoQuorum => SolanaRpcError.NoQuorum,
            _ => SolanaRpcError.Other,
        };
        return new SolanaRpcException(kind, problem.Message, mayHaveBeenReceived: problem.MayHaveBeenReceived, innerException: problem);
    }

    private static SolanaRpcError KindOf(JsonRpcError error, SolanaTransactionError? transactionError)
    {
        switch (transactionError?.Kind)
        {
            case SolanaTransactionErrorKind.BlockhashNotFound:
                return SolanaRpcError.BlockhashNotFound;
            case SolanaTransactionErrorKind.AlreadyProcessed:
                return SolanaRpcError.AlreadyProcessed;
            case SolanaTransactionErrorKind.SignatureFailure:
                return SolanaRpcError.SignatureFailure;
            case not null:
                return SolanaRpcError.SimulationFailed;
        }

        // Codes of Agave's custom errors, -32001 to -32019; vendors use some of them for other things, which their words tell.
        SolanaRpcError? byCode = error.Code switch
        {
            -32001 or -32004 or -32007 or -32008 or -32009 or -32014 or -32019 => SolanaRpcError.SlotUnavailable,
            -32003 or -32006 or -32013 => SolanaRpcError.SignatureFailure,
            -32010 or -32011 or -32601 => SolanaRpcError.MethodUnavailable,
            -32012 => SolanaRpcError.LimitExceeded,
            -32015 => SolanaRpcError.InvalidRequest,
            -32016 => SolanaRpcError.MinContextSlot,
            429 or -32429 => SolanaRpcError.RateLimited,
            _ => null,
        };
        if (byCode is { } known)
        {
            return known;
        }

        foreach (var (text, kind) in Phrases)
        {
            if (error.Message.Contains(text, StringComparison.OrdinalIgnoreCase))
            {
                return kind;
            }
        }

        return error.Code switch
        {
            -32005 => SolanaRpcError.NodeBehind,
            -32600 or -32602 => SolanaRpcError.InvalidRequest,
            PreflightFailure => SolanaRpcError.SimulationFailed,
            _ => SolanaRpcError.Other,
        };
    }

    private static SolanaTransactionError? ErrorIn(JsonRpcError error) => error.Code == PreflightFailure ? DataOf(error, static data => data.ErrorOf("err"u8)) : null;

    // What comes with an error is a help; one that cannot be read leaves the error what it is.
    private static T? DataOf<T>(JsonRpcError error, Func<JsonElement, T?> read)
    {
        try
        {
            return error.Data is { ValueKind: JsonValueKind.Object } data ? read(data) : default;
        }
        catch (Exception problem) when (problem is SolanaFormatException or InvalidOperationException or FormatException or OverflowException)
        {
            return default;
        }
    }
}
