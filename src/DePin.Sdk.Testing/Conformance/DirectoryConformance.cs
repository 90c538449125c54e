using DePin.Sdk.Identity;
using DePin.Sdk.Market;
using DePin.Sdk.Testing.Market;

namespace DePin.Sdk.Testing.Conformance;

/// <summary>What every <see cref="IProviderDirectory"/> does. Run <see cref="RunAsync"/> for each of <see cref="CaseNames"/>.</summary>
public sealed class DirectoryConformance : IDisposable
{
    private const int Providers = 7;

    private static readonly Dictionary<string, Func<DirectoryConformance, Task>> Cases = new(StringComparer.Ordinal)
    {
        ["Query_NothingListed_IsEmpty"] = c => c.NothingListedAsync(),
        ["Query_Everything_IsSortedByOutputPriceAndSigned"] = c => c.EverythingAsync(),
        ["Query_Filters_MatchExactly"] = c => c.FiltersAsync(),
        ["Query_Expired_IsLeftOut"] = c => c.ExpiredAsync(),
        ["Query_HugePrices_SortAsNumbers"] = c => c.HugePricesAsync(),
        ["Query_Pages_HoldEachOfferOnce"] = c => c.PagesAsync(),
        ["Query_BadPageSizeOrToken_IsInvalidRequest"] = c => c.BadRequestsAsync(),
        ["Query_Cancelled_Throws"] = c => c.CancelledAsync(),
    };

    private readonly Func<IReadOnlyList<Offer>, TimeProvider, Task<IProviderDirectory>> _create;
    private readonly ManualTimeProvider _time = new(SampleOffers.IssuedAt.AddSeconds(1));
    private readonly ISigner[] _signers;
    private readonly SignatureVerifiers? _verifiers;

    /// <summary>Makes the suite for an implementation.</summary>
    /// <param name="create">Makes a directory that lists these offers and goes by this clock.</param>
    /// <param name="createSigner">Makes a provider's key, where the directory lists keys of one kind only; null for P-256. A key that is disposable is disposed with the suite.</param>
    /// <param name="verifiers">Verify those keys; null for P-256 alone.</param>
    public DirectoryConformance(
        Func<IReadOnlyList<Offer>, TimeProvider, Task<IProviderDirectory>> create,
        Func<ISigner>? createSigner = null,
        SignatureVerifiers? verifiers = null)
    {
        _create = create;
        _verifiers = verifiers;
        _signers = [.. Enumerable.Range(0, Providers).Select(_ => createSigner?.Invoke() ?? P256Signer.Create())];
    }

    /// <summary>The names of the cases.</summary>
    public static IReadOnlyCollection<string> CaseNames => Cases.Keys;

