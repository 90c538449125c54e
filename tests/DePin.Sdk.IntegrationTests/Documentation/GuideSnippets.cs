using DePin.Sdk.Compute;
using DePin.Sdk.Consumers;
using DePin.Sdk.Hosting;
using DePin.Sdk.Identity;
using DePin.Sdk.Jobs;
using DePin.Sdk.Payments;
using DePin.Sdk.Settlement;
using DePin.Sdk.Testing;
using DePin.Sdk.Transport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DePin.Sdk.IntegrationTests.Documentation;

/// <summary>The snippets of docs/guides, each run as it is shown.</summary>
public sealed class GuideSnippets
{
    [Fact]
    public async Task TestYourGame_LocalNetwork_AnswersAndSurvivesADeath()
    {
        // begin-snippet: local-network
        await using var network = await LocalNetwork.StartAsync(o => o.ChatClient = _ => new ScriptedChatClient(["Mind ", "the ", "bridge, ", "traveller."]));
        using IChatClient chat = network.Client.AsIChatClient(network.Model);
        network.Providers[0].Faults.KillAfterOutputs = 2;
        network.Providers[1].Faults.KillAfterOutputs = 2;

        var answer = await chat.GetResponseAsync("Is the road safe?");
        Assert.Equal("Mind the bridge, traveller.", answer.Text);
        // end-snippet
    }

    [Fact]
    public async Task BuyInference_Answer_SaysWhoDeliveredItAndForHowMuch()
    {
        await using var network = await LocalNetwork.StartAsync();
        using var chat = network.Client.AsIChatClient(network.Model);

        // begin-snippet: who-delivered
        ChatResponseUpdate? last = null;
        await foreach (var update in chat.GetStreamingResponseAsync("Greet the traveller."))
        {
            Console.Write(update.Text);
            last = update;
        }

        var cost = (Amount)last!.AdditionalProperties![DePinChatProperties.Cost]!;
        foreach (var delivery in (IReadOnlyList<ProviderDelivery>)last.AdditionalProperties[DePinChatProperties.Attempts]!)
        {
            Console.WriteLine($"{delivery.Endpoint}: {delivery.Usage.OutputTokens} tokens for {delivery.Amount}, {delivery.Ending}, receipt {(delivery.Receipt is null ? "missing" : "verified")}");
        }
        // end-snippet

        Assert.False(cost.IsZero);
    }

    [Fact]
    public async Task BuyInference_SpendPolicy_StopsARequestThatCouldCostTooMuch()
    {
        // begin-snippet: spend-policy
        var policy = new SpendPolicy
        {
            PerRequest = LedgerSettlement.Usd(0.01m),
            PerHour = LedgerSettlement.Usd(1),
            PerProvider = LedgerSettlement.Usd(5),
            Total = LedgerSettlement.Usd(20),
        };
        // end-snippet

        await using var network = await LocalNetwork.StartAsync(o => o.ConfigureClient = c => c.Payments.SpendPolicy = policy with { Total = LedgerSettlement.Usd(0.000001m) });
        using var chat = network.Client.AsIChatClient(network.Model, new() { MaxCostPerRequest = LedgerSettlement.Usd(0.01m) });
        var failure = await Assert.ThrowsAsync<DePinException>(() => chat.GetResponseAsync("Greet the traveller."));
        Assert.Equal(DePinErrorCode.SpendLimitExceeded, failure.Code);
    }

    [Fact]
    public async Task BuyInference_Settle_ReturnsWhatWasNotSpent()
    {
        await using var network = await LocalNetwork.StartAsync();
        using var chat = network.Client.AsIChatClient(network.Model);
        await chat.GetResponseAsync("Greet the traveller.");
        var client = network.Client;

        // begin-snippet: settle
        foreach (var channel in await client.SettleAsync())
        {
            Console.WriteLine($"{channel.Endpoint}: {channel.Closing}, paid {channel.Paid}, refunded {channel.Refunded}");
        }
        // end-snippet

        var totals = await network.Ledger.GetTotalsAsync(LedgerSettlement.Credit);
        Assert.True(totals.IsConserved);
        Assert.True(totals.Escrowed.IsZero);
    }

    [Fact]
    public async Task LocalModels_SampleModel_Answers()
    {
        var path = RepositoryFiles.PathOf("samples", "models", "npc-dialogue.gguf");

        // begin-snippet: local-model
        using IChatClient model = LocalChatClient.Load(path);
        ChatMessage[] conversation =
        [
            new(ChatRole.System, "You are Mira, the blacksmith of Oakvale. You are gruff but kind."),
            new(ChatRole.User, "Where can I buy a sword?"),
        ];
        await foreach (var update in model.GetStreamingResponseAsync(conversation, new() { Temperature = 0.7f, Seed = 1, MaxOutputTokens = 100 }))
        {
            Console.Write(update.Text);
        }
        // end-snippet

        Assert.NotEmpty((await model.GetResponseAsync(conversation, new() { MaxOutputTokens = 20 })).Text);
    }

    [Fact]
    public async Task RunAMarketplace_ProviderListsItself_ConsumerFindsIt()
    {
        var databasePath = Path.Combine(Directory.CreateTempSubdirectory("depin-guide-").FullName, "offers.db");

        // begin-snippet: marketplace
        var builder = WebApplication.CreateBuilder();
        builder.Services.AddDePinMarketplace(o => o.DatabasePath = databasePath);
        var marketplace = builder.Build();
        marketplace.MapDePinMarketplace();
        // end-snippet

        marketplace.Urls.Add("http://127.0.0.1:0");
        await marketplace.StartAsync();
        var address = new Uri(marketplace.Urls.First());
        await using var ledger = LedgerSettlement.CreateInMemory();
        using var key = P256Signer.Create();
        var provider = CreateListedProvider(address, ledger, key);
        await provider.StartAsync();

        using var player = P256Signer.Create();
        await ledger.DepositAsync(ledger.GetAccount(player.PublicKey), LedgerSettlement.Usd(1));

        // begin-snippet: marketplace-consumer
        await using var directory = new MarketplaceClient(address);
        await using var network = await DePinClient.ConnectAsync(new DePinClientOptions { Directory = directory, Settlement = ledger, Signer = player });
        // end-snippet

        using var chat = network.AsIChatClient("greeter", new() { MaxCostPerRequest = LedgerSettlement.Usd(0.01m) });
        Assert.Equal("Well met.", await AskUntilListedAsync(chat));
        await network.SettleAsync();
        await provider.StopAsync();
        await marketplace.StopAsync();
    }

    private static WebApplication CreateListedProvider(Uri address, LedgerSettlement ledger, P256Signer key)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");

        // begin-snippet: marketplace-provider
        builder.Services.AddDePinProvider(o =>
            {
                o.Signer = key;
                o.Settlement = ledger;
                o.Journal = new MemoryVoucherJournal();
                o.Publisher = new MarketplaceClient(address);
            })
            .AddInference("greeter", _ => new ScriptedChatClient(["Well ", "met."]), o => o.PricePerMillionOutputTokens = LedgerSettlement.Usd(2));
        // end-snippet

        var app = builder.Build();
        app.MapDePinProvider();
        return app;
    }

    /// <summary>A provider lists itself in the background; until it has, there is none.</summary>
    private static async Task<string> AskUntilListedAsync(IChatClient chat)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                return (await chat.GetResponseAsync("Greet the traveller.")).Text;
            }
            catch (DePinException missing) when (missing.Code == DePinErrorCode.NoProvider && attempt < 300)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
        }
    }
}
