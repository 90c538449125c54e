using DePin.Sdk.Identity;
using DePin.Sdk.Jobs;
using DePin.Sdk.Market;

namespace DePin.Sdk.Verification;

/// <summary>
/// Believes a result whose receipt is signed by the provider of the offer and says in every field what the consumer saw itself. It proves what
/// was delivered and for how much, to anybody; it does not prove that the model computed well.
/// </summary>
public sealed class ReceiptVerifier : IResultVerifier
{
    private readonly SignatureVerifiers _verifiers;

    /// <summary>Makes a verifier.</summary>
    /// <param name="verifiers">The signature algorithms to accept; null for <see cref="SignatureVerifiers.Default"/>.</param>
    public ReceiptVerifier(SignatureVerifiers? verifiers = null) => _verifiers = verifiers ?? SignatureVerifiers.Default;

    /// <inheritdoc/>
    public ValueTask VerifyAsync(JobResult result, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(result);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            Verify(result);
            return ValueTask.CompletedTask;
        }
        catch (DePinException e)
        {
            return ValueTask.FromException(e);
        }
    }

    private void Verify(JobResult result)
    {
        var (job, offer, receipt) = (result.Job, result.Offer, result.Receipt);
        Require(receipt.Provider == offer.Provider, "provider", receipt.Provider, offer.Provider);
        Require(receipt.JobId == job.Id, "job id", receipt.JobId, job.Id);
        RequireBytes("run nonce", receipt.RunNonce, result.RunNonce);
        RequireBytes("job hash", receipt.JobHash, job.ComputeHash());
        RequireBytes("offer id", receipt.OfferId, offer.Id.Bytes);
        Require(receipt.Model == job.Model, "model", CaipText.Shorten(receipt.Model), job.Model);
        if (!offer.ModelHash.IsEmpty)
        {
            RequireBytes("model hash", receipt.ModelHash, offer.ModelHash);
        }

        Require(receipt.Usage == result.Usage, "usage", receipt.Usage, result.Usage);
        RequireBytes("output hash", receipt.OutputHash, result.OutputHash);
        RequireBytes("channel", receipt.Channel, result.Channel);
        Require(Enum.IsDefined(receipt.Outcome), "outcome", (int)receipt.Outcome, "0 to 3");
        RequireAmount(job, offer, receipt);
        if (!_verifiers.Verify(receipt.Provider, receipt.GetSigningBytes(), receipt.Signature))
        {
            throw Disagrees($"The signature of the receipt for job {job.Id} is not by provider {receipt.Provider}.");
        }
    }

    private static void RequireAmount(JobRequest job, Offer offer, JobReceipt receipt)
    {
        Require(receipt.Usage is { InputTokens: >= 0, OutputTokens: >= 0 }, "usage", receipt.Usage, "nothing negative");
        Require(OfferCost.TryCompute(offer.Price, receipt.Usage, out var cost), "usage", receipt.Usage, "a usage whose cost fits in 128 bits");
        var due = new Amount(cost, offer.Price.Asset);
        Require(receipt.Amount == due, "amount", receipt.Amount, due);
        if (job.MaxCost is { } max)
        {
            Require(due.Asset == max.Asset && due.BaseUnits <= max.BaseUnits, "amount", receipt.Amount, $"at most {max}");
        }
    }

    private static void RequireBytes(string field, ReadOnlyMemory<byte> said, ReadOnlyMemory<byte> seen)
    {
        if (!said.Span.SequenceEqual(seen.Span))
        {
            Require(false, field, Hex(said), Hex(seen));
        }
    }

    private static void Require<TSaid, TSeen>(bool agrees, string field, TSaid said, TSeen seen)
    {
        if (!agrees)
        {
            throw Disagrees($"The receipt's {field} disagrees: it says {said}, the consumer expects {seen}.");
        }
    }

    private static string Hex(ReadOnlyMemory<byte> bytes) => bytes.IsEmpty ? "nothing" : Convert.ToHexStringLower(bytes.Span[..Math.Min(bytes.Length, 64)]);

    private static DePinException Disagrees(string message) => new(DePinErrorCode.InvalidReceipt, Fault.Provider, message);
}
