namespace DePin.Sdk.Chains.Solana.Channels;

/// <summary>
/// A deployment of the payment-channels program: its address, and whose its treasury is. Both are configuration; nothing that arrives from a counterparty
/// ever names them. Instructions are built here, and sent by <c>SolanaSettlement</c> or by a program of yours. Immutable.
/// </summary>
/// <remarks>The program of the Solana Foundation (docs 001 and 003 of solana-foundation/payment-channels), which MPP sessions and x402 <c>upto</c> use.</remarks>
public sealed partial class PaymentChannelProgram
{
    /// <summary>How many slots after its open slot a channel can be opened; until they have passed, its account's rent cannot be had back. Some ten minutes.</summary>
    public const ulong OpenSlotWindow = 1_500;

    /// <summary>Names a deployment.</summary>
    /// <param name="programId">The program.</param>
    /// <param name="treasuryOwner">Whose token accounts get what rounding leaves, and what cannot be paid out; it is compiled into the program.</param>
    public PaymentChannelProgram(SolanaAddress programId, SolanaAddress treasuryOwner)
    {
        ProgramId = programId;
        TreasuryOwner = treasuryOwner;
        EventAuthority = ProgramAddress.Find(programId, "event_authority"u8, out _);
    }

    /// <summary>The program on Solana's mainnet.</summary>
    public static PaymentChannelProgram Mainnet { get; } = new(
        SolanaAddress.Parse("CHNLxYvVA28MJP9PrFuDXccuoGXAx7jBacfLEkahyGsX"),
        SolanaAddress.Parse("Cs2zdfUNonRdRGsiZUQQLdTxzxVvJZmgiX2mpLYKuEqP"));

    /// <summary>The program.</summary>
    public SolanaAddress ProgramId { get; }

    /// <summary>Whose token accounts get what rounding leaves, and what cannot be paid out.</summary>
    public SolanaAddress TreasuryOwner { get; }

    /// <summary>The address that signs the program's events.</summary>
    public SolanaAddress EventAuthority { get; }

    /// <summary>The account of a channel.</summary>
    /// <param name="terms">What it is derived from.</param>
    /// <param name="bump">The byte that makes it leave the curve; 255 is the cheapest to check.</param>
    public SolanaAddress FindChannel(in PaymentChannelTerms terms, out byte bump)
    {
        var seeds = default(ProgramSeeds);
        seeds.Add("channel"u8);
        seeds.Add(terms.Payer);
        seeds.Add(terms.Payee);
        seeds.Add(terms.Mint);
        seeds.Add(terms.AuthorizedSigner);
        seeds.Add(terms.Salt);
        seeds.Add(terms.OpenSlot);
        return ProgramAddress.Find(ProgramId, seeds, out bump);
    }
}
