using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Chains.Evm.Sending;

/// <summary>A transaction did not do what it was sent for, or it is not known yet whether it did; see <see cref="Error"/> and <see cref="SettlementException.MayHaveBeenBroadcast"/>.</summary>
public sealed class EvmSendException : SettlementException
{
    /// <summary>Describes a failure.</summary>
    /// <param name="error">Why; it decides <see cref="DePinException.Code"/>, <see cref="DePinException.Fault"/> and <see cref="DePinException.IsTransient"/>.</param>
    /// <param name="message">What happened and what to do about it.</param>
    /// <param name="mayHaveBeenBroadcast">Whether it may take effect all the same.</param>
    /// <param name="transaction">The transaction, when one was formed.</param>
    /// <param name="receipt">The receipt, when the chain holds it.</param>
    /// <param name="revert">The contract's reason.</param>
    /// <param name="innerException">The cause, if any.</param>
    public EvmSendException(
        EvmSendError error,
        string message,
        bool mayHaveBeenBroadcast = false,
        Hash32? transaction = null,
        EvmReceipt? receipt = null,
        RevertReason? revert = null,
        Exception? innerException = null)
        : base(CodeOf(error), FaultOf(error), message, mayHaveBeenBroadcast, transaction?.ToString(), IsTransientError(error), innerException)
    {
        Error = error;
        Receipt = receipt;
        Revert = revert;
    }

    /// <summary>Why.</summary>
    public EvmSendError Error { get; }

    /// <summary>The receipt of what the chain holds: the transaction that reverted, or the cancellation; null when the chain holds nothing.</summary>
    public EvmReceipt? Receipt { get; }

    /// <summary>Why the contract refused; null unless <see cref="Error"/> is <see cref="EvmSendError.Reverted"/>.</summary>
    public RevertReason? Revert { get; }

    private static DePinErrorCode CodeOf(EvmSendError error) => error switch
    {
        EvmSendError.InsufficientFunds => DePinErrorCode.InsufficientFunds,
        EvmSendError.FeeTooHigh => DePinErrorCode.PriceExceeded,
        EvmSendError.SigningFailed => DePinErrorCode.InvalidSignature,
        EvmSendError.Pending or EvmSendError.Unavailable => DePinErrorCode.Unavailable,
        EvmSendError.KeyReused => DePinErrorCode.InvalidRequest,
        EvmSendError.JournalFailed => DePinErrorCode.StorageFailed,
        _ => DePinErrorCode.SettlementFailed,
    };

    private static Fault FaultOf(EvmSendError error) => error switch
    {
        EvmSendError.Unavailable => DePin.Sdk.Fault.Network,
        EvmSendError.Reverted or EvmSendError.FeeTooHigh or EvmSendError.Refused or EvmSendError.Pending => DePin.Sdk.Fault.Chain,
        _ => DePin.Sdk.Fault.Consumer,
    };

    private static bool IsTransientError(EvmSendError error) => error is EvmSendError.FeeTooHigh or EvmSendError.Pending or EvmSendError.Unavailable;
}
