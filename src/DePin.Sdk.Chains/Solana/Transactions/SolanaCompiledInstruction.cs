namespace DePin.Sdk.Chains.Solana.Transactions;

/// <summary>An instruction inside a message, whose accounts are places in the message's own list.</summary>
/// <param name="ProgramIndex">The program's place among <see cref="SolanaMessage.StaticAccounts"/>.</param>
/// <param name="AccountIndexes">The accounts' places: static ones first, then writable ones of the lookup tables, then readonly ones of them.</param>
/// <param name="Data">What the program is told.</param>
public sealed record SolanaCompiledInstruction(byte ProgramIndex, ReadOnlyMemory<byte> AccountIndexes, ReadOnlyMemory<byte> Data);
