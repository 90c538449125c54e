using DePin.Sdk.Jobs;
using DePin.Sdk.Market;
using DePin.Sdk.Testing.Market;
using FsCheck;
using FsCheck.Fluent;

namespace DePin.Sdk.Tests.Market;

public sealed class OfferSetTests
{
    [Fact]
    public void Create_TwoOffersOfOneProvider_KeepsTheNewest()
    {
        var old = SampleOffers.Unsigned(SampleOffers.Key(1), 1, 1);
        var newer = SampleOffers.Unsigned(SampleOffers.Key(1), 1, 9) with { IssuedAt = old.IssuedAt.AddSeconds(1) };

        Assert.Same(newer, Assert.Single(OfferSet.Create([old, newer]).Offers));
        Assert.Same(newer, Assert.Single(OfferSet.Create([newer, old]).Offers));
    }

    [Fact]
    public void Create_SameProviderOtherModel_KeepsBoth()
    {
        var set = OfferSet.Create([SampleOffers.Unsigned(SampleOffers.Key(1), 1, 1), SampleOffers.Unsigned(SampleOffers.Key(1), 1, 1, "other")]);

        Assert.Equal(2, set.Offers.Count);
    }

    [Fact]
    public void Create_AnyOrder_IsCheapestOutputFirstAndDoesNotDependOnTheOrder()
    {
        var random = new Random(7);
        var offers = Enumerable.Range(0, 200).Select(i => SampleOffers.Unsigned(SampleOffers.Key(i), (UInt128)random.Next(5), (UInt128)random.Next(5))).ToArray();
        var one = OfferSet.Create(offers);
        random.Shuffle(offers);
        var other = OfferSet.Create(offers);

        Assert.Equal(one.Offers.Select(o => o.Provider), other.Offers.Select(o => o.Provider));
        Assert.Equal(one.Offers.Select(o => o.Price.PerMillionOutputTokens).Order(), one.Offers.Select(o => o.Price.PerMillionOutputTokens));
    }

    [Fact]
    public void Counts_AnyOffersAndLimits_AgreeWithAScan()
    {
        var property = Prop.ForAll(
            Gen.Choose(0, 60).ToArbitrary(),
            Gen.Choose(0, int.MaxValue).ToArbitrary(),
            (count, seed) =>
            {
                var random = new Random(seed);
                var now = SampleOffers.IssuedAt;
                var set = OfferSet.Create(Enumerable.Range(0, count).Select(i => SampleOffers.Unsigned(SampleOffers.Key(i), (UInt128)random.Next(1, 2_000_000), (UInt128)random.Next(1, 2_000_000))
                    with { ExpiresAt = now.AddSeconds(random.Next(-5, 5)), IssuedAt = now.AddDays(-1) }));
                var usage = new JobUsage(random.Next(3), random.Next(3));
                UInt128 limit = (UInt128)random.Next(6);
                var (start, all) = set.OfAsset(SampleOffers.Asset);

                return all == count
                    && set.CountLive(now) == set.Offers.Count(o => o.ExpiresAt > now)
                    && set.CountByOutputPrice(start, all, usage, limit) == set.Offers.Count(o => o.Price.CostOf(new JobUsage(0, usage.OutputTokens)).BaseUnits <= limit)
                    && set.CountByInputPrice(start, all, usage, limit) == set.Offers.Count(o => o.Price.CostOf(new JobUsage(usage.InputTokens, 0)).BaseUnits <= limit);
            });
        property.QuickCheckThrowOnFailure();
    }
}
