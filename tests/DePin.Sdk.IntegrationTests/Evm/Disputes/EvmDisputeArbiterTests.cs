using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Accounts;
using DePin.Sdk.Chains.Evm.Disputes;
using DePin.Sdk.Chains.Evm.Escrow;
using DePin.Sdk.Chains.Evm.Sending;
using DePin.Sdk.Identity;
using DePin.Sdk.IntegrationTests.Evm.Registry;
using DePin.Sdk.Jobs;
using DePin.Sdk.Testing.Market;

namespace DePin.Sdk.IntegrationTests.Evm.Disputes;

public sealed class EvmDisputeArbiterTests(RegistryFixture fixture) : IClassFixture<RegistryFixture>
{
    private const ulong Slashed = RegistryTestChain.Stake * RegistryTestChain.SlashShare / 10_000;

    private static readonly Uri Endpoint = new("https://provider.example:5001/");

    private readonly CancellationToken _limit = new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    private RegistryTestChain Chain => fixture.Chain;

    private EvmDisputeArbiter Arbiter => Chain.Arbiter;

    [AnvilFact]
    public async Task OpenCase_TwoReceiptsForOneRun_SlashesTheProviderAndPaysVictimAndReporter()
    {
        var key = Chain.CreateKey();
        var provider = await Chain.RegisterAsync(key, Endpoint);
        var victim = await Chain.CreateStakerAsync(tokens: 0);
        var reporter = await Chain.CreateStakerAsync(tokens: RegistryTestChain.Bond);
        var channel = new EvmChannelTerms(victim.Address, provider.Address, Chain.Token, Hash32.Keccak("salt"u8), EvmAddress.Zero);
        var honest = await SignAsync(Receipt(key) with { Channel = channel.ComputeId(Arbiter.ChainId, Arbiter.Escrow).ToArray() }, key);
        var other = await SignAsync(honest with { OutputHash = new byte[32] }, key);

        var caseId = await Arbiter.OpenCaseAsync(reporter, EvmDisputeEvidence.FromReceipts(honest, other), _limit);

        Assert.Equal(EvmDisputeArbiter.ComputeCaseId(provider.Address, honest.JobId), caseId);
        Assert.Equal(UInt256.Zero, await Chain.BalanceAsync(reporter.Address));
        Assert.Equal(1, (await Chain.Registry.GetProviderAsync(provider.Address, _limit))!.OpenCases);
        var open = await Arbiter.GetCaseAsync(caseId, _limit);
        Assert.Equal((EvmDisputeStatus.Open, EvmDisputeProof.Equivocation, reporter.Address, EvmAddress.Zero), (open!.Status, open.Proof, open.Reporter, open.Victim));
        Assert.Equal(await Chain.Chain.NowAsync() + Arbiter.VetoWindow, open.EndsAt);

        await Arbiter.NameVictimAsync(reporter, caseId, channel, _limit);
        await RefusedAsync("VetoWindowNotOver", () => Arbiter.FinalizeAsync(reporter, caseId, _limit));
        await Chain.Chain.Node.AdvanceTimeAsync(Arbiter.VetoWindow, _limit);
        await Arbiter.FinalizeAsync(reporter, caseId, _limit);

        Assert.Equal((EvmDisputeStatus.Slashed, victim.Address), ((await Arbiter.GetCaseAsync(caseId, _limit))!.Status, (await Arbiter.GetCaseAsync(caseId, _limit))!.Victim));
        var slashed = await Chain.Registry.GetProviderAsync(provider.Address, _limit);
        Assert.Equal((RegistryTestChain.Stake - Slashed, 0), ((ulong)slashed!.Stake, slashed.OpenCases));
        Assert.Equal(Slashed * 4 / 10, await Chain.Registry.GetCreditAsync(victim.Address, _limit));
        await Chain.Registry.CollectAsync(reporter, victim.Address, _limit);
        await Chain.Registry.CollectAsync(reporter, reporter.Address, _limit);
        await Arbiter.CollectAsync(reporter, reporter.Address, _limit);
        Assert.Equal(Slashed * 4 / 10, await Chain.BalanceAsync(victim.Address));
        Assert.Equal(RegistryTestChain.Bond + (Slashed / 10), await Chain.BalanceAsync(reporter.Address));
        Assert.Equal(Slashed / 2, await Chain.Registry.GetCreditAsync(Chain.Treasury, _limit));
    }

