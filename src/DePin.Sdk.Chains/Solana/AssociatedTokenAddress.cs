namespace DePin.Sdk.Chains.Solana;

/// <summary>The token account that a wallet has for a mint by convention: an address of the Associated Token program. Nothing here allocates.</summary>
public static class AssociatedTokenAddress
{
    /// <summary>The Associated Token program.</summary>
    public static SolanaAddress ProgramId { get; } = SolanaAddress.Parse("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL");

    /// <summary>The account's address.</summary>
    /// <param name="owner">The wallet, which may also be an address of a program.</param>
    /// <param name="mint">The token.</param>
    /// <param name="tokenProgram">The mint's owner: SPL Token or Token-2022.</param>
    public static SolanaAddress Find(SolanaAddress owner, SolanaAddress mint, SolanaAddress tokenProgram) => Find(owner, mint, tokenProgram, out _);

    /// <summary>The account's address and its bump.</summary>
    /// <param name="owner">The wallet, which may also be an address of a program.</param>
    /// <param name="mint">The token.</param>
    /// <param name="tokenProgram">The mint's owner: SPL Token or Token-2022.</param>
    /// <param name="bump">The bump.</param>
    public static SolanaAddress Find(SolanaAddress owner, SolanaAddress mint, SolanaAddress tokenProgram, out byte bump)
    {
        var seeds = default(ProgramSeeds);
        seeds.Add(owner);
        seeds.Add(tokenProgram);
        seeds.Add(mint);
        return ProgramAddress.Find(ProgramId, seeds, out bump);
    }
}
