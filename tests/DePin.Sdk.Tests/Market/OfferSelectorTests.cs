using DePin.Sdk.Jobs;
using DePin.Sdk.Market;
using DePin.Sdk.Testing;
using DePin.Sdk.Testing.Market;

namespace DePin.Sdk.Tests.Market;

public sealed class OfferSelectorTests
{
    private readonly ManualTimeProvider _time = new(SampleOffers.IssuedAt);

    private static SelectionContext Context(ProviderStatistics? statistics = null) => new()
    {
        Statistics = statistics ?? new ProviderStatistics(new ManualTimeProvider(SampleOffers.IssuedAt)),
        Now = SampleOffers.IssuedAt,
    };

    private static OfferSet Equal(int count) => OfferSet.Create(Enumerable.Range(0, count).Select(i => SampleOffers.Unsigned(SampleOffers.Key(i), 100, 100)));

    [Theory]
    [InlineData(10)]
    [InlineData(500)]
    public void PowerOfTwo_EqualOffers_AreChosenEvenly(int count)
    {
        var selector = new PowerOfTwoSelector(random: new Random(11));
        var set = Equal(count);
        var context = Context();
        var chosen = new Dictionary<DePin.Sdk.Identity.PublicKey, int>();
        for (int i = 0; i < count * 100; i++)
        {
            var provider = selector.Select(set, context)!.Provider;
            chosen[provider] = chosen.GetValueOrDefault(provider) + 1;
        }

        Assert.Equal(count, chosen.Count);
        Assert.All(chosen.Values, times => Assert.InRange(times, 50, 160));
    }

    [Fact]
    public void PowerOfTwo_FastAndSlow_PrefersFast()
    {
        var statistics = new ProviderStatistics(_time);
        statistics.RecordFirstToken(SampleOffers.Key(0), TimeSpan.FromMilliseconds(100));
        statistics.RecordFirstToken(SampleOffers.Key(1), TimeSpan.FromMilliseconds(900));
        Assert.All(Choose(new PowerOfTwoSelector(random: new Random(1)), Equal(2), Context(statistics)), o => Assert.Equal(SampleOffers.Key(0), o.Provider));
    }

    [Fact]
    public void PowerOfTwo_CheapAndDear_PrefersCheap()
    {
        var set = OfferSet.Create([SampleOffers.Unsigned(SampleOffers.Key(0), 1_000_000, 1_000_000), SampleOffers.Unsigned(SampleOffers.Key(1), 4_000_000, 4_000_000)]);
        Assert.All(Choose(new PowerOfTwoSelector(random: new Random(1)), set, Context()), o => Assert.Equal(SampleOffers.Key(0), o.Provider));
    }

    [Fact]
    public void PowerOfTwo_FreeAndPaid_StillWeighsSpeed()
    {
        var statistics = new ProviderStatistics(_time);
        statistics.RecordFirstToken(SampleOffers.Key(0), TimeSpan.FromSeconds(60));
        statistics.RecordEnd(SampleOffers.Key(0), succeeded: false);
        statistics.RecordFirstToken(SampleOffers.Key(1), TimeSpan.FromMilliseconds(100));
        var set = OfferSet.Create([SampleOffers.Unsigned(SampleOffers.Key(0), 0, 0), SampleOffers.Unsigned(SampleOffers.Key(1), 4_000_000, 4_000_000)]);
        Assert.All(Choose(new PowerOfTwoSelector(random: new Random(1)), set, Context(statistics)), o => Assert.Equal(SampleOffers.Key(1), o.Provider));
    }

    [Fact]
    public void PowerOfTwo_FailingProvider_IsAvoided()
    {
        var statistics = new ProviderStatistics(_time);
        statistics.RecordFirstToken(SampleOffers.Key(0), TimeSpan.FromMilliseconds(100));
        statistics.RecordFirstToken(SampleOffers.Key(1), TimeSpan.FromMilliseconds(100));
        statistics.RecordEnd(SampleOffers.Key(1), succeeded: false);
        Assert.All(Choose(new PowerOfTwoSelector(random: new Random(1)), Equal(2), Context(statistics)), o => Assert.Equal(SampleOffers.Key(0), o.Provider));
    }

    [Fact]
    public void PowerOfTwo_BusyProvider_GivesWay()
    {
        var statistics = new ProviderStatistics(_time);
        for (int i = 0; i < 20; i++)
        {
            statistics.RecordStart(SampleOffers.Key(0));
        }

        statistics.RecordFirstToken(SampleOffers.Key(0), TimeSpan.FromMilliseconds(100));
        statistics.RecordFirstToken(SampleOffers.Key(1), TimeSpan.FromMilliseconds(200));
        Assert.All(Choose(new PowerOfTwoSelector(random: new Random(1)), Equal(2), Context(statistics)), o => Assert.Equal(SampleOffers.Key(1), o.Provider));
    }

    [Fact]
    public void PowerOfTwo_Newcomer_IsTriedOnceAtATime()
    {
        var statistics = new ProviderStatistics(_time);
        statistics.RecordFirstToken(SampleOffers.Key(0), TimeSpan.FromMilliseconds(1));
        var selector = new PowerOfTwoSelector(random: new Random(1));

        Assert.All(Choose(selector, Equal(2), Context(statistics)), o => Assert.Equal(SampleOffers.Key(1), o.Provider));
        statistics.RecordStart(SampleOffers.Key(1));
        Assert.All(Choose(selector, Equal(2), Context(statistics)), o => Assert.Equal(SampleOffers.Key(0), o.Provider));
    }

