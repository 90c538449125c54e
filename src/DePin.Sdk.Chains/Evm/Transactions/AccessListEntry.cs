namespace DePin.Sdk.Chains.Evm.Transactions;

/// <summary>A contract that a transaction announces to touch, with storage slots of it (EIP-2930).</summary>
/// <param name="Address">The contract.</param>
/// <param name="StorageKeys">The slots.</param>
public sealed record AccessListEntry(EvmAddress Address, IReadOnlyList<Hash32> StorageKeys);
