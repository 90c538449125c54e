namespace DePin.Sdk.Settlement;

/// <summary>A ledger or chain refused an operation, or its outcome is unknown.</summary>
public class SettlementException : DePinException
{
    /// <summary>Describes a failure.</summary>
    public SettlementException(
        DePinErrorCode code,
        Fault fault,
        string message,
        bool mayHaveBeenBroadcast = false,
        string? transactionId = null,
        bool isTransient = false,
        Exception? innerException = null)
        : base(code, fault, message, isTransient, innerException)
    {
        MayHaveBeenBroadcast = mayHaveBeenBroadcast;
        TransactionId = transactionId;
    }

    /// <summary>True when the operation may take effect all the same: look the transaction up before sending anything again.</summary>
    public bool MayHaveBeenBroadcast { get; }

    /// <summary>The transaction, when one was formed.</summary>
    public string? TransactionId { get; }
}
