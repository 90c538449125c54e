using DePin.Sdk.Jobs;
using DePin.Sdk.Market;

namespace DePin.Sdk.Consumers.Internal;

/// <summary>What one provider is asked to do.</summary>
/// <param name="Offer">The offer, verified.</param>
/// <param name="OfferId">Its id.</param>
/// <param name="Job">The job; its highest cost is set.</param>
/// <param name="Routing">What the request is held to.</param>
/// <param name="MaxInputTokens">The most that may be billed as input.</param>
/// <param name="CloseBy">When the stream must be over, a little after the deadline; null without one.</param>
internal sealed record JobTerms(Offer Offer, OfferId OfferId, JobRequest Job, RoutingOptions Routing, long MaxInputTokens, DateTimeOffset? CloseBy);
