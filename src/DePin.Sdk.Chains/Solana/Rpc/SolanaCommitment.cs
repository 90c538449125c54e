namespace DePin.Sdk.Chains.Solana.Rpc;

/// <summary>How sure the answer of a node must be.</summary>
public enum SolanaCommitment
{
    /// <summary>The node has processed the block; it may still be dropped.</summary>
    Processed,

    /// <summary>Two thirds of the stake voted for the block. No such block has ever been dropped.</summary>
    Confirmed,

    /// <summary>At least 31 confirmed blocks lie on the block; some 13 seconds later than <see cref="Confirmed"/>.</summary>
    Finalized,
}
