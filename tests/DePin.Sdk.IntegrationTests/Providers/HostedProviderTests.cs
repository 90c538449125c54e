using System.Net;
using System.Text.Json;
using DePin.Sdk.Consumers;
using DePin.Sdk.Identity;
using DePin.Sdk.IntegrationTests.Marketplace;
using DePin.Sdk.Market;
using DePin.Sdk.Payments;
using DePin.Sdk.Settlement;
using DePin.Sdk.Testing;
using DePin.Sdk.Transport;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;

namespace DePin.Sdk.IntegrationTests.Providers;

public class HostedProviderTests
{
    private static readonly IReadOnlyList<string> Tokens = ScriptedChatClient.Numbered(30);

    [Fact]
    public async Task RunJob_PaidChatOverKestrel_DeliversIsPaidAndRefunds()
    {
        await using var provider = await HostedProvider.StartAsync(new ScriptedChatClient(Tokens), price: new Amount(1_000_000, LedgerSettlement.Credit));
        using var signer = P256Signer.Create();
        var account = provider.Ledger.GetAccount(signer.PublicKey);
        await provider.Ledger.DepositAsync(account, LedgerSettlement.Usd(10));
        await using var network = await DePinClient.ConnectAsync(new DePinClientOptions
        {
            Directory = new StaticDirectory(await provider.Runtime.GetOffersAsync()),
            Settlement = provider.Ledger,
            Signer = signer,
            Journal = new MemoryVoucherJournal(),
        });
        using var chat = network.AsIChatClient("npc-dialogue", new() { MaxCostPerRequest = new Amount(100, LedgerSettlement.Credit) });

        var text = string.Empty;
        await foreach (var update in chat.GetStreamingResponseAsync("Greet the traveller."))
        {
            text += update.Text;
        }

        await network.SettleAsync();

        Assert.Equal(string.Concat(Tokens), text);
        Assert.Equal(new Amount(30, LedgerSettlement.Credit), await provider.Ledger.GetBalanceAsync(provider.Runtime.Payee, LedgerSettlement.Credit));
        Assert.Equal(LedgerSettlement.Usd(10) - new Amount(30, LedgerSettlement.Credit), await provider.Ledger.GetBalanceAsync(account, LedgerSettlement.Credit));
    }

    [Fact]
    public async Task Offers_EndpointNotSet_NameTheBoundAddress()
    {
        await using var provider = await HostedProvider.StartAsync(new ScriptedChatClient(Tokens));

        var offer = Assert.Single(await provider.Runtime.GetOffersAsync());

        Assert.Equal(provider.Address, offer.Endpoint);
        Assert.NotEqual(0, offer.Endpoint.Port);
    }

