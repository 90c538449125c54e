using System.Diagnostics;
using DePin.Sdk;
using DePin.Sdk.Identity;
using DePin.Sdk.Market;
using DePin.Sdk.Testing.Market;

namespace DePin.Sdk.Benchmarks;

/// <summary>How long one selection over 100,000 offers takes, and what it allocates. Run with <c>selection [offers] [selections]</c>.</summary>
internal static class SelectionBenchmark
{
    public static void Run(string[] args)
    {
        int offers = args.Length > 0 ? int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture) : 100_000;
        int selections = args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 20_000;
        var random = new Random(1);
        var now = SampleOffers.IssuedAt.AddMinutes(1);
        var list = Enumerable.Range(0, offers).Select(i => SampleOffers.Unsigned(SampleOffers.Key(i), (UInt128)random.Next(1, 1_000_000), (UInt128)random.Next(1, 4_000_000))
            with { ExpiresAt = now.AddSeconds(random.Next(-60, 3600)) }).ToArray();
        var set = OfferSet.Empty;
        var arranging = TimeSpan.MaxValue;
        for (int i = 0; i < 5; i++)
        {
            var before = Environment.CpuUsage.TotalTime;
            set = OfferSet.Create(list);
            arranging = TimeSpan.FromTicks(Math.Min(arranging.Ticks, (Environment.CpuUsage.TotalTime - before).Ticks));
        }

        Console.WriteLine($"{offers:N0} offers are arranged in {arranging.TotalMilliseconds:F0} ms of computing; {selections:N0} selections each");

        var statistics = new ProviderStatistics();
        for (int i = 0; i < 4096; i++)
        {
            var key = SampleOffers.Key(random.Next(offers));
            statistics.RecordStart(key);
            statistics.RecordFirstToken(key, TimeSpan.FromMilliseconds(random.Next(20, 3000)));
            statistics.RecordEnd(key, random.Next(20) != 0);
        }

        var everyday = new SelectionContext
        {
            Statistics = statistics,
            Now = now,
            Excluded = [SampleOffers.Key(1), SampleOffers.Key(2)],
            MaxCost = new Amount(200, SampleOffers.Asset),
        };
        var scarce = everyday with { MaxCost = new Amount(5, SampleOffers.Asset) };
        var mostExcluded = everyday with { Excluded = Enumerable.Range(0, offers - 10).Select(SampleOffers.Key).ToHashSet() };

        Console.WriteLine($"{"selector",-16} {"request",-26} {"p50 us",10} {"p99 us",10} {"bytes",8}");
        foreach (var (name, selector) in new (string, IOfferSelector)[]
        {
            ("power of two", new PowerOfTwoSelector()),
            ("cheapest", new CheapestSelector()),
            ("lowest latency", new LowestLatencySelector()),
        })
        {
            Measure(name, "two excluded, some expired", selector, set, everyday, selections);
            Measure(name, "under 1 % affordable", selector, set, scarce, selections);
            Measure(name, "all but ten excluded", selector, set, mostExcluded, Math.Max(50, selections / 200));
        }
    }

    private static void Measure(string name, string request, IOfferSelector selector, OfferSet set, SelectionContext context, int selections)
    {
        for (int i = 0; i < selections / 4; i++)
        {
            selector.Select(set, context);
        }

        var ticks = new long[selections];
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < selections; i++)
        {
            long start = Stopwatch.GetTimestamp();
            selector.Select(set, context);
            ticks[i] = Stopwatch.GetTimestamp() - start;
        }

        double bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)selections;
        Array.Sort(ticks);
        Console.WriteLine($"{name,-16} {request,-26} {Microseconds(ticks[selections / 2]),10:F2} {Microseconds(ticks[selections * 99 / 100]),10:F2} {bytes,8:F1}");
    }

    private static double Microseconds(long ticks) => ticks * 1e6 / Stopwatch.Frequency;
}