    /// <summary>Runs a case.</summary>
    /// <exception cref="ConformanceException">The implementation fails it.</exception>
    public Task RunAsync(string caseName) => Cases[caseName](this);

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_signers, s => (s as IDisposable)?.Dispose());

    private static async Task<List<Offer>> ReadAllAsync(IProviderDirectory directory, OfferQuery query)
    {
        var all = new List<Offer>();
        for (int pages = 0; pages < 100; pages++)
        {
            var page = await directory.QueryAsync(query).ConfigureAwait(false);
            Expect.True(page.Offers.Count <= query.PageSize, "no page is larger than asked for");
            all.AddRange(page.Offers);
            if (page.NextPageToken is null)
            {
                return all;
            }

            query = query with { PageToken = page.NextPageToken };
        }

        throw new ConformanceException("The pages do not end.");
    }

    private async Task<Offer> OfferAsync(int provider, UInt128 price, Func<Offer, Offer>? change = null)
    {
        var offer = SampleOffers.Unsigned(_signers[provider].PublicKey, 1, price);
        return await (change?.Invoke(offer) ?? offer).SignAsync(_signers[provider]).ConfigureAwait(false);
    }

    private async Task NothingListedAsync()
    {
        var directory = await _create([], _time).ConfigureAwait(false);
        var page = await directory.QueryAsync(new OfferQuery()).ConfigureAwait(false);
        Expect.Equal(0, page.Offers.Count, "offers");
        Expect.True(page.NextPageToken is null, "an empty page is the last");
    }

    private async Task EverythingAsync()
    {
        Offer[] offers = [await OfferAsync(0, 30).ConfigureAwait(false), await OfferAsync(1, 10).ConfigureAwait(false), await OfferAsync(2, 20).ConfigureAwait(false)];
        var directory = await _create(offers, _time).ConfigureAwait(false);
        var found = await ReadAllAsync(directory, new OfferQuery()).ConfigureAwait(false);
        Expect.True(found.SequenceEqual([offers[1], offers[2], offers[0]]), "all offers, cheapest output first, unchanged to the last field");
        var verifier = new OfferVerifier(_verifiers);
        found.ForEach(o => verifier.Verify(o, _time.GetUtcNow()));
    }

    private async Task FiltersAsync()
    {
        var euro = Asset.Parse("depin:local/credit:eur");
        Offer[] offers =
        [
            await OfferAsync(0, 10).ConfigureAwait(false),
            await OfferAsync(1, 20, o => o with { Model = "other" }).ConfigureAwait(false),
            await OfferAsync(2, 30, o => o with { Kind = "embeddings" }).ConfigureAwait(false),
            await OfferAsync(3, 40, o => o with { Region = "us-east" }).ConfigureAwait(false),
            await OfferAsync(4, 50, o => o with { Capabilities = ["json", "tools", "vision"] }).ConfigureAwait(false),
            await OfferAsync(5, 5, o => o with { Price = new TokenPrice(Amount.Zero(euro), new Amount(5, euro)), CreditWindow = Amount.Zero(euro) }).ConfigureAwait(false),
            await OfferAsync(6, 60, o => o with { Capabilities = [] }).ConfigureAwait(false),
        ];
        var directory = await _create(offers, _time).ConfigureAwait(false);
        await MatchesAsync(new OfferQuery { Model = "other" }, 1).ConfigureAwait(false);
        await MatchesAsync(new OfferQuery { Model = "Other" }).ConfigureAwait(false);
        await MatchesAsync(new OfferQuery { Model = "othe" }).ConfigureAwait(false);
        await MatchesAsync(new OfferQuery { Model = "%" }).ConfigureAwait(false);
        await MatchesAsync(new OfferQuery { Kind = "embeddings" }, 2).ConfigureAwait(false);
        await MatchesAsync(new OfferQuery { Region = "us-east" }, 3).ConfigureAwait(false);
        await MatchesAsync(new OfferQuery { Capabilities = ["vision"] }, 4).ConfigureAwait(false);
        await MatchesAsync(new OfferQuery { Capabilities = ["vision", "json"] }, 4).ConfigureAwait(false);
        await MatchesAsync(new OfferQuery { Capabilities = ["vis"] }).ConfigureAwait(false);
        await MatchesAsync(new OfferQuery { Capabilities = ["tools", "audio"] }).ConfigureAwait(false);
        await MatchesAsync(new OfferQuery { MaxPricePerMillionOutputTokens = new Amount(20, SampleOffers.Asset) }, 0, 1).ConfigureAwait(false);
        await MatchesAsync(new OfferQuery { MaxPricePerMillionOutputTokens = new Amount(9, SampleOffers.Asset) }).ConfigureAwait(false);
        await MatchesAsync(new OfferQuery { MaxPricePerMillionOutputTokens = new Amount(20, euro) }, 5).ConfigureAwait(false);
        await MatchesAsync(new OfferQuery { Kind = "chat", Model = "npc-dialogue", Region = "eu-west", Capabilities = ["json"], MaxPricePerMillionOutputTokens = new Amount(49, SampleOffers.Asset) }, 0).ConfigureAwait(false);

        async Task MatchesAsync(OfferQuery query, params int[] expected)
        {
            var found = await ReadAllAsync(directory, query).ConfigureAwait(false);
            Expect.Equal(string.Join(',', expected), string.Join(',', found.Select(o => Array.IndexOf(offers, o))), query.ToString());
        }
    }

    private async Task ExpiredAsync()
    {
        Offer[] offers = [await OfferAsync(0, 10, o => o with { ExpiresAt = o.IssuedAt.AddSeconds(10) }).ConfigureAwait(false), await OfferAsync(1, 20).ConfigureAwait(false)];
        var directory = await _create(offers, _time).ConfigureAwait(false);
        _time.Advance(TimeSpan.FromSeconds(10));
        var found = await ReadAllAsync(directory, new OfferQuery()).ConfigureAwait(false);
        Expect.True(found.Count == 1 && found[0].Equals(offers[1]), "an offer past its expiry is not given out");
    }

    private async Task HugePricesAsync()
    {
        UInt128[] prices = [UInt128.MaxValue, 0, 10, 9, ulong.MaxValue, (UInt128)ulong.MaxValue + 1, (UInt128)1 << 127];
        var offers = new List<Offer>();
        for (int i = 0; i < prices.Length; i++)
        {
            offers.Add(await OfferAsync(i, prices[i]).ConfigureAwait(false));
        }

        var directory = await _create(offers, _time).ConfigureAwait(false);
        var found = await ReadAllAsync(directory, new OfferQuery { PageSize = 2 }).ConfigureAwait(false);
        Expect.True(found.Select(o => o.Price.PerMillionOutputTokens.BaseUnits).SequenceEqual(prices.Order()), "128-bit prices are ordered as numbers");
        found = await ReadAllAsync(directory, new OfferQuery { MaxPricePerMillionOutputTokens = new Amount(ulong.MaxValue, SampleOffers.Asset) }).ConfigureAwait(false);
        Expect.Equal(4, found.Count, "offers up to 2^64-1");
    }

    private async Task PagesAsync()
    {
        var offers = new List<Offer>();
        for (int i = 0; i < Providers; i++)
        {
            for (int model = 0; model < 4; model++)
            {
                offers.Add(await OfferAsync(i, (UInt128)(i % 2), o => o with { Model = $"model-{model}" }).ConfigureAwait(false));
            }
        }

        var directory = await _create(offers, _time).ConfigureAwait(false);
        foreach (int size in (int[])[1, 3, 27, 28, 29, 1000])
        {
            var found = await ReadAllAsync(directory, new OfferQuery { PageSize = size }).ConfigureAwait(false);
            Expect.Equal(offers.Count, found.Count, $"offers in pages of {size}");
            Expect.Equal(offers.Count, found.Select(o => o.Id).Distinct().Count(), $"different offers in pages of {size}");
        }
    }

    private async Task BadRequestsAsync()
    {
        var directory = await _create([await OfferAsync(0, 1).ConfigureAwait(false), await OfferAsync(1, 2).ConfigureAwait(false)], _time).ConfigureAwait(false);
        var token = (await directory.QueryAsync(new OfferQuery { PageSize = 1 }).ConfigureAwait(false)).NextPageToken!;
        foreach (var bad in (OfferQuery[])[
            new() { PageSize = 0 },
            new() { PageSize = 1001 },
            new() { PageToken = "x" },
            new() { PageToken = new string('A', 100_000) },
            new() { PageToken = token[..^1] },
            new() { PageToken = token, Model = "another query" },
            new() { Model = new string('m', 257) },
            new() { Capabilities = [.. Enumerable.Repeat("c", 65)] }])
        {
            await Expect.FailsAsync(() => directory.QueryAsync(bad), DePinErrorCode.InvalidRequest, bad.ToString()).ConfigureAwait(false);
        }
    }

    private async Task CancelledAsync()
    {
        var directory = await _create([], _time).ConfigureAwait(false);
        try
        {
            await directory.QueryAsync(new OfferQuery(), new CancellationToken(canceled: true)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        throw new ConformanceException("A cancelled query must throw OperationCanceledException.");
    }
}
