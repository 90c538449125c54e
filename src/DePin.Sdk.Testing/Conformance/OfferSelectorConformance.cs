using DePin.Sdk.Identity;
using DePin.Sdk.Jobs;
using DePin.Sdk.Market;
using DePin.Sdk.Testing.Market;

namespace DePin.Sdk.Testing.Conformance;

/// <summary>What every <see cref="IOfferSelector"/> does. Run <see cref="RunAsync"/> for each of <see cref="CaseNames"/>.</summary>
public sealed class OfferSelectorConformance
{
    private static readonly Dictionary<string, Func<OfferSelectorConformance, Task>> Cases = new(StringComparer.Ordinal)
    {
        ["Select_EmptySet_IsNull"] = c => c.EmptyAsync(),
        ["Select_OneOffer_IsChosen"] = c => c.OneAsync(),
        ["Select_AnyLimits_IsAllowedAndFoundWhenThereIsOne"] = c => c.AnyLimitsAsync(),
        ["Select_AllButOneExcluded_FindsIt"] = c => c.NeedleAsync(Excluded),
        ["Select_AllButOneExpired_FindsIt"] = c => c.NeedleAsync(Expired),
        ["Select_AllButOneTooDear_FindsIt"] = c => c.NeedleAsync(TooDear),
        ["Select_HalfExpiredHalfTooDear_IsNull"] = c => c.NoneLeftAsync(),
        ["Select_OverflowingPrices_AreNeverWithinALimit"] = c => c.OverflowAsync(),
        ["Select_OtherAsset_IsPassedOver"] = c => c.OtherAssetAsync(),
        ["Select_ManyThreads_Works"] = c => c.ThreadsAsync(),
    };

    private static readonly DateTimeOffset Now = SampleOffers.IssuedAt.AddMinutes(1);

    private readonly Func<IOfferSelector> _create;

    /// <summary>Makes the suite for an implementation.</summary>
    /// <param name="create">Makes a selector.</param>
    public OfferSelectorConformance(Func<IOfferSelector> create) => _create = create;

    /// <summary>The names of the cases.</summary>
    public static IReadOnlyCollection<string> CaseNames => Cases.Keys;

    /// <summary>Runs a case.</summary>
    /// <exception cref="ConformanceException">The implementation fails it.</exception>
    public Task RunAsync(string caseName) => Cases[caseName](this);

    private static SelectionContext Context() => new() { Statistics = new ProviderStatistics(new ManualTimeProvider(Now)), Now = Now };

    private static Offer Offer(int number, UInt128 price) => SampleOffers.Unsigned(SampleOffers.Key(number), price, price);

    private static (OfferSet, SelectionContext) Excluded(int count, int needle) =>
        (OfferSet.Create(Enumerable.Range(0, count).Select(i => Offer(i, 5))), Context() with { Excluded = [.. Enumerable.Range(0, count).Where(i => i != needle).Select(SampleOffers.Key)] });

    private static (OfferSet, SelectionContext) Expired(int count, int needle) =>
        (OfferSet.Create(Enumerable.Range(0, count).Select(i => Offer(i, 5) with { ExpiresAt = i == needle ? Now.AddTicks(1) : Now })), Context());

    private static (OfferSet, SelectionContext) TooDear(int count, int needle) =>
        (OfferSet.Create(Enumerable.Range(0, count).Select(i => Offer(i, i == needle ? 1_000_000UL : 1_000_001UL))), Context() with
        {
            ExpectedUsage = new JobUsage(1, 1),
            MaxCost = new Amount(2, SampleOffers.Asset),
        });

    private Task EmptyAsync()
    {
        Expect.True(_create().Select(OfferSet.Empty, Context()) is null, "nothing is chosen from nothing");
        return Task.CompletedTask;
    }

    private Task OneAsync()
    {
        var offer = Offer(1, 5);
        Expect.True(ReferenceEquals(offer, _create().Select(OfferSet.Create([offer]), Context())), "the only offer is chosen");
        return Task.CompletedTask;
    }

