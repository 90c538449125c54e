using DePin.Sdk.Identity;
using DePin.Sdk.Jobs;
using DePin.Sdk.Market;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Providers.Internal;

/// <summary>A job whose every field has been checked, with the offer that it runs under.</summary>
/// <param name="Request">The job.</param>
/// <param name="Hash">SHA-256 of the job, as the receipt states it.</param>
/// <param name="Offer">The terms.</param>
/// <param name="Model">What runs it.</param>
/// <param name="Channel">What pays for it; null when it is free.</param>
/// <param name="Proof">The payer's word that the channel may be used, not verified yet; null when it is free.</param>
internal sealed record AdmittedJob(JobRequest Request, byte[] Hash, Offer Offer, ServedModel Model, ChannelId? Channel, Signature? Proof);
