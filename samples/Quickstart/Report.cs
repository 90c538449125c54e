using DePin.Sdk;
using DePin.Sdk.Consumers;
using DePin.Sdk.Settlement;
using Microsoft.Extensions.AI;

namespace Quickstart;

/// <summary>The table at the end: who delivered what, and what became of the money.</summary>
internal static class Report
{
    public static void Print(Provider[] providers, AdditionalPropertiesDictionary answer, IEnumerable<ChannelReport> channels, LedgerTotals totals)
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
                $"{name,-9}{delivery.Ending,-12}{delivery.Usage.InputTokens,10}{delivery.Usage.OutputTokens,6}{Dollars(delivery.Amount),13}{Dollars(channel.Paid),13}{Dollars(channel.Refunded),13}"
                + $"{delivery.TimeToFirstToken?.TotalMilliseconds,10:F0} ms{TokensPerSecond(delivery),10:F1}  {(delivery.Receipt is null ? "none" : "verified")}");
        }

        Console.WriteLine();
        Console.WriteLine(
            $"The answer cost {Dollars((Amount)answer[DePinChatProperties.Cost]!)}. The ledger holds {Dollars(totals.Balances)} in accounts and {Dollars(totals.Escrowed)} in channels, "
            + $"of {Dollars(totals.Deposited)} deposited: {(totals.IsConserved ? "nothing appeared, nothing vanished" : "it does not add up")}.");
    }

    private static double TokensPerSecond(ProviderDelivery delivery) =>
        delivery.TimeToLastToken - delivery.TimeToFirstToken is { } time && time > TimeSpan.Zero ? (delivery.Usage.OutputTokens - 1) / time.TotalSeconds : 0;

    private static string Dollars(Amount amount) => "$" + amount.ToDecimalString(LedgerSettlement.CreditDecimals);
}
