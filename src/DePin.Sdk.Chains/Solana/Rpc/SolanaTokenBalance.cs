namespace DePin.Sdk.Chains.Solana.Rpc;

/// <summary>What a token account held before or after a transaction.</summary>
public sealed record SolanaTokenBalance
{
    /// <summary>Which account of the transaction it is: first those of the message, then those of lookup tables, writable ones before the others.</summary>
    public required int AccountIndex { get; init; }

    /// <summary>The token.</summary>
    public required SolanaAddress Mint { get; init; }

    /// <summary>Whose account it is; null when the node does not say.</summary>
    public SolanaAddress? Owner { get; init; }

    /// <summary>The token's program; null when the node does not say.</summary>
    public SolanaAddress? TokenProgram { get; init; }

    /// <summary>The amount, in base units.</summary>
    public required ulong Amount { get; init; }

    /// <summary>How many decimal places the token has.</summary>
    public required int Decimals { get; init; }
}
