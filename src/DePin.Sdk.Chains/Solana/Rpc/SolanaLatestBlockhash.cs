namespace DePin.Sdk.Chains.Solana.Rpc;

/// <summary>A recent block that a new transaction can name.</summary>
public sealed record SolanaLatestBlockhash
{
    /// <summary>The hash to name.</summary>
    public required SolanaHash Blockhash { get; init; }

    /// <summary>The last block height at which a transaction that names it can be processed; about 150 blocks, or a minute, from now.</summary>
    public required ulong LastValidBlockHeight { get; init; }

    /// <summary>The slot at which the node answered.</summary>
    public required ulong Slot { get; init; }
}
