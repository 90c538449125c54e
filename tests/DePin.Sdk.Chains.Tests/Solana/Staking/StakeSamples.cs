using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Staking;
using DePin.Sdk.Identity;
using DePin.Sdk.Jobs;

namespace DePin.Sdk.Chains.Tests.Solana.Staking;

/// <summary>Terms and receipts for tests of the stake program.</summary>
internal static class StakeSamples
{
    public static ProviderStakeTerms Terms { get; } = new()
    {
        Mint = Address(1),
        Treasury = Address(2),
        Guardian = Address(3),
        ChannelsProgram = Address(4),
        MinimumStake = 1_000,
        Bond = 500,
    };

    public static ProviderStakeProgram Program { get; } = new(Address(9));

    /// <summary>32 times the same byte.</summary>
    public static SolanaAddress Address(byte value) => new(Enumerable.Repeat(value, SolanaAddress.SizeInBytes).ToArray());

    public static async Task<JobReceipt> ReceiptAsync(ISigner provider, Func<JobReceipt, JobReceipt>? change = null)
    {
        var receipt = new JobReceipt
        {
            JobId = new JobId(Guid.Parse("01890a5d-ac96-774b-bcce-b302099a8057")),
            RunNonce = Enumerable.Range(0, 16).Select(static i => (byte)i).ToArray(),
            JobHash = new byte[32],
            OfferId = new byte[32],
            Provider = provider.PublicKey,
            Model = "npc",
            OutputHash = Enumerable.Repeat((byte)7, 32).ToArray(),
            Usage = new JobUsage(1_000_000, 1_000_000),
            Amount = new Amount(3, Asset.Parse("solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp/token:EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v")),
            CompletedAt = DateTimeOffset.UnixEpoch,
        };
        receipt = change?.Invoke(receipt) ?? receipt;
        return receipt with { Signature = await provider.SignAsync(receipt.GetSigningBytes()) };
    }

    public static Ed25519Signer Key(byte value) => Ed25519Signer.FromPrivateKey(Enumerable.Repeat(value, 32).ToArray());
}
