namespace DePin.Sdk.Chains.Solana.Transactions.Internal;

/// <summary>Where the parts of an encoded message lie.</summary>
/// <param name="Version">The form.</param>
/// <param name="Signers">The accounts that sign; they come first.</param>
/// <param name="ReadonlySigners">How many of them are not changed; the last of the signers.</param>
/// <param name="ReadonlyOthers">How many of the other spelled-out accounts are not changed; the last of all.</param>
/// <param name="StaticCount">The spelled-out accounts.</param>
/// <param name="KeysAt">The first of them.</param>
/// <param name="InstructionsAt">The number of instructions.</param>
/// <param name="LookupsAt">The number of lookups; the message's end when it has no such part.</param>
/// <param name="LoadedWritable">The accounts from lookup tables that may be changed.</param>
/// <param name="LoadedReadonly">The accounts from lookup tables that are only read.</param>
internal readonly record struct MessageLayout(
    SolanaMessageVersion Version,
    int Signers,
    int ReadonlySigners,
    int ReadonlyOthers,
    int StaticCount,
    int KeysAt,
    int InstructionsAt,
    int LookupsAt,
    int LoadedWritable,
    int LoadedReadonly);
