namespace DePin.Sdk.Chains.Solana.Transactions;

/// <summary>A call of a program: part of a transaction, whose instructions all take effect or none.</summary>
/// <param name="ProgramId">The program.</param>
/// <param name="Accounts">What it uses, in the order that the program defines.</param>
/// <param name="Data">What it is told, in the program's own encoding.</param>
public sealed record SolanaInstruction(SolanaAddress ProgramId, IReadOnlyList<SolanaAccountMeta> Accounts, ReadOnlyMemory<byte> Data);
