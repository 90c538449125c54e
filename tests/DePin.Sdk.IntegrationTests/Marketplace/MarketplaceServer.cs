using System.Net;
using DePin.Sdk.Hosting;
using DePin.Sdk.Hosting.Marketplace;
using DePin.Sdk.Transport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DePin.Sdk.IntegrationTests.Marketplace;

/// <summary>A real marketplace server on a free loopback port.</summary>
internal sealed class MarketplaceServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private MarketplaceServer(WebApplication app, TimeProvider time)
    {
        _app = app;
        Address = new Uri(app.Urls.Single());
        Client = new MarketplaceClient(Address, new MarketplaceClientOptions { TimeProvider = time });
    }

    public Uri Address { get; }

    public MarketplaceClient Client { get; }

    public static async Task<MarketplaceServer> StartAsync(TimeProvider time, Action<MarketplaceOptions>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton(time);
        builder.Services.AddDePinMarketplace(configure);
        var app = builder.Build();
        app.MapDePinMarketplace();
        await app.StartAsync();
        return new MarketplaceServer(app, time);
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
