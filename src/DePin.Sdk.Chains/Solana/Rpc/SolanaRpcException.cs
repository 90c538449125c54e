using DePin.Sdk.Chains.Rpc;

namespace DePin.Sdk.Chains.Solana.Rpc;

/// <summary>A call to a Solana node failed, or its answer cannot be trusted.</summary>
public sealed class SolanaRpcException : RpcException
{
    /// <summary>Describes a failure.</summary>
    /// <param name="kind">What kind of failure it is; it decides <see cref="DePinException.Code"/>, <see cref="DePinException.Fault"/> and <see cref="DePinException.IsTransient"/>.</param>
    /// <param name="message">What happened.</param>
    /// <param name="nodeCode">The code in the node's error, if it answered with one.</param>
    /// <param name="transactionError">Why the transaction fails.</param>
    /// <param name="logs">What the programs logged.</param>
    /// <param name="unitsConsumed">The compute units that were used.</param>
    /// <param name="mayHaveBeenReceived">Whether the node may have executed the call.</param>
    /// <param name="innerException">The cause, if any.</param>
    public SolanaRpcException(
        SolanaRpcError kind,
        string message,
        int? nodeCode = null,
        SolanaTransactionError? transactionError = null,
        IReadOnlyList<string>? logs = null,
        ulong? unitsConsumed = null,
        bool mayHaveBeenReceived = false,
        Exception? innerException = null)
        : base(CodeOf(kind, transactionError), FaultOf(kind), IsTransientKind(kind), message, nodeCode, mayHaveBeenReceived, innerException)
    {
        Kind = kind;
        TransactionError = transactionError;
        Logs = logs ?? [];
        UnitsConsumed = unitsConsumed;
    }

    /// <summary>What kind of failure it is.</summary>
    public SolanaRpcError Kind { get; }

    /// <summary>Why the transaction fails; null when the failure is not the transaction's, or the node does not say.</summary>
    public SolanaTransactionError? TransactionError { get; }

    /// <summary>What the programs logged when the node tried the transaction out; may be empty or cut off.</summary>
    public IReadOnlyList<string> Logs { get; }

    /// <summary>The compute units that the attempt used; null when the node does not say.</summary>
    public ulong? UnitsConsumed { get; }

    private static DePinErrorCode CodeOf(SolanaRpcError kind, SolanaTransactionError? error) => kind switch
    {
        _ when error?.Kind is SolanaTransactionErrorKind.InsufficientFundsForFee or SolanaTransactionErrorKind.InsufficientFundsForRent => DePinErrorCode.InsufficientFunds,
        SolanaRpcError.LimitExceeded => DePinErrorCode.MessageTooLarge,
        SolanaRpcError.RateLimited => DePinErrorCode.Overloaded,
        SolanaRpcError.MethodUnavailable => DePinErrorCode.Unsupported,
        SolanaRpcError.Malformed => DePinErrorCode.InvalidFrame,
        SolanaRpcError.NodeBehind or SolanaRpcError.MinContextSlot or SolanaRpcError.Unavailable or SolanaRpcError.TimedOut or SolanaRpcError.WrongChain or SolanaRpcError.NoQuorum => DePinErrorCode.Unavailable,
        _ => DePinErrorCode.SettlementFailed,
    };

    private static Fault FaultOf(SolanaRpcError kind) => kind switch
    {
        SolanaRpcError.Unavailable or SolanaRpcError.TimedOut or SolanaRpcError.RateLimited => DePin.Sdk.Fault.Network,
        _ => DePin.Sdk.Fault.Chain,
    };

    private static bool IsTransientKind(SolanaRpcError kind) => kind
        is SolanaRpcError.BlockhashNotFound or SolanaRpcError.NodeBehind or SolanaRpcError.MinContextSlot or SolanaRpcError.SlotUnavailable or SolanaRpcError.RateLimited
        or SolanaRpcError.Malformed or SolanaRpcError.Unavailable or SolanaRpcError.TimedOut or SolanaRpcError.NoQuorum;
}
