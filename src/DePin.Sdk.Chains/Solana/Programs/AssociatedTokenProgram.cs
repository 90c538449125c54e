using DePin.Sdk.Chains.Solana.Transactions;

namespace DePin.Sdk.Chains.Solana.Programs;

/// <summary>The Associated Token program, which makes the token account that a wallet has for a mint by convention; see <see cref="AssociatedTokenAddress"/>.</summary>
public static class AssociatedTokenProgram
{
    /// <summary>The program.</summary>
    public static SolanaAddress ProgramId => AssociatedTokenAddress.ProgramId;

    /// <summary>Makes the account; the transaction fails when it exists.</summary>
    /// <param name="payer">Pays its rent; signs.</param>
    /// <param name="owner">The wallet, which may also be an address of a program.</param>
    /// <param name="mint">The token.</param>
    /// <param name="tokenProgram">The mint's program; null for <see cref="TokenProgram.ProgramId"/>.</param>
    public static SolanaInstruction Create(SolanaAddress payer, SolanaAddress owner, SolanaAddress mint, SolanaAddress? tokenProgram = null) => Of(0, payer, owner, mint, tokenProgram);

    /// <summary>Makes the account unless it exists; the transaction fails when the one that exists belongs to another wallet by now.</summary>
    /// <param name="payer">Pays its rent; signs.</param>
    /// <param name="owner">The wallet, which may also be an address of a program.</param>
    /// <param name="mint">The token.</param>
    /// <param name="tokenProgram">The mint's program; null for <see cref="TokenProgram.ProgramId"/>.</param>
    public static SolanaInstruction CreateIdempotent(SolanaAddress payer, SolanaAddress owner, SolanaAddress mint, SolanaAddress? tokenProgram = null) => Of(1, payer, owner, mint, tokenProgram);

    private static SolanaInstruction Of(byte tag, SolanaAddress payer, SolanaAddress owner, SolanaAddress mint, SolanaAddress? tokenProgram)
    {
        var program = tokenProgram ?? TokenProgram.ProgramId;
        return new(
            ProgramId,
            new[]
            {
                SolanaAccountMeta.WritableSigner(payer),
                SolanaAccountMeta.Writable(AssociatedTokenAddress.Find(owner, mint, program)),
                SolanaAccountMeta.Readonly(owner),
                SolanaAccountMeta.Readonly(mint),
                SolanaAccountMeta.Readonly(SystemProgram.ProgramId),
                SolanaAccountMeta.Readonly(program),
            },
            new[] { tag });
    }
}
