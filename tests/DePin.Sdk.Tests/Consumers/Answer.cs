using DePin.Sdk.Consumers;
using DePin.Sdk.Jobs;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Tests.Consumers;

/// <summary>A whole streamed answer, taken apart.</summary>
internal sealed record Answer(IReadOnlyList<ChatResponseUpdate> Updates)
{
    public string Text => string.Concat(Updates.Select(u => u.Text));

    public ChatResponseUpdate Final => Updates[^1];

    public UsageDetails Usage => Final.Contents.OfType<UsageContent>().Single().Details;

    public Amount Cost => (Amount)Final.AdditionalProperties![DePinChatProperties.Cost]!;

    public IReadOnlyList<JobReceipt> Receipts => (IReadOnlyList<JobReceipt>)Final.AdditionalProperties![DePinChatProperties.Receipts]!;

    public IReadOnlyList<ProviderDelivery> Attempts => (IReadOnlyList<ProviderDelivery>)Final.AdditionalProperties![DePinChatProperties.Attempts]!;

    public static async Task<Answer> ReadAsync(IChatClient chat, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in chat.GetStreamingResponseAsync("Greet the traveller.", options, cancellationToken))
        {
            updates.Add(update);
        }

        return new Answer(updates);
    }
}