    [AnvilFact]
    public async Task OpenCase_ReceiptAboveTheOffer_IsACase()
    {
        var key = Chain.CreateKey();
        var provider = await Chain.RegisterAsync(key, Endpoint);
        var offer = await SampleOffers.SignedAsync(key, inputPrice: 1_000_000, outputPrice: 2_000_000);
        var receipt = await SignAsync(Receipt(key) with { OfferId = offer.Id.Bytes, Usage = new JobUsage(10, 20), Amount = new Amount(51, SampleOffers.Asset) }, key);

        var reporter = await Chain.CreateStakerAsync();
        var caseId = await Arbiter.OpenCaseAsync(reporter, EvmDisputeEvidence.FromOffer(receipt, offer), _limit);

        Assert.Equal(EvmDisputeProof.Overcharge, (await Arbiter.GetCaseAsync(caseId, _limit))!.Proof);
        Assert.Equal(EvmDisputeArbiter.ComputeCaseId(provider.Address, receipt.JobId), caseId);

        // The job was free, so nobody's channel was charged.
        var nobody = await Assert.ThrowsAsync<DePinException>(() => Arbiter.NameVictimAsync(reporter, caseId, escrowDeploymentBlock: 0, _limit));
        Assert.Equal(DePinErrorCode.ChannelNotFound, nobody.Code);
    }

    [AnvilFact]
    public async Task OpenCase_SecondTime_IsRefused()
    {
        var key = Chain.CreateKey();
        await Chain.RegisterAsync(key, Endpoint);
        var evidence = EvmDisputeEvidence.FromReceipts(await SignAsync(Receipt(key), key), await SignAsync(Receipt(key) with { Model = "another" }, key));
        var reporter = await Chain.CreateStakerAsync();
        await Arbiter.OpenCaseAsync(reporter, evidence, _limit);

        await RefusedAsync("CaseKnown", () => Arbiter.OpenCaseAsync(reporter, evidence, _limit));
    }

    [AnvilFact]
    public async Task OpenCase_KeyThatNobodyRegistered_IsRefusedAndCostsNoBond()
    {
        using var key = Secp256k1Signer.Create();
        var evidence = EvmDisputeEvidence.FromReceipts(await SignAsync(Receipt(key), key), await SignAsync(Receipt(key) with { Model = "another" }, key));
        var reporter = await Chain.CreateStakerAsync(RegistryTestChain.Bond);

        await RefusedAsync("NotAccountable", () => Arbiter.OpenCaseAsync(reporter, evidence, _limit));

        Assert.Equal(RegistryTestChain.Bond, await Chain.BalanceAsync(reporter.Address));
    }

    [AnvilFact]
    public async Task GetCase_Unknown_IsNull() => Assert.Null(await Arbiter.GetCaseAsync(Hash32.Keccak("nothing"u8), _limit));

    private static async Task RefusedAsync(string error, Func<Task> action)
    {
        var problem = await Assert.ThrowsAsync<EvmSendException>(action);
        Assert.Equal(EvmSendError.Reverted, problem.Error);
        Assert.Contains(error, problem.Message, StringComparison.Ordinal);
    }

    private static async Task<JobReceipt> SignAsync(JobReceipt receipt, ISigner key) => receipt with { Signature = await key.SignAsync(receipt.GetSigningBytes()) };

    private static JobReceipt Receipt(ISigner key) => new()
    {
        JobId = new JobId(Guid.Parse("01890a5d-ac96-774b-bcce-b302099a8057")),
        RunNonce = Enumerable.Range(0, JobReceipt.RunNonceLength).Select(i => (byte)i).ToArray(),
        JobHash = new byte[32],
        OfferId = new byte[32],
        Provider = key.PublicKey,
        Model = "npc-dialogue",
        OutputHash = Enumerable.Repeat((byte)7, 32).ToArray(),
        Usage = new JobUsage(10, 20),
        Amount = new Amount(50, SampleOffers.Asset),
        CompletedAt = SampleOffers.IssuedAt,
    };
}
