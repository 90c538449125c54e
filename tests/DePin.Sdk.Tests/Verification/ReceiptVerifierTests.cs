using DePin.Sdk.Identity;
using DePin.Sdk.Jobs;
using DePin.Sdk.Market;
using DePin.Sdk.Testing.Market;
using DePin.Sdk.Verification;

namespace DePin.Sdk.Tests.Verification;

public sealed class ReceiptVerifierTests : IDisposable
{
    private static readonly byte[] Channel = [.. Enumerable.Repeat((byte)7, 32)];
    private static readonly byte[] RunNonce = [.. Enumerable.Repeat((byte)9, 16)];

    private readonly P256Signer _signer = P256Signer.Create();
    private readonly ReceiptVerifier _verifier = new();

    public static TheoryData<string, Func<JobReceipt, JobReceipt>> Lies => new()
    {
        { "job id", r => r with { JobId = JobId.New() } },
        { "run nonce", r => r with { RunNonce = new byte[16] } },
        { "job hash", r => r with { JobHash = new byte[32] } },
        { "offer id", r => r with { OfferId = new byte[32] } },
        { "provider", r => r with { Provider = SampleOffers.Key(1) } },
        { "model", r => r with { Model = "smaller" } },
        { "model hash", r => r with { ModelHash = default } },
        { "output hash", r => r with { OutputHash = new byte[32] } },
        { "usage", r => r with { Usage = r.Usage with { OutputTokens = r.Usage.OutputTokens + 1 } } },
        { "amount", r => r with { Amount = r.Amount + new Amount(1, r.Amount.Asset) } },
        { "amount", r => r with { Amount = new Amount(r.Amount.BaseUnits, Asset.Parse("depin:local/credit:eur")) } },
        { "channel", r => r with { Channel = default } },
        { "outcome", r => r with { Outcome = (JobOutcome)9 } },
    };

    [Fact]
    public async Task VerifyAsync_HonestReceipt_IsBelieved() => await _verifier.VerifyAsync(await HonestAsync());

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task VerifyAsync_SignedLie_NamesTheField(string field, Func<JobReceipt, JobReceipt> lie)
    {
        var honest = await HonestAsync();
        var receipt = await SignAsync(lie(honest.Receipt));

        var error = await Assert.ThrowsAsync<DePinException>(async () => await _verifier.VerifyAsync(honest with { Receipt = receipt }));

        Assert.Equal((DePinErrorCode.InvalidReceipt, Fault.Provider), (error.Code, error.Fault));
        Assert.Contains($"receipt's {field} disagrees", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task VerifyAsync_SignatureByAnother_IsRefused()
    {
        using var other = P256Signer.Create();
        var honest = await HonestAsync();
        var forged = honest.Receipt with { Signature = await other.SignAsync(honest.Receipt.GetSigningBytes()) };

        var error = await Assert.ThrowsAsync<DePinException>(async () => await _verifier.VerifyAsync(honest with { Receipt = forged }));

        Assert.Equal(DePinErrorCode.InvalidReceipt, error.Code);
        Assert.Contains("signature", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task VerifyAsync_CostAboveTheJobsLimit_IsRefused()
    {
        var honest = await HonestAsync(maxCost: 1);

        var error = await Assert.ThrowsAsync<DePinException>(async () => await _verifier.VerifyAsync(honest));

        Assert.Contains("amount", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task VerifyAsync_Cancelled_Throws() =>
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await _verifier.VerifyAsync(await HonestAsync(), new CancellationToken(canceled: true)));

    public void Dispose() => _signer.Dispose();

    private async Task<JobResult> HonestAsync(UInt128? maxCost = null)
    {
        var offer = await (SampleOffers.Unsigned(_signer.PublicKey, 1_000_000, 3_000_000) with { ModelHash = Channel }).SignAsync(_signer);
        var job = new JobRequest
        {
            Id = JobId.New(),
            Kind = offer.Kind,
            Model = offer.Model,
            Payload = new byte[] { 1, 2, 3 },
            MaxCost = maxCost is { } max ? new Amount(max, SampleOffers.Asset) : null,
        };
        using var hasher = new OutputHasher();
        hasher.Append([4, 5]);
        var usage = new JobUsage(10, 20);
        var receipt = await SignAsync(new JobReceipt
        {
            JobId = job.Id,
            RunNonce = RunNonce,
            JobHash = job.ComputeHash(),
            OfferId = offer.Id.Bytes,
            Provider = offer.Provider,
            Model = offer.Model,
            ModelHash = offer.ModelHash,
            OutputHash = hasher.GetCurrentHash(),
            Usage = usage,
            Amount = new Amount(70, SampleOffers.Asset),
            Channel = Channel,
            CompletedAt = SampleOffers.IssuedAt,
        });
        return new JobResult { Job = job, Offer = offer, RunNonce = RunNonce, Usage = usage, OutputHash = hasher.GetCurrentHash(), Channel = Channel, Receipt = receipt };
    }

    private async Task<JobReceipt> SignAsync(JobReceipt receipt) => receipt with { Signature = await _signer.SignAsync(receipt.GetSigningBytes()) };
}
