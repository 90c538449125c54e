using DePin.Sdk.Payments;

namespace DePin.Sdk.Providers.Internal;

/// <summary>Lets a job use the channel that it names only where the owner of the channel's voucher key has signed for it, and only once.</summary>
/// <remarks>What it has seen does not outlive the process: a proof captured before a restart is good once more while its offer holds, within the channel's credit.</remarks>
internal sealed class ChannelGuard(ProviderOptions options, PaymentAcceptor? acceptor, TimeProvider time)
{
    private readonly ChannelJobs _seen = new(time);

    /// <summary>Returns when the job may go on; nothing has been begun on the channel.</summary>
    /// <exception cref="DePinException">The channel does not fit, the proof does not verify, or the job came before.</exception>
    public async ValueTask AuthorizeAsync(AdmittedJob job, CancellationToken cancellationToken)
    {
        if (job.Channel is not { } id)
        {
            return;
        }

        var account = await acceptor!.FindAsync(id, job.Offer.CreditWindow, cancellationToken).ConfigureAwait(false);
        if (job.Proof is not { } proof
            || !options.Verifiers.Verify(account.Channel.VoucherKey, JobStartProof.GetSigningBytes(id, job.Hash, job.Offer.Id.Bytes.Span), proof))
        {
            throw new DePinException(DePinErrorCode.InvalidSignature, Fault.Consumer, "The job is not signed by the voucher key of the channel that it names; pay from a channel of your own.");
        }

        // What was admitted while the offer held may come here later, by as much as a job may take.
        if (!_seen.TryAdd(id, job.Request.Id, job.Offer.ExpiresAt + options.JobTimeout))
        {
            throw new DePinException(DePinErrorCode.InvalidRequest, Fault.Consumer, $"Job {job.Request.Id} came before; give each job a new id.");
        }
    }
}
