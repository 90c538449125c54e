using System.Net;
using System.Text.Json;
using DePin.Sdk.Identity;
using DePin.Sdk.Market;
using DePin.Sdk.Testing;
using DePin.Sdk.Testing.Conformance;
using DePin.Sdk.Testing.Market;
using DePin.Sdk.Transport;

namespace DePin.Sdk.IntegrationTests.Marketplace;

public sealed class MarketplaceClientTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new(SampleOffers.IssuedAt.AddSeconds(1));
    private readonly P256Signer _signer = P256Signer.Create();
    private readonly string _folder = Directory.CreateTempSubdirectory("depin-market-").FullName;
    private readonly List<MarketplaceServer> _servers = [];

    public static TheoryData<string> DirectoryCases => [.. DirectoryConformance.CaseNames];

    public static TheoryData<string> PublisherCases => [.. PublisherConformance.CaseNames];

    [Theory]
    [MemberData(nameof(DirectoryCases))]
    public async Task Directory_ConformanceCase_Holds(string caseName)
    {
        using var suite = new DirectoryConformance(async (offers, time) =>
        {
            var client = (await StartAsync(time, o =>
            {
                o.LeaseDuration = TimeSpan.FromDays(1);
                o.DatabasePath = Path.Combine(_folder, "market.db");
            })).Client;
            foreach (var offer in offers)
            {
                await client.PublishAsync(offer);
            }

            return client;
        });
        await suite.RunAsync(caseName);
    }

    [Theory]
    [MemberData(nameof(PublisherCases))]
    public async Task Publisher_ConformanceCase_Holds(string caseName)
    {
        using var suite = new PublisherConformance(async (time, lease) =>
        {
            var client = (await StartAsync(time, o => o.LeaseDuration = lease)).Client;
            return (client, client);
        });
        await suite.RunAsync(caseName);
    }

    [Fact]
    public async Task OfferBook_OverAMarketplace_ChoosesAmongAllPages()
    {
        var client = (await StartAsync(_time)).Client;
        for (int i = 0; i < 25; i++)
        {
            await client.PublishAsync(await SampleOffers.SignedAsync(_signer, 1, (UInt128)(25 - i), $"model-{i}"));
        }

        using var book = new OfferBook(client, new OfferBookOptions { PageSize = 10 }, timeProvider: _time);
        var context = new SelectionContext { Statistics = new ProviderStatistics(_time), Now = _time.GetUtcNow() };

        Assert.Equal(25, (await book.GetAsync(new OfferQuery())).Offers.Count);
        Assert.Equal("model-24", (await book.SelectAsync(new OfferQuery(), new CheapestSelector(), context))!.Model);
    }

    [Fact]
    public async Task Query_LargestOffers_PagesStayBelowTheMessageLimit()
    {
        var client = (await StartAsync(_time, o => o.MaxListingsPerProvider = 1000)).Client;
        string[] capabilities = [.. Enumerable.Range(0, 64).Select(i => $"{i:000}" + new string('€', 61))];
        for (int i = 0; i < 400; i++)
        {
            var offer = SampleOffers.Unsigned(_signer.PublicKey, 1, 1, $"model-{i}") with { Capabilities = capabilities };
            await client.PublishAsync(await offer.SignAsync(_signer));
        }

        using var book = new OfferBook(client, timeProvider: _time);

        Assert.Equal(400, (await book.GetAsync(new OfferQuery())).Offers.Count);
    }

    [Fact]
    public async Task QueryAsync_NobodyListens_IsUnavailable()
    {
        await using var client = new MarketplaceClient(new Uri("http://127.0.0.1:1/"));

        var error = await Assert.ThrowsAsync<DePinException>(() => client.QueryAsync(new OfferQuery()));

        Assert.Equal((DePinErrorCode.Unavailable, true), (error.Code, error.IsTransient));
    }

    [Fact]
    public async Task Page_OfferFullOfMarkup_IsEscaped()
    {
        var server = await StartAsync(_time);
        const string hostile = "<script>alert(1)</script>\"'&";
        await server.Client.PublishAsync(await (SampleOffers.Unsigned(_signer.PublicKey, 1, UInt128.MaxValue, hostile) with { Region = "<b>", Capabilities = ["<i>"] }).SignAsync(_signer));
        using var http = new HttpClient { BaseAddress = server.Address };

        var response = await http.GetAsync(new Uri("/", UriKind.Relative));
        var html = await response.Content.ReadAsStringAsync();
        using var json = JsonDocument.Parse(await http.GetStringAsync(new Uri("/offers.json?kind=chat", UriKind.Relative)));

        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("default-src 'none'", Assert.Single(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<i>", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", html, StringComparison.Ordinal);
        var offer = Assert.Single(json.RootElement.GetProperty("offers").EnumerateArray());
        Assert.Equal(hostile, offer.GetProperty("model").GetString());
        Assert.Equal($"{UInt128.MaxValue}", offer.GetProperty("pricePerMillionOutputTokens").GetString());
    }

    [Fact]
    public async Task Page_BadPageToken_IsBadRequest()
    {
        var server = await StartAsync(_time);
        using var http = new HttpClient { BaseAddress = server.Address };

        Assert.Equal(HttpStatusCode.BadRequest, (await http.GetAsync(new Uri("/?page=nonsense", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await http.GetAsync(new Uri($"/offers.json?model={new string('m', 300)}", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task Page_MoreThanOnePage_LinksTheNext()
    {
        var server = await StartAsync(_time, o => o.MaxListingsPerProvider = 1000);
        for (int i = 0; i < 201; i++)
        {
            await server.Client.PublishAsync(await SampleOffers.SignedAsync(_signer, 1, 1, $"model-{i}"));
        }

        using var http = new HttpClient { BaseAddress = server.Address };
        using var first = JsonDocument.Parse(await http.GetStringAsync(new Uri("/offers.json", UriKind.Relative)));
        var next = first.RootElement.GetProperty("nextPageToken").GetString();

        Assert.Contains("model-200", await http.GetStringAsync(new Uri($"/?page={next}", UriKind.Relative)), StringComparison.Ordinal);
        Assert.Contains($"?page={next}", await http.GetStringAsync(new Uri("/", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Announcer_OverAMarketplace_ListsAndWithdraws()
    {
        var client = (await StartAsync(_time)).Client;
        using var stop = new CancellationTokenSource();
        var announcer = new OfferAnnouncer(client, _ => ValueTask.FromResult<IReadOnlyList<Offer>>([SampleOffers.Unsigned(_signer.PublicKey, 1, 2)]), _signer, timeProvider: _time);
        var running = announcer.RunAsync(stop.Token);
        while ((await client.QueryAsync(new OfferQuery())).Offers.Count == 0)
        {
            Assert.False(running.IsCompleted);
        }

        await stop.CancelAsync();
        await running;

        Assert.Empty((await client.QueryAsync(new OfferQuery())).Offers);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        _signer.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<MarketplaceServer> StartAsync(TimeProvider time, Action<Hosting.Marketplace.MarketplaceOptions>? configure = null)
    {
        var server = await MarketplaceServer.StartAsync(time, configure);
        _servers.Add(server);
        return server;
    }
}
