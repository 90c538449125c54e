namespace DePin.Sdk.Chains.Evm.Rpc;

/// <summary>What kind of failure a call to a node met. Nodes use few error codes, so the kind is read from their messages too.</summary>
public enum EvmRpcError
{
    /// <summary>The node answered with an error that is none of the others. It did not do what it was asked.</summary>
    Other,

    /// <summary>A transaction's nonce is used up: another transaction, or this very one, is on the chain already.</summary>
    NonceTooLow,

    /// <summary>The node holds this very transaction already. After an unanswered send this is good news.</summary>
    AlreadyKnown,

    /// <summary>The fee is below what the node, the block, or the replacement of another transaction asks for.</summary>
    Underpriced,

    /// <summary>The account cannot pay the value and the gas.</summary>
    InsufficientFunds,

    /// <summary>The call was executed and failed; <see cref="EvmRpcException.Revert"/> has what the contract gave as its reason.</summary>
    Reverted,

    /// <summary>The answer would be too large: too many logs, too wide a range, too many calls in a batch. Ask for less.</summary>
    LimitExceeded,

    /// <summary>The node answers no more calls for now. Ask later, or elsewhere.</summary>
    RateLimited,

    /// <summary>The node does not have the block or its state (not yet, no more, or on another branch).</summary>
    UnknownBlock,

    /// <summary>The node does not have the method.</summary>
    Unsupported,

    /// <summary>The answer is not what the protocol says, or contradicts the question. The node is broken, hostile, or no node.</summary>
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
