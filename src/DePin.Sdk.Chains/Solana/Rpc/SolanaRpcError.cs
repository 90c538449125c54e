namespace DePin.Sdk.Chains.Solana.Rpc;

/// <summary>What kind of failure a call to a Solana node met.</summary>
public enum SolanaRpcError
{
    /// <summary>The node answered with an error that is none of the others.</summary>
    Other,

    /// <summary>The transaction's blockhash is not known to the node: too old, too new for a node that is behind, or of another chain.</summary>
    BlockhashNotFound,

    /// <summary>The chain has this very transaction already. After an unanswered send this is good news; whether it succeeded has to be looked up.</summary>
    AlreadyProcessed,

    /// <summary>The node tried the transaction out, it failed, and the node did not pass it on; <see cref="SolanaRpcException.TransactionError"/> says why.</summary>
    SimulationFailed,

    /// <summary>A signature of the transaction, or one that an instruction checks, is missing or wrong.</summary>
    SignatureFailure,

    /// <summary>A parameter is not what the node expects, for example a transaction that it cannot decode.</summary>
    InvalidRequest,

    /// <summary>The node is behind the chain and knows it. Ask elsewhere, or later.</summary>
    NodeBehind,

    /// <summary>The node has not reached the slot that the answer must not be older than. Ask elsewhere, or later.</summary>
    MinContextSlot,

    /// <summary>The slot was skipped, or the node does not have its block (any more).</summary>
    SlotUnavailable,

    /// <summary>The answer would be too large, or there were too many parts in the question. Ask for less.</summary>
    LimitExceeded,

    /// <summary>The node answers no more calls for now. Ask later, or elsewhere.</summary>
    RateLimited,

    /// <summary>The node does not have the method, or has it switched off (<c>getProgramAccounts</c>, the history of transactions). Ask elsewhere.</summary>
    MethodUnavailable,

    /// <summary>The answer is not what the protocol says, or contradicts the question. The node is broken, hostile, or no node.</summary>
    Malformed,

    /// <summary>The node cannot be reached, or the connection ended before the answer.</summary>
    Unavailable,

    /// <summary>The answer did not come in time.</summary>
    TimedOut,

    /// <summary>The node belongs to another cluster than was asked for.</summary>
    WrongChain,

    /// <summary>Nodes that were asked the same do not agree.</summary>
    NoQuorum,
}
