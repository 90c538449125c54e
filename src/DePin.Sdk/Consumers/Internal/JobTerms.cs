using DePin.Sdk.Identity;
using DePin.Sdk.Jobs;
using DePin.Sdk.Market;
using DePin.Sdk.Settlement;
using DePin.Sdk.Wire;
using Google.Protobuf;

namespace DePin.Sdk.Consumers.Internal;

/// <summary>What one provider is asked to do.</summary>
/// <param name="Offer">The offer, verified.</param>
/// <param name="OfferId">Its id.</param>
/// <param name="Job">The job; its highest cost is set.</param>
/// <param name="Routing">What the request is held to.</param>
/// <param name="MaxInputTokens">The most that may be billed as input.</param>
/// <param name="CloseBy">When the stream must be over, a little after the deadline; null without one.</param>
internal sealed record JobTerms(Offer Offer, OfferId OfferId, JobRequest Job, RoutingOptions Routing, long MaxInputTokens, DateTimeOffset? CloseBy)
{
    /// <summary>The first frame of the job's stream.</summary>
    /// <param name="channel">What pays for it; null when the offer is free.</param>
    /// <param name="proof">The payer's word that the channel may be used; null when the offer is free.</param>
    public JobStart CreateStart(ChannelId? channel, Signature? proof) => new()
    {
        JobId = ByteString.CopyFrom(Job.Id.ToBytes()),
        Kind = Job.Kind,
        Model = Job.Model,
        Payload = UnsafeByteOperations.UnsafeWrap(Job.Payload),
        DeadlineUnixMs = Job.Deadline?.ToUnixTimeMilliseconds() ?? 0,
        MaxCost = WireConvert.ToWire(Job.MaxCost!.Value.BaseUnits),
        OfferId = ByteString.CopyFrom(OfferId.Bytes.Span),
        ChannelId = channel is { } id ? ByteString.CopyFrom(id.Bytes.Span) : ByteString.Empty,
        Signature = proof is { } signature ? WireConvert.ToWire(signature) : null,
    };
}