    private Task AnyLimitsAsync()
    {
        var selector = _create();
        for (int seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            int count = random.Next(1, seed % 8 == 0 ? 1000 : 40);
            var set = OfferSet.Create(Enumerable.Range(0, count).Select(i => SampleOffers.Unsigned(SampleOffers.Key(i), (UInt128)random.Next(2_000_000), (UInt128)random.Next(2_000_000))
                with { ExpiresAt = Now.AddSeconds(random.Next(-10, 3)) }));
            var context = Context() with
            {
                Excluded = random.Next(2) == 0 ? [] : Some(random, count),
                ExpectedUsage = new JobUsage(random.Next(3), random.Next(3)),
                MaxCost = random.Next(2) == 0 ? null : new Amount((UInt128)random.Next(6), SampleOffers.Asset),
            };
            for (int i = random.Next(count); i > 0; i--)
            {
                var key = SampleOffers.Key(random.Next(count));
                context.Statistics.RecordStart(key);
                context.Statistics.RecordFirstToken(key, TimeSpan.FromMilliseconds(random.Next(1000)));
                context.Statistics.RecordEnd(key, random.Next(3) != 0);
            }

            var allowed = set.Offers.Where(o => IsAllowed(o, context)).ToHashSet(ReferenceEqualityComparer.Instance);
            for (int i = 0; i < 5; i++)
            {
                var chosen = selector.Select(set, context);
                Expect.Equal(allowed.Count > 0, chosen is not null, $"seed {seed}: something is chosen when something is allowed");
                Expect.True(chosen is null || allowed.Contains(chosen), $"seed {seed}: what is chosen is neither excluded nor expired nor too dear");
            }
        }

        return Task.CompletedTask;
    }

    private Task NeedleAsync(Func<int, int, (OfferSet Set, SelectionContext Context)> haystack)
    {
        foreach (int count in (int[])[2, 65, 3000])
        {
            foreach (int needle in (int[])[0, count / 2, count - 1])
            {
                var (set, context) = haystack(count, needle);
                Expect.Equal(SampleOffers.Key(needle), _create().Select(set, context)?.Provider, $"the one of {count} that is left");
            }
        }

        return Task.CompletedTask;
    }

    private Task NoneLeftAsync()
    {
        var set = OfferSet.Create(Enumerable.Range(0, 2000).Select(i => i % 2 == 0 ? Offer(i, 1) with { ExpiresAt = Now } : Offer(i, 10_000_000)));
        var context = Context() with { ExpectedUsage = new JobUsage(1, 1), MaxCost = new Amount(5, SampleOffers.Asset) };
        Expect.True(_create().Select(set, context) is null, "nothing is chosen where nothing is allowed");
        return Task.CompletedTask;
    }

    private Task OverflowAsync()
    {
        var set = OfferSet.Create(Enumerable.Range(0, 100).Select(i => Offer(i, UInt128.MaxValue)));
        Expect.True(_create().Select(set, Context() with { MaxCost = new Amount(UInt128.MaxValue, SampleOffers.Asset) }) is null, "a cost beyond 128 bits is above every limit");
        return Task.CompletedTask;
    }

    private Task OtherAssetAsync()
    {
        var euro = Asset.Parse("depin:local/credit:eur");
        var set = OfferSet.Create(Enumerable.Range(0, 100).Select(i => i == 50
            ? Offer(i, 5)
            : Offer(i, 1) with { Price = new TokenPrice(new Amount(1, euro), new Amount(1, euro)), CreditWindow = Amount.Zero(euro) }));
        Expect.Equal(SampleOffers.Key(50), _create().Select(set, Context() with { MaxCost = new Amount(1_000_000, SampleOffers.Asset) })?.Provider, "the one in the limit's asset");
        Expect.True(_create().Select(set, Context()) is not null, "without a limit every asset counts");
        return Task.CompletedTask;
    }

    private async Task ThreadsAsync()
    {
        var selector = _create();
        var set = OfferSet.Create(Enumerable.Range(0, 500).Select(i => Offer(i, (UInt128)(i % 7))));
        var context = Context() with { Excluded = new HashSet<PublicKey>([SampleOffers.Key(3)]) };
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 2000; i++)
            {
                var chosen = selector.Select(set, context);
                Expect.True(chosen is not null && chosen.Provider != SampleOffers.Key(3), "an allowed offer is chosen on every thread");
                context.Statistics.RecordStart(chosen!.Provider);
                context.Statistics.RecordFirstToken(chosen.Provider, TimeSpan.FromMilliseconds(i % 50));
                context.Statistics.RecordEnd(chosen.Provider, i % 5 != 0);
            }
        }))).ConfigureAwait(false);
    }

    private static bool IsAllowed(Offer offer, SelectionContext context) =>
        offer.ExpiresAt > context.Now
        && !context.Excluded.Contains(offer.Provider)
        && (context.MaxCost is not { } max || (offer.Price.Asset == max.Asset && offer.Price.CostOf(context.ExpectedUsage) <= max));

    private static IReadOnlyCollection<PublicKey> Some(Random random, int count)
    {
        var keys = Enumerable.Range(0, count).Where(_ => random.Next(3) != 0).Select(SampleOffers.Key);
        return random.Next(3) switch
        {
            0 => keys.ToList(),
            1 => keys.ToHashSet(),
            _ => new Queue<PublicKey>(keys),
        };
    }
}