    [Fact]
    public async Task Healthz_OverHttp11_SaysOkThenDraining()
    {
        await using var provider = await HostedProvider.StartAsync(new ScriptedChatClient(Tokens));
        using var http = new HttpClient { BaseAddress = provider.Address };

        using var ok = await http.GetAsync("healthz");
        await provider.Runtime.DrainAsync(TimeSpan.Zero);
        using var draining = await http.GetAsync("healthz");

        Assert.Equal((HttpStatusCode.OK, HttpVersion.Version11), (ok.StatusCode, ok.Version));
        using var body = JsonDocument.Parse(await ok.Content.ReadAsStringAsync());
        Assert.Equal("ok", body.RootElement.GetProperty("status").GetString());
        Assert.Equal(0, body.RootElement.GetProperty("runningJobs").GetInt32());
        Assert.Equal("npc-dialogue", body.RootElement.GetProperty("models")[0].GetProperty("model").GetString());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, draining.StatusCode);
        Assert.Contains("\"draining\"", await draining.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Healthz_OnTheSameCleartextPort_AnswersBothVersions(int version)
    {
        await using var provider = await HostedProvider.StartAsync(new ScriptedChatClient(Tokens));
        using var http = new HttpClient
        {
            BaseAddress = provider.Address,
            DefaultRequestVersion = version == 1 ? HttpVersion.Version11 : HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        using var response = await http.GetAsync("healthz");

        Assert.Equal((HttpStatusCode.OK, version), (response.StatusCode, response.Version.Major));
    }

    [Fact]
    public async Task Page_NamesThatLookLikeMarkup_AreEscaped()
    {
        await using var provider = await HostedProvider.StartAsync(new ScriptedChatClient(Tokens), model: "<script>alert(1)</script>");
        using var http = new HttpClient { BaseAddress = provider.Address };

        var page = await http.GetStringAsync("");

        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        Assert.Contains("600000 depin:local/credit:usd", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_NothingIsSet_SaysWhatToWrite()
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => HostedProvider.StartAsync(new ScriptedChatClient(Tokens), configure: o =>
        {
            o.Signer = null;
            o.Settlement = null;
            o.Journal = null;
        }));

        Assert.Contains("o.Signer =", failure.Message, StringComparison.Ordinal);
        Assert.Contains("o.Settlement =", failure.Message, StringComparison.Ordinal);
        Assert.Contains("o.DataDirectory =", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ServerListensEverywhere_AsksForTheEndpoint()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => HostedProvider.StartAsync(
            new ScriptedChatClient(Tokens),
            build: builder => Microsoft.AspNetCore.Hosting.HostingAbstractionsWebHostBuilderExtensions.UseUrls(builder.WebHost, "http://*:0")));

        Assert.Contains("o.Endpoint =", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_WhileAJobRuns_LetsItEndAndIsPaid()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var client = new ScriptedChatClient(Tokens)
        {
            BeforeToken = async (index, cancellationToken) =>
            {
                if (index == 5)
                {
                    reached.SetResult();
                    await open.Task.WaitAsync(cancellationToken);
                }
            },
        };
        await using var provider = await HostedProvider.StartAsync(client, price: new Amount(1_000_000, LedgerSettlement.Credit));
        using var signer = P256Signer.Create();
        await provider.Ledger.DepositAsync(provider.Ledger.GetAccount(signer.PublicKey), LedgerSettlement.Usd(10));
        await using var network = await DePinClient.ConnectAsync(new DePinClientOptions
        {
            Directory = new StaticDirectory(await provider.Runtime.GetOffersAsync()),
            Settlement = provider.Ledger,
            Signer = signer,
            Journal = new MemoryVoucherJournal(),
        });
        using var chat = network.AsIChatClient("npc-dialogue", new() { MaxCostPerRequest = new Amount(100, LedgerSettlement.Credit) });
        var answering = chat.GetResponseAsync("Greet the traveller.");
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(60));

        var stopping = provider.App.StopAsync();
        while (!provider.Runtime.GetStatus().IsDraining)
        {
            await Task.Yield();
        }

        open.SetResult();
        var answer = await answering.WaitAsync(TimeSpan.FromSeconds(60));
        await stopping;

        Assert.Equal(string.Concat(Tokens), answer.Text);
        Assert.Equal(new Amount(30, LedgerSettlement.Credit), await provider.Ledger.GetBalanceAsync(provider.Runtime.Payee, LedgerSettlement.Credit));
    }

    [Fact]
    public async Task Start_WithAPublisher_ListsTheOffersAndTakesThemDownAtTheEnd()
    {
        await using var marketplace = await MarketplaceServer.StartAsync(TimeProvider.System);
        await using var provider = await HostedProvider.StartAsync(new ScriptedChatClient(Tokens), configure: o => o.Publisher = marketplace.Client);
        var offer = Assert.Single(await provider.Runtime.GetOffersAsync());

        IReadOnlyList<Offer> listed = [];
        while (listed.Count == 0)
        {
            listed = (await marketplace.Client.QueryAsync(new OfferQuery { Model = "npc-dialogue" })).Offers;
        }

        await provider.App.StopAsync();

        Assert.Equal(offer, Assert.Single(listed));
        Assert.Empty((await marketplace.Client.QueryAsync(new OfferQuery { Model = "npc-dialogue" })).Offers);
    }

    [Fact]
    public async Task Start_WithADataDirectory_KeepsKeyAndJournalThere()
    {
        var directory = Directory.CreateTempSubdirectory("depin-provider-").FullName;
        try
        {
            var keys = new List<PublicKey>();
            for (int i = 0; i < 2; i++)
            {
                await using var provider = await HostedProvider.StartAsync(new ScriptedChatClient(Tokens), configure: o =>
                {
                    (o.Signer as IDisposable)?.Dispose();
                    o.Signer = null;
                    o.Journal = null;
                    o.DataDirectory = Path.Combine(directory, "data");
                });
                keys.Add(provider.Runtime.PublicKey);
                await provider.App.StopAsync();
            }

            Assert.Equal(keys[0], keys[1]);
            Assert.True(File.Exists(Path.Combine(directory, "data", "vouchers.db")));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
