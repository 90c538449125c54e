using DePin.Sdk.Jobs;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Consumers.Internal;

/// <summary>Who delivered an answer and for how much, as callers find it.</summary>
internal static class AnswerProperties
{
    public static AdditionalPropertiesDictionary Create(IReadOnlyList<Amount> costs, IReadOnlyList<ProviderDelivery> deliveries)
    {
        var properties = new AdditionalPropertiesDictionary
        {
            [DePinChatProperties.Receipts] = (IReadOnlyList<JobReceipt>)[.. deliveries.Select(d => d.Receipt).OfType<JobReceipt>()],
            [DePinChatProperties.Attempts] = deliveries,
            [DePinChatProperties.Costs] = costs,
        };
        if (costs is [var cost])
        {
            properties[DePinChatProperties.Cost] = cost;
        }

        return properties;
    }
}
