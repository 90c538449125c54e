using DePin.Sdk.Hosting;
using DePin.Sdk.Identity;
using DePin.Sdk.Payments;
using DePin.Sdk.Providers;
using DePin.Sdk.Settlement;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DePin.Sdk.IntegrationTests.Providers;

/// <summary>A whole provider in an ordinary web application on a free loopback port, with a ledger that consumers share.</summary>
internal sealed class HostedProvider : IAsyncDisposable
{
    private HostedProvider(WebApplication app, LedgerSettlement ledger)
    {
        App = app;
        Ledger = ledger;
    }

    public WebApplication App { get; }

    public LedgerSettlement Ledger { get; }

    public ProviderRuntime Runtime => App.Services.GetRequiredService<ProviderRuntime>();

    public Uri Address => new(App.Urls.First());

    public static async Task<HostedProvider> StartAsync(IChatClient client, Amount? price = null, Action<ProviderOptions>? configure = null, string model = "npc-dialogue", Action<WebApplicationBuilder>? build = null)
    {
        var ledger = LedgerSettlement.CreateInMemory();
        var builder = WebApplication.CreateBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(client);
        builder.Services.AddDePinProvider(o =>
        {
            o.Signer = P256Signer.Create();
            o.Settlement = ledger;
            o.Journal = new MemoryVoucherJournal();
            configure?.Invoke(o);
        })
            .AddInference(model, services => services.GetRequiredService<IChatClient>(), o => o.PricePerMillionOutputTokens = price ?? LedgerSettlement.Usd(0.60m));
        build?.Invoke(builder);
        var app = builder.Build();
        app.MapDePinProvider();
        var provider = new HostedProvider(app, ledger);
        try
        {
            await app.StartAsync();
            return provider;
        }
        catch
        {
            await provider.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Ledger.DisposeAsync();
    }
}
