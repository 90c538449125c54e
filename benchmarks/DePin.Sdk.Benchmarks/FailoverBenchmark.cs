using System.Diagnostics;
using DePin.Sdk.Consumers;
using DePin.Sdk.Identity;
using DePin.Sdk.ProviderProcess;
using DePin.Sdk.Settlement;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Benchmarks;

/// <summary>Providers die in the middle of answers, at a random token: is a token lost or repeated, how long does the text stand still, and does the money add up?</summary>
internal static class FailoverBenchmark
{
    private const int Tokens = 100;

    public static async Task<int> RunAsync(int kills)
    {
        var random = new Random(1);
        var pace = TimeSpan.FromMilliseconds(2);
        await using var ledger = LedgerSettlement.CreateInMemory();
        using var signer = P256Signer.Create();
        await ledger.DepositAsync(ledger.GetAccount(signer.PublicKey), LedgerSettlement.Usd(1_000));
        var providers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => MortalProvider.StartAsync(ledger, Tokens, pace, () => random.Next(1, Tokens - 1))));
        await using var directory = new EndpointDirectory(providers.Select(p => p.Endpoint), connector: null);
        var options = new DePinClientOptions { Directory = directory, Settlement = ledger, Signer = signer };
        options.Payments.DepositRequests = 10_000;

        int wrong = 0;
        var stalls = new List<double>();
        Amount delivered = LedgerSettlement.Usd(0), paid = delivered;
        await using (var client = await DePinClient.ConnectAsync(options))
        {
            using var chat = client.AsIChatClient("counting", new() { MaxCostPerRequest = LedgerSettlement.Usd(0.01m), HedgeBudget = 0 });
            while (providers.Sum(p => p.Deaths) < kills)
            {
                var updates = new List<ChatResponseUpdate>();
                double longest = 0;
                long last = 0;
                await foreach (var update in chat.GetStreamingResponseAsync("Count."))
                {
                    updates.Add(update);
                    if (update.Text.Length > 0)
                    {
                        longest = last == 0 ? 0 : Math.Max(longest, Stopwatch.GetElapsedTime(last).TotalMilliseconds);
                        last = Stopwatch.GetTimestamp();
                    }
                }

                var response = updates.ToChatResponse();
                wrong += response.Text == CountingChatClient.Answer(Tokens) ? 0 : 1;
                stalls.Add(longest);
                foreach (var delivery in (IReadOnlyList<ProviderDelivery>)response.AdditionalProperties![DePinChatProperties.Attempts]!)
                {
                    delivered += delivery.Amount;
                }
            }

            foreach (var report in await client.SettleAsync())
            {
                paid += report.Paid;
            }
        }

        int deaths = providers.Sum(p => p.Deaths);
        var totals = await ledger.GetTotalsAsync(LedgerSettlement.Credit);
        foreach (var provider in providers)
        {
            await provider.DisposeAsync();
        }

        var stall = new Percentiles(stalls);
        Console.WriteLine($"providers killed mid-stream  {deaths}");
        Console.WriteLine($"answers with a token lost or repeated  {wrong} of {stalls.Count}");
        Console.WriteLine($"longest stall of an answer (a token every {pace.TotalMilliseconds} ms)  p50 {stall.P50:F1} ms, p99 {stall.P99:F1} ms, max {stall.Max:F1} ms");
        Console.WriteLine($"delivered {delivered}, paid {paid}, ledger conserved: {totals.IsConserved}");
        return wrong == 0 && paid == delivered && totals.IsConserved ? 0 : 1;
    }
}
