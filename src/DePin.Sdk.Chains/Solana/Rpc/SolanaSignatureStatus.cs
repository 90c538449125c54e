namespace DePin.Sdk.Chains.Solana.Rpc;

/// <summary>What became of a transaction.</summary>
public sealed record SolanaSignatureStatus
{
    /// <summary>The slot that processed it.</summary>
    public required ulong Slot { get; init; }

    /// <summary>How many blocks lie on it; null when it is rooted, and so final.</summary>
    public ulong? Confirmations { get; init; }

    /// <summary>How sure it is.</summary>
    public required SolanaCommitment Commitment { get; init; }

    /// <summary>Why it failed; null when it succeeded.</summary>
    public SolanaTransactionError? Error { get; init; }
}
