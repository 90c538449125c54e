namespace DePin.Sdk.Chains.Rpc;

/// <summary>A call to a node failed, or its answer cannot be trusted. Transports throw <see cref="RpcTransportException"/>; each chain's client throws its own, which says what the node's errors mean there.</summary>
public abstract class RpcException : DePinException
{
    private protected RpcException(DePinErrorCode code, Fault fault, bool isTransient, string message, int? nodeCode, bool mayHaveBeenReceived, Exception? innerException)
        : base(code, fault, message, isTransient, innerException)
    {
        NodeCode = nodeCode;
        MayHaveBeenReceived = mayHaveBeenReceived;
    }

    /// <summary>The code in the node's error; null when the failure is not an error that the node answered with.</summary>
    public int? NodeCode { get; }

    /// <summary>True when the call may have been executed although no valid answer came: a transaction that was sent may be on its way.</summary>
    public bool MayHaveBeenReceived { get; }
}
