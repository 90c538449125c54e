namespace DePin.Sdk.Chains.Rpc.Internal;

/// <summary>What a transport makes of a node's error.</summary>
internal enum RpcErrorMeaning
{
    /// <summary>It is about the call: an answer as good as any, and the same elsewhere.</summary>
    Answer,

    /// <summary>It is about this node, which lacks what others may have.</summary>
    AskElsewhere,

    /// <summary>The node takes no more calls for now.</summary>
    Busy,

    /// <summary>The node began and did not finish: it may have done what it was asked.</summary>
    Unfinished,

    /// <summary>The question or the answer is too large.</summary>
    TooLarge,

    /// <summary>The node holds the transaction already.</summary>
    AlreadyKnown,
}
