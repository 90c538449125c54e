using DePin.Sdk.Compute;
using DePin.Sdk.Consumers;
using DePin.Sdk.Hosting;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace DePin.Sdk.IntegrationTests.Documentation;

/// <summary>The programs of the README. They are compiled here, and run from packages by <see cref="Packaging.PackageTests"/>.</summary>
internal static class ReadmeSnippets
{
    public static async Task ProvideAsync(string[] args)
    {
        // begin-snippet: readme-provider
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddSingleton<IChatClient>(_ => LocalChatClient.Load("npc-dialogue.gguf"));
        builder.Services.AddDePinProvider(o =>
            {
                o.Signer = P256Signer.LoadOrCreate("provider-key.pem");
                o.Settlement = LedgerSettlement.Open("ledger.db");
                o.DataDirectory = "provider-data";
            })
            .AddInference("npc-dialogue", services => services.GetRequiredService<IChatClient>(), o => o.PricePerMillionOutputTokens = LedgerSettlement.Usd(2));

        var app = builder.Build();
        app.MapDePinProvider();
        await app.RunAsync("http://127.0.0.1:5001");
        // end-snippet
    }

    public static async Task ConsumeAsync()
    {
        // begin-snippet: readme-consumer
        using var signer = P256Signer.LoadOrCreate("player-key.pem");
        await using var ledger = LedgerSettlement.Open("ledger.db");
        await ledger.DepositAsync(ledger.GetAccount(signer.PublicKey), LedgerSettlement.Usd(1));
        await using var directory = new EndpointDirectory("http://127.0.0.1:5001");

        await using var network = await DePinClient.ConnectAsync(new DePinClientOptions { Directory = directory, Settlement = ledger, Signer = signer });
        using IChatClient chat = network.AsIChatClient("npc-dialogue", new() { MaxCostPerRequest = LedgerSettlement.Usd(0.01m) });
        await foreach (var update in chat.GetStreamingResponseAsync("Greet the traveller.")) Console.Write(update);
        // end-snippet
    }
}
