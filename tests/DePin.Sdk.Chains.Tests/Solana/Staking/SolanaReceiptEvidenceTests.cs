using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Staking;
using DePin.Sdk.Identity;
using DePin.Sdk.Jobs;

namespace DePin.Sdk.Chains.Tests.Solana.Staking;

public sealed class SolanaReceiptEvidenceTests : IDisposable
{
    private readonly Ed25519Signer _provider = StakeSamples.Key(1);

    public void Dispose() => _provider.Dispose();

    [Fact]
    public async Task FromReceipts_TwoForOneRun_AreEvidence()
    {
        var first = await StakeSamples.ReceiptAsync(_provider);
        var second = await StakeSamples.ReceiptAsync(_provider, static r => r with { OutputHash = new byte[32] });

        var evidence = SolanaReceiptEvidence.FromReceipts(first, second);

        Assert.Equal((first.JobId, new SolanaAddress(_provider.PublicKey.Bytes.Span)), (evidence.JobId, evidence.Key));
    }

    [Fact]
    public async Task FromReceipts_SameReceiptJobOrRun_IsNone()
    {
        var receipt = await StakeSamples.ReceiptAsync(_provider);
        var otherJob = await StakeSamples.ReceiptAsync(_provider, static r => r with { JobId = JobId.New() });
        var otherRun = await StakeSamples.ReceiptAsync(_provider, static r => r with { RunNonce = new byte[16] });

        Refused("say the same", receipt, receipt);
        Refused("different jobs", receipt, otherJob);
        Refused("different runs", receipt, otherRun);
    }

    [Fact]
    public async Task FromReceipts_ForgedOrOfOthers_IsNone()
    {
        using var other = StakeSamples.Key(2);
        using var p256 = P256Signer.Create();
        var receipt = await StakeSamples.ReceiptAsync(_provider);
        var changed = receipt with { Usage = new JobUsage(1, 1) };

        Refused("second receipt is not signed", receipt, changed);
        Refused("first receipt is not signed", changed, receipt);
        Refused("different providers", receipt, await StakeSamples.ReceiptAsync(other, static r => r with { OutputHash = new byte[32] }));
        Refused("p256-sha256", await StakeSamples.ReceiptAsync(p256), await StakeSamples.ReceiptAsync(p256, static r => r with { OutputHash = new byte[32] }));
    }

    [Fact]
    public async Task FromReceipts_TooLongForATransaction_IsNone()
    {
        var receipt = await StakeSamples.ReceiptAsync(_provider);
        int room = SolanaReceiptEvidence.MaxStatementSizeInBytes - receipt.GetSigningBytes().Length + receipt.Model.Length;
        var longest = await StakeSamples.ReceiptAsync(_provider, r => r with { Model = new string('x', room) });
        var longer = await StakeSamples.ReceiptAsync(_provider, r => r with { Model = new string('x', room + 1) });

        SolanaReceiptEvidence.FromReceipts(receipt, longest);
        Refused("second receipt has 721 bytes", receipt, longer);
    }

    private static void Refused(string words, JobReceipt first, JobReceipt second)
    {
        var e = Assert.Throws<DePinException>(() => SolanaReceiptEvidence.FromReceipts(first, second));
        Assert.Equal(DePinErrorCode.InvalidReceipt, e.Code);
        Assert.Contains(words, e.Message, StringComparison.Ordinal);
    }
}
