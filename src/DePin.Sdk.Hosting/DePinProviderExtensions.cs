using DePin.Sdk.Hosting.Http;
using DePin.Sdk.Hosting.Providers;
using DePin.Sdk.Providers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DePin.Sdk.Hosting;

/// <summary>Turns an ASP.NET Core application into a provider.</summary>
public static class DePinProviderExtensions
{
    /// <summary>
    /// Adds a provider; add at least one model to what is returned, and map it with <see cref="MapDePinProvider"/>. What is not set in the options is
    /// taken from the services (<c>ISigner</c>, <c>ISettlementBackend</c>, <c>IVoucherJournal</c>, <c>IOfferPublisher</c>, <see cref="TimeProvider"/>),
    /// the key otherwise from the data directory, the endpoint from the server's own address.
    /// </summary>
    /// <remarks>The server's cleartext ports speak HTTP/2 with prior knowledge beside HTTP/1.1. On shutdown the provider drains before the server stops.</remarks>
    /// <exception cref="InvalidOperationException">There is a provider already.</exception>
    public static IDePinProviderBuilder AddDePinProvider(this IServiceCollection services, Action<ProviderOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        if (services.Any(service => service.ServiceType == typeof(ProviderRuntime)))
        {
            throw new InvalidOperationException("The application has a provider already; add more models to that one.");
        }

        services.AddOptions<ProviderOptions>().Configure(configure);
        services.AddSingleton<IPostConfigureOptions<ProviderOptions>, ProviderOptionsFromServices>();
        services.AddSingleton<ServerEndpoint>();
        services.AddSingleton(ProviderFactory.Create);
        services.AddSingleton<ProviderHost>();
        services.AddHostedService(provider => provider.GetRequiredService<ProviderHost>());
        services.AddOptions<HostOptions>().Configure<IOptions<ProviderOptions>>(static (host, provider) =>
        {
            var needed = provider.Value.DrainTimeout + provider.Value.StopTimeout + provider.Value.FinalVoucherTimeout + TimeSpan.FromSeconds(5);
            host.ShutdownTimeout = host.ShutdownTimeout < needed ? needed : host.ShutdownTimeout;
        });
        services.AddCleartextHttp2();
        services.Configure<KestrelServerOptions>(static kestrel => DePinKestrelExtensions.SetLimits(kestrel.Limits));
        return new ProviderBuilder(services);
    }

    /// <summary>Sells a chat client.</summary>
    /// <param name="builder">The provider.</param>
    /// <param name="model">The model's name on the network.</param>
    /// <param name="client">Finds the client among the services, once.</param>
    /// <param name="configure">Sets the price and other terms.</param>
    public static IDePinProviderBuilder AddInference(
        this IDePinProviderBuilder builder, string model, Func<IServiceProvider, IChatClient> client, Action<ServedModelOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(client);
        return builder.Add(
            model,
            (services, options) => new ChatJobHandler(client(services), options.ModelId, options.MaxOutputTokens, services.GetService<ILogger<ChatJobHandler>>()),
            configure);
    }

    /// <summary>Sells an embedding generator.</summary>
    /// <param name="builder">The provider.</param>
    /// <param name="model">The model's name on the network.</param>
    /// <param name="generator">Finds the generator among the services, once.</param>
    /// <param name="configure">Sets the price and other terms; embeddings have input tokens alone.</param>
    public static IDePinProviderBuilder AddEmbeddings(
        this IDePinProviderBuilder builder, string model, Func<IServiceProvider, IEmbeddingGenerator<string, Embedding<float>>> generator, Action<ServedModelOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(generator);
        return builder.Add(model, (services, options) => new EmbeddingsJobHandler(generator(services), options.ModelId), configure);
    }

    /// <summary>Sells jobs of any kind.</summary>
    /// <param name="builder">The provider.</param>
    /// <param name="model">The model's name on the network.</param>
    /// <param name="handler">Finds the handler among the services, once.</param>
    /// <param name="configure">Sets the price and other terms.</param>
    public static IDePinProviderBuilder AddJobHandler(
        this IDePinProviderBuilder builder, string model, Func<IServiceProvider, IJobHandler> handler, Action<ServedModelOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return builder.Add(model, (services, _) => handler(services), configure);
    }

    /// <summary>
    /// Maps the gRPC service <c>depin.v1.ProviderService</c>, the provider's health as JSON at <c>/healthz</c> (503 while it drains or something
    /// fails), and a page for people at <c>/</c>, unless the application has one of its own there.
    /// </summary>
    /// <exception cref="InvalidOperationException">The provider was not added, or its options make no sense.</exception>
    public static IEndpointConventionBuilder MapDePinProvider(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        if (endpoints.ServiceProvider.GetService<IServiceProviderIsService>()?.IsService(typeof(ProviderRuntime)) == false)
        {
            throw new InvalidOperationException("There is no provider to map; write builder.Services.AddDePinProvider(o => ...) first.");
        }

        return ProviderEndpoints.Map(endpoints);
    }

    private static IDePinProviderBuilder Add(
        this IDePinProviderBuilder builder, string model, Func<IServiceProvider, ServedModelOptions, IJobHandler> handler, Action<ServedModelOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        ArgumentNullException.ThrowIfNull(configure);
        builder.Services.AddSingleton(new ModelRegistration(model, handler, configure));
        return builder;
    }

    private sealed class ProviderBuilder(IServiceCollection services) : IDePinProviderBuilder
    {
        public IServiceCollection Services => services;
    }
}
