namespace DePin.Sdk.Chains.Solana.Transactions;

/// <summary>An address lookup table as a transaction uses it: an account that it finds there takes one byte instead of 32.</summary>
/// <param name="Address">The table's account.</param>
/// <param name="Addresses">What it holds, in its order; 256 at most. Only those count that were there in an earlier slot.</param>
public sealed record SolanaLookupTable(SolanaAddress Address, IReadOnlyList<SolanaAddress> Addresses)
{
    /// <summary>The most addresses that a table holds.</summary>
    public const int MaxAddresses = 256;
}
