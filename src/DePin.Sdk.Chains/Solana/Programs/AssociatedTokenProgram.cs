using DePin.Sdk.Chains.Solana.Transactions;

namespace DePin.Sdk.Chains.Solana.Programs;

/// <summary>The Associated Token program, which makes the one token account of a wallet and mint that everybody can compute.</summary>
public static class AssociatedTokenProgram
{
    /// <summary>The program.</summary>
    public static SolanaAddress ProgramId { get; } = SolanaAddress.Parse("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL");

    /// <summary>Makes the account; the transaction fails when it exists.</summary>
    /// <param name="payer">Pays its rent; signs.</param>
    /// <param name="associatedAccount">The account, computed from the three that follow.</param>
    /// <param name="owner">The wallet.</param>
    /// <param name="mint">The token.</param>
    /// <param name="tokenProgram">The mint's program; null for <see cref="TokenProgram.ProgramId"/>.</param>
    public static SolanaInstruction Create(SolanaAddress payer, SolanaAddress associatedAccount, SolanaAddress owner, SolanaAddress mint, SolanaAddress? tokenProgram = null) =>
        Of(0, payer, associatedAccount, owner, mint, tokenProgram);

    /// <summary>Makes the account unless it exists; the transaction fails when the one that exists belongs to another wallet by now.</summary>
    /// <param name="payer">Pays its rent; signs.</param>
    /// <param name="associatedAccount">The account, computed from the three that follow.</param>
    /// <param name="owner">The wallet.</param>
    /// <param name="mint">The token.</param>
    /// <param name="tokenProgram">The mint's program; null for <see cref="TokenProgram.ProgramId"/>.</param>
    public static SolanaInstruction CreateIdempotent(SolanaAddress payer, SolanaAddress associatedAccount, SolanaAddress owner, SolanaAddress mint, SolanaAddress? tokenProgram = null) =>
        Of(1, payer, associatedAccount, owner, mint, tokenProgram);

    private static SolanaInstruction Of(byte tag, SolanaAddress payer, SolanaAddress associatedAccount, SolanaAddress owner, SolanaAddress mint, SolanaAddress? tokenProgram) => new(
        ProgramId,
        new[]
        {
            SolanaAccountMeta.WritableSigner(payer),
            SolanaAccountMeta.Writable(associatedAccount),
            SolanaAccountMeta.Readonly(owner),
            SolanaAccountMeta.Readonly(mint),
            SolanaAccountMeta.Readonly(SystemProgram.ProgramId),
            SolanaAccountMeta.Readonly(tokenProgram ?? TokenProgram.ProgramId),
        },
        new[] { tag });
}