    [Fact]
    public void PowerOfTwo_ManyOffersOneKnownFast_ComesBackToIt()
    {
        var statistics = new ProviderStatistics(_time);
        statistics.RecordFirstToken(SampleOffers.Key(5), TimeSpan.FromMilliseconds(100));
        var set = OfferSet.Create(Enumerable.Range(0, 10_000).Select(i => SampleOffers.Unsigned(SampleOffers.Key(i), 1_000_000, i == 5 ? 1_000_000UL : 9_000_000UL)));

        int back = Choose(new PowerOfTwoSelector(random: new Random(1)), set, Context(statistics)).Count(o => o.Provider == SampleOffers.Key(5));

        Assert.InRange(back, 90, 100);
    }

    [Fact]
    public void PowerOfTwoOptions_BadWeights_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => new PowerOfTwoSelector(new PowerOfTwoOptions { LatencyWeight = -1 }));
        Assert.Throws<ArgumentException>(() => new PowerOfTwoSelector(new PowerOfTwoOptions { LatencyWeight = 0, PriceWeight = 0 }));
        Assert.Throws<ArgumentException>(() => new PowerOfTwoSelector(new PowerOfTwoOptions { PriceWeight = double.NaN }));
    }

    [Fact]
    public void Cheapest_AnyOffers_AgreesWithAScan()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            int count = random.Next(1, seed % 4 == 0 ? 2000 : 100);
            var set = OfferSet.Create(Enumerable.Range(0, count).Select(i => SampleOffers.Unsigned(SampleOffers.Key(i), (UInt128)random.Next(1, 1 << random.Next(4, 24)), (UInt128)random.Next(1, 1 << random.Next(4, 24)))
                with { ExpiresAt = SampleOffers.IssuedAt.AddSeconds(random.Next(-3, 3)), IssuedAt = SampleOffers.IssuedAt.AddDays(-1) }));
            var context = Context() with
            {
                ExpectedUsage = new JobUsage(random.Next(500), random.Next(500)),
                Excluded = [.. Enumerable.Range(0, random.Next(count)).Select(SampleOffers.Key)],
                MaxCost = random.Next(2) == 0 ? null : new Amount((UInt128)random.Next(2000), SampleOffers.Asset),
            };
            var eligible = set.Offers.Where(o => o.ExpiresAt > context.Now && !context.Excluded.Contains(o.Provider)
                && (context.MaxCost is not { } max || o.Price.CostOf(context.ExpectedUsage) <= max)).ToArray();

            var chosen = new CheapestSelector().Select(set, context);

            Assert.Equal(
                eligible.Length == 0 ? null : eligible.Min(o => o.Price.CostOf(context.ExpectedUsage).BaseUnits),
                chosen?.Price.CostOf(context.ExpectedUsage).BaseUnits);
        }
    }

    [Fact]
    public void Cheapest_EqualCosts_TakesTheIdleOne()
    {
        var statistics = new ProviderStatistics(_time);
        statistics.RecordStart(SampleOffers.Key(0));
        statistics.RecordStart(SampleOffers.Key(2));

        Assert.Equal(SampleOffers.Key(1), new CheapestSelector().Select(Equal(3), Context(statistics))!.Provider);
        Assert.NotEqual(SampleOffers.Key(0), new CheapestSelector().Select(Equal(3000), Context(statistics))!.Provider);
    }

    [Fact]
    public void LowestLatency_Known_TakesTheFastestAndSometimesANewcomer()
    {
        var statistics = new ProviderStatistics(_time);
        for (int i = 0; i < 5; i++)
        {
            statistics.RecordFirstToken(SampleOffers.Key(i), TimeSpan.FromMilliseconds(500 - (i * 90)));
        }

        var chosen = Choose(new LowestLatencySelector(new Random(5)), Equal(1000), Context(statistics), 800);

        Assert.InRange(chosen.Count(o => o.Provider == SampleOffers.Key(4)), 700, 790);
        Assert.DoesNotContain(chosen, o => Enumerable.Range(0, 4).Any(i => o.Provider == SampleOffers.Key(i)));
    }

    [Fact]
    public void LowestLatency_FastestFails_TakesTheNext()
    {
        var statistics = new ProviderStatistics(_time);
        statistics.RecordFirstToken(SampleOffers.Key(0), TimeSpan.FromMilliseconds(100));
        statistics.RecordFirstToken(SampleOffers.Key(1), TimeSpan.FromMilliseconds(120));
        statistics.RecordEnd(SampleOffers.Key(0), succeeded: false);

        Assert.All(Choose(new LowestLatencySelector(new Random(5)), Equal(2), Context(statistics)), o => Assert.Equal(SampleOffers.Key(1), o.Provider));
    }

    private static List<Offer> Choose(IOfferSelector selector, OfferSet set, SelectionContext context, int times = 100) =>
        [.. Enumerable.Range(0, times).Select(_ => selector.Select(set, context)!)];
}
