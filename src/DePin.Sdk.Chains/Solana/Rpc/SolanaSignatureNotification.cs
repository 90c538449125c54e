namespace DePin.Sdk.Chains.Solana.Rpc;

/// <summary>The news that a transaction was processed.</summary>
public sealed record SolanaSignatureNotification
{
    /// <summary>The slot at which the node saw it.</summary>
    public required ulong Slot { get; init; }

    /// <summary>Why it failed; null when it succeeded.</summary>
    public SolanaTransactionError? Error { get; init; }
}
