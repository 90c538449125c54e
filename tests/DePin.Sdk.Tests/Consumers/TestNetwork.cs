using DePin.Sdk.Consumers;
using DePin.Sdk.Market;
using DePin.Sdk.Settlement;
using DePin.Sdk.Testing;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Tests.Consumers;

/// <summary>Networks whose providers all say the same numbered tokens, at prices of their own, asked in order.</summary>
internal static class TestNetwork
{
    public static string Tokens(int count) => string.Concat(ScriptedChatClient.Numbered(count));

    public static TokenPrice Price(int provider) => new(LedgerSettlement.Usd(1), LedgerSettlement.Usd(2 + (3 * provider)));

    /// <summary>A chat that never hedges, so that a slow test machine changes nothing.</summary>
    public static IChatClient Chat(LocalNetwork network, Action<ChatRoutingOptions>? configure = null)
    {
        var routing = new ChatRoutingOptions { MaxCostPerRequest = LedgerSettlement.Usd(0.1m), HedgeBudget = 0 };
        configure?.Invoke(routing);
        return network.Client.AsIChatClient(network.Model, routing);
    }

    public static Task<LocalNetwork> StartAsync(int tokens = 12, int providers = 3, Action<LocalNetworkOptions>? configure = null) => LocalNetwork.StartAsync(o =>
    {
        o.Providers = providers;
        o.Price = Price;
        o.ChatClient = _ => new ScriptedChatClient(ScriptedChatClient.Numbered(tokens));
        o.ConfigureClient = c => c.Selector = new FirstInLineSelector();
        configure?.Invoke(o);
    });

    /// <summary>Settles, and checks that every provider holds exactly what the answers say it delivered, and that no money appeared or vanished.</summary>
    public static async Task<IReadOnlyList<ChannelReport>> SettleExactlyAsync(LocalNetwork network, IEnumerable<ProviderDelivery> deliveries)
    {
        foreach (var provider in network.Providers)
        {
            // Whoever was dead comes back, so that it can claim.
            provider.Kill();
            provider.Restart();
        }

        var reports = await network.Client.SettleAsync();
        Assert.All(reports, r => Assert.True(r is { Closing: ChannelClosing.Cooperative, Status: ChannelStatus.Closed }, $"{r.Closing} {r.Status}: {r.Failure?.Message}"));
        Assert.All(reports, r => Assert.Equal(r.Deposited, r.Paid + r.Refunded));
        var owed = deliveries.GroupBy(d => d.Provider).ToDictionary(g => g.Key, g => g.Aggregate(Amount.Zero(LedgerSettlement.Credit), (sum, d) => sum + d.Amount));
        var total = Amount.Zero(LedgerSettlement.Credit);
        foreach (var provider in network.Providers)
        {
            var balance = await provider.GetBalanceAsync();
            Assert.Equal(owed.GetValueOrDefault(provider.PublicKey, Amount.Zero(LedgerSettlement.Credit)), balance);
            total += balance;
        }

        Assert.Equal(LedgerSettlement.Usd(1000), total + await network.GetConsumerBalanceAsync());
        return reports;
    }

    /// <summary>Each delivery costs the price of its provider for what it says was delivered.</summary>
    public static void AssertPriced(LocalNetwork network, IEnumerable<ProviderDelivery> deliveries)
    {
        foreach (var delivery in deliveries)
        {
            int number = network.Providers.ToList().FindIndex(p => p.PublicKey == delivery.Provider);
            Assert.Equal(Price(number).CostOf(delivery.Usage), delivery.Amount);
        }
    }
}
