using DePin.Sdk.Chains.Solana.Programs;

namespace DePin.Sdk.Chains.Solana.LookupTables;

/// <summary>A lookup table that <see cref="SolanaLookupTables.ListAsync"/> found.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="Account">What it holds.</param>
public sealed record SolanaLookupTableListing(SolanaAddress Address, LookupTableAccount Account);
