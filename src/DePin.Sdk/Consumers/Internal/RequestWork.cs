using DePin.Sdk.Jobs;
using DePin.Sdk.Market;

namespace DePin.Sdk.Consumers.Internal;

/// <summary>What is to be done next of a request, wherever it is done.</summary>
/// <param name="Payload">The job's payload.</param>
/// <param name="Expected">What it will probably use.</param>
/// <param name="MaxOutputTokens">The most output that it allows; null when it does not say.</param>
internal sealed record RequestWork(ReadOnlyMemory<byte> Payload, JobUsage Expected, int? MaxOutputTokens)
{
    private const int DefaultMaxOutputTokens = 8192;

    /// <summary>The most that the job may cost at an offer: what is left of the request's budget, and no more than it can use, so that no more money is tied up.</summary>
    public Amount MaxCost(Offer offer, Amount remaining, long maxInputTokens)
    {
        int output = MaxOutputTokens ?? (offer.ContextTokens > 0 ? offer.ContextTokens : DefaultMaxOutputTokens);
        try
        {
            return Amount.Min(remaining, offer.Price.CostOf(new JobUsage(maxInputTokens, (long)output + 1)));
        }
        catch (OverflowException)
        {
            return remaining;
        }
    }
}
