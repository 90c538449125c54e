using DePin.Sdk.Hosting.Http;
using DePin.Sdk.Hosting.Marketplace;
using DePin.Sdk.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DePin.Sdk.Hosting;

/// <summary>Hosts a marketplace: where providers list offers and consumers find them.</summary>
public static class MarketplaceExtensions
{
    /// <summary>Adds the marketplace. A <see cref="TimeProvider"/> and <see cref="SignatureVerifiers"/> among the services are used.</summary>
    /// <exception cref="ArgumentException">The options make no sense.</exception>
    public static IServiceCollection AddDePinMarketplace(this IServiceCollection services, Action<MarketplaceOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = new MarketplaceOptions();
        configure?.Invoke(options);
        options.Validate();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(SignatureVerifiers.Default);
        services.AddCleartextHttp2();
        services.AddSingleton(options);
        services.AddSingleton(s => new ListingStore(s.GetRequiredService<MarketplaceOptions>().DatabasePath));
        services.AddSingleton<MarketplaceService>();
        services.AddHostedService<MarketplaceSweeper>();
        return services;
    }

    /// <summary>
    /// Maps the gRPC service <c>depin.v1.MarketplaceService</c>, a page with the offers at <c>/</c>, and the same as JSON at <c>/offers.json</c>
    /// (<c>kind</c>, <c>model</c>, <c>region</c> and <c>page</c> in the query string).
    /// </summary>
    public static IEndpointRouteBuilder MapDePinMarketplace(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var service = endpoints.ServiceProvider.GetRequiredService<MarketplaceService>();
        MarketplaceEndpoints.MapGrpc(endpoints, service);
        MarketplaceEndpoints.MapPages(endpoints, service);
        return endpoints;
    }
}
