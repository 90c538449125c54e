namespace DePin.Sdk.Chains.Solana.Rpc;

/// <summary>The accounts that a transaction took from lookup tables. They follow those of the message, in this order.</summary>
/// <param name="Writable">Those that it may change.</param>
/// <param name="ReadOnly">The others.</param>
public sealed record SolanaLoadedAddresses(IReadOnlyList<SolanaAddress> Writable, IReadOnlyList<SolanaAddress> ReadOnly);
