using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm.Accounts;
using DePin.Sdk.Chains.Evm.Disputes;
using DePin.Sdk.Identity;
using DePin.Sdk.Jobs;
using DePin.Sdk.Market;

namespace DePin.Sdk.Chains.Tests.Evm.Disputes;

public sealed class EvmDisputeEvidenceTests
{
    private static readonly Asset Dollar = Asset.Parse("eip155:31337/erc20:0x5FbDB2315678afecb367f032d93F642f64180aa3");

    private readonly Secp256k1Signer _provider = Secp256k1Signer.FromPrivateKey([.. new byte[31], 1]);

    [Fact]
    public async Task FromReceipts_TwoForOneRun_AreEvidence()
    {
        var first = await ReceiptAsync();
        var second = await SignAsync(first with { OutputHash = new byte[32] });

        var evidence = EvmDisputeEvidence.FromReceipts(first, second);

        Assert.Equal((EvmDisputeProof.Equivocation, first.JobId, _provider.GetEvmAddress()), (evidence.Proof, evidence.JobId, evidence.Key));
    }

    [Fact]
    public async Task FromReceipts_SameReceipt_IsNone()
    {
        var receipt = await ReceiptAsync();
        Refused("say the same", () => EvmDisputeEvidence.FromReceipts(receipt, receipt));
    }

    [Fact]
    public async Task FromReceipts_OtherJobOrRun_IsNone()
    {
        var receipt = await ReceiptAsync();
        var otherJob = await SignAsync(receipt with { JobId = JobId.New() });
        var otherRun = await SignAsync(receipt with { RunNonce = new byte[16] });
        Refused("different jobs", () => EvmDisputeEvidence.FromReceipts(receipt, otherJob));
        Refused("different runs", () => EvmDisputeEvidence.FromReceipts(receipt, otherRun));
    }

    [Fact]
    public async Task FromReceipts_ForgedSignature_IsNone()
    {
        var receipt = await ReceiptAsync();
        Refused("second receipt is not signed", () => EvmDisputeEvidence.FromReceipts(receipt, receipt with { Usage = new JobUsage(1, 1) }));
        Refused("first receipt is not signed", () => EvmDisputeEvidence.FromReceipts(receipt with { Usage = new JobUsage(1, 1) }, receipt));
    }

    [Fact]
    public async Task FromReceipts_OtherAlgorithm_IsNone()
    {
        using var provider = P256Signer.Create();
        var first = await ReceiptAsync(provider);
        var second = await SignAsync(first with { OutputHash = new byte[32] }, provider);
        Refused("p256-sha256", () => EvmDisputeEvidence.FromReceipts(first, second));
    }

    [Fact]
    public async Task FromOffer_ReceiptAboveThePrice_IsEvidence()
    {
        var offer = await OfferAsync();
        var receipt = await SignAsync(await ReceiptAsync() with { OfferId = offer.Id.Bytes, Amount = new Amount(4, Dollar) });

        Assert.Equal(EvmDisputeProof.Overcharge, EvmDisputeEvidence.FromOffer(receipt, offer).Proof);

        var otherAsset = await SignAsync(receipt with { Amount = new Amount(1, Asset.Parse("eip155:31337/slip44:60")) });
        Assert.Equal(EvmDisputeProof.Overcharge, EvmDisputeEvidence.FromOffer(otherAsset, offer).Proof);
    }

    [Fact]
    public async Task FromOffer_ReceiptAtThePrice_IsNone()
    {
        var offer = await OfferAsync();
        var receipt = await SignAsync(await ReceiptAsync() with { OfferId = offer.Id.Bytes, Amount = new Amount(3, Dollar) });
        Refused("no more than", () => EvmDisputeEvidence.FromOffer(receipt, offer));
    }

    [Fact]
    public async Task FromOffer_OtherOfferOrForgedOffer_IsNone()
    {
        var offer = await OfferAsync();
        var receipt = await SignAsync(await ReceiptAsync() with { OfferId = offer.Id.Bytes, Amount = new Amount(1000, Dollar) });
        Refused("another offer", () => EvmDisputeEvidence.FromOffer(receipt, offer with { Region = "elsewhere" }));

        var unsigned = offer with { Signature = receipt.Signature };
        Refused("the offer is not signed", () => EvmDisputeEvidence.FromOffer(receipt, unsigned));
    }

    private static void Refused(string why, Func<EvmDisputeEvidence> make)
    {
        var problem = Assert.Throws<DePinException>(make);
        Assert.Equal((DePinErrorCode.InvalidReceipt, Fault.Consumer), (problem.Code, problem.Fault));
        Assert.Contains(why, problem.Message, StringComparison.Ordinal);
    }

    // 1 and 2 base units for a million tokens: the receipt's usage of 1,000,000 and 1,000,000 costs 3.
    private async Task<Offer> OfferAsync() => await new Offer
    {
        Provider = _provider.PublicKey,
        Payee = AccountId.Parse("eip155:31337:0x00000000000000000000000000000000000000a1"),
        Endpoint = new Uri("https://provider.example/"),
        Kind = "chat",
        Model = "npc",
        Price = new TokenPrice(new Amount(1, Dollar), new Amount(2, Dollar)),
        CreditWindow = new Amount(10, Dollar),
        IssuedAt = DateTimeOffset.UnixEpoch,
        ExpiresAt = DateTimeOffset.UnixEpoch.AddHours(1),
    }.SignAsync(_provider);

    private Task<JobReceipt> ReceiptAsync(ISigner? signer = null) => SignAsync(
        new JobReceipt
        {
            JobId = new JobId(Guid.Parse("01890a5d-ac96-774b-bcce-b302099a8057")),
            RunNonce = Enumerable.Range(0, 16).Select(i => (byte)i).ToArray(),
            JobHash = new byte[32],
            OfferId = new byte[32],
            Provider = (signer ?? _provider).PublicKey,
            Model = "npc",
            OutputHash = Enumerable.Repeat((byte)7, 32).ToArray(),
            Usage = new JobUsage(1_000_000, 1_000_000),
            Amount = new Amount(3, Dollar),
            CompletedAt = DateTimeOffset.UnixEpoch,
        },
        signer);

    private async Task<JobReceipt> SignAsync(JobReceipt receipt, ISigner? signer = null) =>
        receipt with { Signature = await (signer ?? _provider).SignAsync(receipt.GetSigningBytes()) };
}
