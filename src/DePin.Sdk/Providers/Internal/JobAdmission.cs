using DePin.Sdk.Identity;
using DePin.Sdk.Jobs;
using DePin.Sdk.Market;
using DePin.Sdk.Wire;

namespace DePin.Sdk.Providers.Internal;

/// <summary>Turns the first frame of a stream into a checked job, or refuses it.</summary>
internal sealed class JobAdmission(ProviderOptions options, OfferIssuer offers, TimeProvider time)
{
    /// <summary>Checks everything that can be checked without touching a ledger.</summary>
    /// <exception cref="DePinException">What is wrong with the job.</exception>
    /// <exception cref="TimeoutException">Its deadline has passed.</exception>
    public async ValueTask<AdmittedJob> AdmitAsync(ConsumerFrame? frame, CancellationToken cancellationToken)
    {
        if (frame?.FrameCase != ConsumerFrame.FrameOneofCase.Start)
        {
            throw new DePinException(DePinErrorCode.InvalidFrame, Fault.Consumer, $"A stream begins with a JobStart, not with {Describe(frame)}.");
        }

        var start = frame.Start;
        if (start.Payload.Length > options.MaxPayloadBytes)
        {
            throw new DePinException(DePinErrorCode.MessageTooLarge, Fault.Consumer, $"The job's payload has {start.Payload.Length} bytes; this provider takes {options.MaxPayloadBytes}.");
        }

        var id = WireConvert.ReadJobId(start.JobId, "job_start.job_id");
        var kind = WireConvert.ReadText(start.Kind, 64, "job_start.kind");
        var model = WireConvert.ReadText(start.Model, ServedModel.MaxNameLength, "job_start.model");
        var offerId = new OfferId(WireConvert.ReadBytes(start.OfferId, OfferId.Length, "job_start.offer_id"));
        DateTimeOffset? deadline = start.DeadlineUnixMs == 0 ? null : WireConvert.ReadInstant(start.DeadlineUnixMs, "job_start.deadline_unix_ms");
        var channelBytes = WireConvert.ReadOptionalBytes(start.ChannelId, Settlement.ChannelId.Length, "job_start.channel_id");

        var known = await offers.FindAsync(offerId, cancellationToken).ConfigureAwait(false);
        if (known.Model.Kind != kind || known.Model.Model != model)
        {
            throw new DePinException(
                DePinErrorCode.ModelNotFound,
                Fault.Consumer,
                $"The job is for model '{CaipText.Shorten(model)}' and kind '{CaipText.Shorten(kind)}', its offer for '{known.Model.Model}' and '{known.Model.Kind}'; name an offer of what you want.");
        }

        if (deadline <= time.GetUtcNow())
        {
            throw new TimeoutException($"The job's deadline, {deadline:u}, has passed; check that the clocks agree.");
        }

        var price = known.Offer.Price;
        Amount? maxCost = start.MaxCost is null ? null : new Amount(WireConvert.FromWire(start.MaxCost), price.Asset);
        if (maxCost is { } limit && price.CostOf(new JobUsage(1, 1)) > limit)
        {
            throw new DePinException(DePinErrorCode.PriceExceeded, Fault.Consumer, $"The shortest job costs {price.CostOf(new JobUsage(1, 1))}, and the consumer allows {limit}; raise the limit or choose another offer.");
        }

        if (price.IsFree == (channelBytes.Length > 0))
        {
            throw price.IsFree
                ? new DePinException(DePinErrorCode.InvalidRequest, Fault.Consumer, "The offer is free; leave channel_id empty.")
                : new DePinException(DePinErrorCode.PaymentRequired, Fault.Consumer, $"The offer has a price and the job names no channel; open one to {known.Offer.Payee} and send its id.");
        }

        var channel = price.IsFree ? (Settlement.ChannelId?)null : new Settlement.ChannelId(channelBytes);
        var request = new JobRequest
        {
            Id = id,
            Kind = kind,
            Model = model,
            Payload = start.Payload.Memory,
            Deadline = deadline,
            MaxCost = maxCost,
            Channel = channel,
        };
        return new AdmittedJob(request, request.ComputeHash(), known.Offer, known.Model, channel, channel is null ? null : ReadProof(start));
    }

    private static Signature ReadProof(JobStart start) => start.Signature is null
        ? throw new DePinException(DePinErrorCode.InvalidSignature, Fault.Consumer, "The job names a channel and has no signature; sign it with the channel's voucher key, as depin.job-start.v1 says.")
        : WireConvert.FromWire(start.Signature, "job_start.signature");

    private static string Describe(ConsumerFrame? frame) => frame is null ? "its end" : frame.FrameCase switch
    {
        ConsumerFrame.FrameOneofCase.Voucher => "a voucher",
        ConsumerFrame.FrameOneofCase.Cancel => "a cancellation",
        _ => "an empty or unknown frame",
    };
}
