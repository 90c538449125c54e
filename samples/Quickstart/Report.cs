using DePin.Sdk;
using DePin.Sdk.Consumers;
using Microsoft.Extensions.AI;

namespace Quickstart;

/// <summary>The table at the end: who delivered what, and what became of the money.</summary>
internal static class Report
{
    public static void Print(Money money, Provider[] providers, AdditionalPropertiesDictionary answer, IEnumerable<ChannelReport> channels, long vouchers)
    {
        var deliveries = (IReadOnlyList<ProviderDelivery>)answer[DePinChatProperties.Attempts]!;
        var byPayee = channels.ToDictionary(channel => channel.Provider ?? default);
        Console.WriteLine();
        Console.WriteLine($"{"provider",-9}{"ended",-12}{"tokens in",10}{"out",6}{"delivered",13}{"paid",13}{"refunded",13}{"first token",13}{"tokens/s",10}  receipt");
        foreach (var delivery in deliveries)
        {
            var name = providers.Single(provider => provider.Endpoint == delivery.Endpoint).Name;
            var channel = byPayee[delivery.Provider];
            Console.WriteLine(
                $"{name,-9}{delivery.Ending,-12}{delivery.Usage.InputTokens,10}{delivery.Usage.OutputTokens,6}{money.Text(delivery.Amount),13}{money.Text(channel.Paid),13}{money.Text(channel.Refunded),13}"
                + $"{delivery.TimeToFirstToken?.TotalMilliseconds,10:F0} ms{TokensPerSecond(delivery),10:F1}  {(delivery.Receipt is null ? "none" : "verified")}");
        }

        Console.WriteLine($"\nThat answer cost {money.Text((Amount)answer[DePinChatProperties.Cost]!)}. The players signed {vouchers} vouchers in all, as the words came.");
    }

    private static double TokensPerSecond(ProviderDelivery delivery) =>
        delivery.TimeToLastToken - delivery.TimeToFirstToken is { } time && time > TimeSpan.Zero ? (delivery.Usage.OutputTokens - 1) / time.TotalSeconds : 0;
}
