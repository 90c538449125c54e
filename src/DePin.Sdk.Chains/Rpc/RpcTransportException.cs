namespace DePin.Sdk.Chains.Rpc;

/// <summary>A transport got no answer to a call. What it knows is the same for every chain.</summary>
public sealed class RpcTransportException : RpcException
{
    /// <summary>Describes a failure.</summary>
    /// <param name="kind">What kind of failure it is; it decides <see cref="DePinException.Code"/>, <see cref="DePinException.Fault"/> and <see cref="DePinException.IsTransient"/>.</param>
    /// <param name="message">What happened.</param>
    /// <param name="mayHaveBeenReceived">Whether the node may have executed the call.</param>
    /// <param name="nodeError">The error that the node answered with, where it refused several calls with one.</param>
    /// <param name="innerException">The cause, if any.</param>
    public RpcTransportException(RpcTransportError kind, string message, bool mayHaveBeenReceived = false, JsonRpcError? nodeError = null, Exception? innerException = null)
        : base(CodeOf(kind), FaultOf(kind), IsTransientKind(kind), message, nodeError?.Code, mayHaveBeenReceived, innerException)
    {
        Kind = kind;
        NodeError = nodeError;
    }

    /// <summary>What kind of failure it is.</summary>
    public RpcTransportError Kind { get; }

    /// <summary>The error with which the node refused the exchange; null where it gave none.</summary>
    public JsonRpcError? NodeError { get; }

    /// <summary>The same failure, seen from a call that may have been received or not.</summary>
    internal RpcTransportException With(bool mayHaveBeenReceived) => new(Kind, Message, mayHaveBeenReceived, NodeError, this);

    private static DePinErrorCode CodeOf(RpcTransportError kind) => kind switch
    {
        RpcTransportError.LimitExceeded => DePinErrorCode.MessageTooLarge,
        RpcTransportError.RateLimited => DePinErrorCode.Overloaded,
        RpcTransportError.Unsupported => DePinErrorCode.Unsupported,
        RpcTransportError.Malformed => DePinErrorCode.InvalidFrame,
        RpcTransportError.Refused => DePinErrorCode.SettlementFailed,
        _ => DePinErrorCode.Unavailable,
    };

    private static Fault FaultOf(RpcTransportError kind) => kind switch
    {
        RpcTransportError.Unavailable or RpcTransportError.TimedOut or RpcTransportError.RateLimited => DePin.Sdk.Fault.Network,
        _ => DePin.Sdk.Fault.Chain,
    };

    private static bool IsTransientKind(RpcTransportError kind)
        => kind is RpcTransportError.Unavailable or RpcTransportError.TimedOut or RpcTransportError.RateLimited or RpcTransportError.Malformed or RpcTransportError.NoQuorum;
}
