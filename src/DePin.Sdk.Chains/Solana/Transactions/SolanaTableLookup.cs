namespace DePin.Sdk.Chains.Solana.Transactions;

/// <summary>What a message takes from one lookup table.</summary>
/// <param name="Table">The table's account.</param>
/// <param name="WritableIndexes">Places in the table of accounts that may be changed.</param>
/// <param name="ReadonlyIndexes">Places in the table of accounts that are only read.</param>
public sealed record SolanaTableLookup(SolanaAddress Table, ReadOnlyMemory<byte> WritableIndexes, ReadOnlyMemory<byte> ReadonlyIndexes);
