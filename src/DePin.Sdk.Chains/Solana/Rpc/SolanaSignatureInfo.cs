namespace DePin.Sdk.Chains.Solana.Rpc;

/// <summary>A transaction that named an account.</summary>
public sealed record SolanaSignatureInfo
{
    /// <summary>The transaction.</summary>
    public required SolanaSignature Signature { get; init; }

    /// <summary>The slot that processed it.</summary>
    public required ulong Slot { get; init; }

    /// <summary>When its block was made, by the validators' clocks; null when the node does not know.</summary>
    public DateTimeOffset? BlockTime { get; init; }

    /// <summary>How sure it is; null when the node does not say.</summary>
    public SolanaCommitment? Commitment { get; init; }

    /// <summary>Why it failed; null when it succeeded.</summary>
    public SolanaTransactionError? Error { get; init; }
}
