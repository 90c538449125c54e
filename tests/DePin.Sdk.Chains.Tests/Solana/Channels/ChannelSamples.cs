using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Channels;

namespace DePin.Sdk.Chains.Tests.Solana.Channels;

/// <summary>Terms that npm's @x402/svm 2.27 opened a channel with, and what it made of them.</summary>
internal static class ChannelSamples
{
    public static readonly SolanaAddress Payer = SolanaAddress.Parse("AKnL4NNf3DGWZJS6cPknBuEGnVsV4A4m5tgebLHaRSZ9");
    public static readonly SolanaAddress VoucherKey = SolanaAddress.Parse("9hSR6S7WPtxmTojgo6GG3k4yDPecgJY292j7xrsUGWBu");
    public static readonly SolanaAddress Sponsor = SolanaAddress.Parse("Cs2zdfUNonRdRGsiZUQQLdTxzxVvJZmgiX2mpLYKuEqP");
    public static readonly SolanaAddress Mint = SolanaAddress.Parse("EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v");
    public static readonly SolanaAddress TokenProgram = SolanaAddress.Parse("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");
    public static readonly SolanaAddress Channel = SolanaAddress.Parse("BmnnWAYg8KxsEvmTSmTTYNqPYEgaNqRuiMQZpstoHQZ1");

    public static PaymentChannelTerms Terms { get; } = new(Payer, Sponsor, Mint, VoucherKey, 17136781721665328267, 123456);

    public static PaymentChannelSplits Splits { get; } = new(new PaymentChannelSplit(Sponsor, 10_000));

    public static PaymentChannelAccount Account { get; } = new()
    {
        Terms = Terms,
        Bump = 254,
        Status = PaymentChannelStatus.Closing,
        Deposit = 5_000_000,
        Settled = 700,
        PayoutWatermark = 600,
        ClosureStartedAt = 1_893_456_000,
        PayerWithdrawnAt = 0,
        GracePeriod = 900,
        DistributionHash = Splits.Hash,
        RentPayer = Sponsor,
    };
}
