using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Rpc;

namespace DePin.Sdk.Chains.Evm.Rpc;

/// <summary>A call to an EVM node failed, or its answer cannot be trusted.</summary>
public sealed class EvmRpcException : RpcException
{
    /// <summary>Describes a failure.</summary>
    /// <param name="kind">What kind of failure it is; it decides <see cref="DePinException.Code"/>, <see cref="DePinException.Fault"/> and <see cref="DePinException.IsTransient"/>.</param>
    /// <param name="message">What happened.</param>
    /// <param name="nodeCode">The code in the node's error, if it answered with one.</param>
    /// <param name="revert">The reason of a revert.</param>
    /// <param name="mayHaveBeenReceived">Whether the node may have executed the call.</param>
    /// <param name="innerException">The cause, if any.</param>
    public EvmRpcException(
        EvmRpcError kind,
        string message,
        int? nodeCode = null,
        RevertReason? revert = null,
        bool mayHaveBeenReceived = false,
        Exception? innerException = null)
        : base(CodeOf(kind), FaultOf(kind), IsTransientKind(kind), message, nodeCode, mayHaveBeenReceived, innerException)
    {
        Kind = kind;
        Revert = revert;
    }

    /// <summary>What kind of failure it is.</summary>
    public EvmRpcError Kind { get; }

    /// <summary>Why the contract reverted; null unless <see cref="Kind"/> is <see cref="EvmRpcError.Reverted"/>. Decode <see cref="RevertReason.Data"/> again with the contract's own errors for more.</summary>
    public RevertReason? Revert { get; }

    private static DePinErrorCode CodeOf(EvmRpcError kind) => kind switch
    {
        EvmRpcError.InsufficientFunds => DePinErrorCode.InsufficientFunds,
        EvmRpcError.LimitExceeded => DePinErrorCode.MessageTooLarge,
        EvmRpcError.RateLimited => DePinErrorCode.Overloaded,
        EvmRpcError.Unsupported => DePinErrorCode.Unsupported,
        EvmRpcError.Malformed => DePinErrorCode.InvalidFrame,
        EvmRpcError.Unavailable or EvmRpcError.TimedOut or EvmRpcError.WrongChain or EvmRpcError.NoQuorum => DePinErrorCode.Unavailable,
        _ => DePinErrorCode.SettlementFailed,
    };

    private static Fault FaultOf(EvmRpcError kind) => kind switch
    {
        EvmRpcError.Unavailable or EvmRpcError.TimedOut or EvmRpcError.RateLimited => DePin.Sdk.Fault.Network,
        _ => DePin.Sdk.Fault.Chain,
    };

    private static bool IsTransientKind(EvmRpcError kind)
        => kind is EvmRpcError.Unavailable or EvmRpcError.TimedOut or EvmRpcError.RateLimited or EvmRpcError.UnknownBlock or EvmRpcError.Malformed or EvmRpcError.NoQuorum;
}
