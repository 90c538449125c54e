namespace DePin.Sdk.Chains.Rpc;

/// <summary>Why no answer to a call was had.</summary>
public enum RpcTransportError
{
    /// <summary>The node refused the exchange as a whole, for example because of a wrong key. It did not do what it was asked.</summary>
    Refused,

    /// <summary>The request, or its answer, is too large. Ask for less.</summary>
    LimitExceeded,

    /// <summary>The node answers no more calls for now. Ask later, or elsewhere.</summary>
    RateLimited,

    /// <summary>The method cannot be carried in this way.</summary>
    Unsupported,

    /// <summary>The answer is no JSON-RPC. The node is broken, hostile, or no node.</summary>
    Malformed,

    /// <summary>The node cannot be reached, or the connection ended before the answer.</summary>
    Unavailable,

    /// <summary>The answer did not come in time.</summary>
    TimedOut,

    /// <summary>The node belongs to another chain than was asked for.</summary>
    WrongChain,

    /// <summary>Nodes that were asked the same do not agree. They may not have seen the same blocks yet, or one of them lies.</summary>
    NoQuorum,
}
