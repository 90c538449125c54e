using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Chains.Solana.Sending;

/// <summary>A transaction did not do what it was sent for, or it is not known yet whether it did; see <see cref="Error"/> and <see cref="SettlementException.MayHaveBeenBroadcast"/>.</summary>
public sealed class SolanaSendException : SettlementException
{
    /// <summary>Describes a failure.</summary>
    /// <param name="error">Why; it decides <see cref="DePinException.Code"/>, <see cref="DePinException.Fault"/> and <see cref="DePinException.IsTransient"/>.</param>
    /// <param name="message">What happened and what to do about it.</param>
    /// <param name="mayHaveBeenBroadcast">Whether it may take effect all the same.</param>
    /// <param name="transaction">The transaction, when one was signed.</param>
    /// <param name="transactionError">What the runtime or a program said against it.</param>
    /// <param name="logs">What the programs logged.</param>
    /// <param name="innerException">The cause, if any.</param>
    public SolanaSendException(
        SolanaSendError error,
        string message,
        bool mayHaveBeenBroadcast = false,
        SolanaSignature? transaction = null,
        SolanaTransactionError? transactionError = null,
        IReadOnlyList<string>? logs = null,
        Exception? innerException = null)
        : base(CodeOf(error), FaultOf(error), message, mayHaveBeenBroadcast, transaction?.ToString(), IsTransientError(error), innerException)
    {
        Error = error;
        TransactionError = transactionError;
        Logs = logs ?? [];
    }

    /// <summary>Why.</summary>
    public SolanaSendError Error { get; }

    /// <summary>What the runtime or a program said against it, with the place among <see cref="SolanaTransactionRequest.Instructions"/> and the program's own code; null unless it was refused or failed. Place -1 is the advance of the nonce, which the sender adds.</summary>
    public SolanaTransactionError? TransactionError { get; }

    /// <summary>What the programs logged; empty when nothing ran or the node does not say.</summary>
    public IReadOnlyList<string> Logs { get; }

    private static DePinErrorCode CodeOf(SolanaSendError error) => error switch
    {
        SolanaSendError.InsufficientFunds => DePinErrorCode.InsufficientFunds,
        SolanaSendError.TooLarge => DePinErrorCode.MessageTooLarge,
        SolanaSendError.SigningFailed => DePinErrorCode.InvalidSignature,
        SolanaSendError.Expired or SolanaSendError.Pending or SolanaSendError.Unavailable => DePinErrorCode.Unavailable,
        SolanaSendError.KeyReused => DePinErrorCode.InvalidRequest,
        SolanaSendError.JournalFailed => DePinErrorCode.StorageFailed,
        _ => DePinErrorCode.SettlementFailed,
    };

    private static Fault FaultOf(SolanaSendError error) => error switch
    {
        SolanaSendError.Unavailable => DePin.Sdk.Fault.Network,
        SolanaSendError.Refused or SolanaSendError.Failed or SolanaSendError.Expired or SolanaSendError.Pending or SolanaSendError.Unknown => DePin.Sdk.Fault.Chain,
        _ => DePin.Sdk.Fault.Consumer,
    };

    private static bool IsTransientError(SolanaSendError error) => error is SolanaSendError.Expired or SolanaSendError.Pending or SolanaSendError.Unavailable;
}
