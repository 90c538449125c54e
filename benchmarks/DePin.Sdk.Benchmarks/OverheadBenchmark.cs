using System.Diagnostics;
using DePin.Sdk.ProviderProcess;
using DePin.Sdk.Settlement;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Benchmarks;

/// <summary>
/// What the network adds to calling the same <see cref="IChatClient"/> in process: discovery, selection, HTTP/2, vouchers, journals and receipts, between two
/// processes on loopback. The model counts, at the pace of a fast real one or as fast as its tokens are taken.
/// </summary>
internal static class OverheadBenchmark
{
    private const int Tokens = 256;
    private const int Rounds = 5;

    public static async Task RunAsync()
    {
        Console.WriteLine($"{Tokens} tokens a stream; median of {Rounds} rounds; direct = the same model in process");
        Console.WriteLine($"{"model pace",-14}{"streams",-12}{"first token p50",17}{"p99",9}{"added p50",11}{"added p99",11}{"added/token p50",17}{"tokens/s",10}{"client B/tok",14}{"provider B/tok",15}");
        foreach (var pace in new[] { TimeSpan.FromMilliseconds(10), TimeSpan.Zero })
        {
            // Streams of real users begin at their own times; "at once" is the worst case, when all of them are signed, verified and admitted in one burst.
            bool paced = pace > TimeSpan.Zero;
            await using var network = await Network.StartAsync(Tokens, pace);
            using var remote = network.Client.AsIChatClient("counting", new() { MaxCostPerRequest = LedgerSettlement.Usd(0.01m), HedgeBudget = 0 });
            using var direct = new CountingChatClient(Tokens, pace);
            foreach (var (streams, spread) in paced ? new[] { (1, TimeSpan.Zero), (64, pace * Tokens), (64, TimeSpan.Zero) } : [(1, TimeSpan.Zero), (64, TimeSpan.Zero)])
            {
                int repeats = (pace > TimeSpan.Zero, streams) switch { (true, 1) => 6, (true, _) => 2, (false, 1) => 100, _ => 8 };
                await MeasureAsync(remote, streams, repeats, spread);
                var rounds = new List<(Round Direct, Round Remote, double ClientBytes, double ProviderBytes)>();
                for (int i = 0; i < Rounds; i++)
                {
                    var alone = await MeasureAsync(direct, streams, repeats, spread);
                    long clientBefore = GC.GetTotalAllocatedBytes(precise: true), providerBefore = await network.Provider.GetAllocatedBytesAsync();
                    var paid = await MeasureAsync(remote, streams, repeats, spread);
                    long tokens = (long)Tokens * streams * repeats;
                    rounds.Add((alone, paid, (GC.GetTotalAllocatedBytes(precise: true) - clientBefore) / (double)tokens, (await network.Provider.GetAllocatedBytesAsync() - providerBefore) / (double)tokens));
                }

                double Median(Func<(Round Direct, Round Remote, double ClientBytes, double ProviderBytes), double> value) => new Percentiles(rounds.Select(value)).P50;
                Console.WriteLine(
                    $"{(paced ? $"{pace.TotalMilliseconds} ms/token" : "unpaced"),-14}{streams,4}{(streams == 1 ? "" : spread > TimeSpan.Zero ? " spread" : " at once"),-8}"
                    + $"{Median(r => r.Remote.FirstToken.P50),14:F2} ms{Median(r => r.Remote.FirstToken.P99),6:F2} ms"
                    + $"{Median(r => r.Remote.FirstToken.P50 - r.Direct.FirstToken.P50),8:F2} ms{Median(r => r.Remote.FirstToken.P99 - r.Direct.FirstToken.P99),8:F2} ms"
                    + $"{1000 * Median(r => r.Remote.PerToken.P50 - r.Direct.PerToken.P50),14:F1} µs{Median(r => r.Remote.TokensPerSecond),10:F0}"
                    + $"{Median(r => r.ClientBytes),14:F0}{Median(r => r.ProviderBytes),15:F0}");
            }
        }
    }

    private static async Task<Round> MeasureAsync(IChatClient chat, int streams, int repeats, TimeSpan spread)
    {
        var expected = CountingChatClient.Answer(Tokens);
        var firstTokens = new List<double>();
        var perToken = new List<double>();
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, streams).Select(stream => Task.Run(async () =>
        {
            await Task.Delay(spread * stream / streams);
            for (int i = 0; i < repeats; i++)
            {
                // One user reads before asking again; a crowd does not wait for each other.
                await Task.Delay(streams == 1 ? 20 : 0);
                long start = Stopwatch.GetTimestamp(), first = 0, last = 0;
                int length = 0;
                await foreach (var update in chat.GetStreamingResponseAsync("Count."))
                {
                    if (update.Text.Length > 0)
                    {
                        last = Stopwatch.GetTimestamp();
                        first = first == 0 ? last : first;
                        length += update.Text.Length;
                    }
                }

                if (length != expected.Length)
                {
                    throw new InvalidOperationException($"{length} characters arrived instead of {expected.Length}.");
                }

                lock (firstTokens)
                {
                    firstTokens.Add(Stopwatch.GetElapsedTime(start, first).TotalMilliseconds);
                    perToken.Add(Stopwatch.GetElapsedTime(first, last).TotalMilliseconds / (Tokens - 1));
                }
            }
        })));
        return new Round(new Percentiles(firstTokens), new Percentiles(perToken), (double)Tokens * streams * repeats / watch.Elapsed.TotalSeconds);
    }

    private sealed record Round(Percentiles FirstToken, Percentiles PerToken, double TokensPerSecond);
}
