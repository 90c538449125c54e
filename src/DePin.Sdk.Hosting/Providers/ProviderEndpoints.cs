using DePin.Sdk.Hosting.Grpc;
using DePin.Sdk.Providers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DePin.Sdk.Hosting.Providers;

/// <summary>What a provider answers over HTTP.</summary>
internal static class ProviderEndpoints
{
    // What travels around a payload in its frame.
    private const int FrameOverheadBytes = 64 * 1024;

    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints)
    {
        var options = endpoints.ServiceProvider.GetRequiredService<IOptions<ProviderOptions>>().Value;
        var limits = new GrpcServerLimits { MaxReceiveBytes = options.MaxPayloadBytes + FrameOverheadBytes };
        var group = endpoints.MapGroup(string.Empty);
        group.MapProviderService(static services => services.GetRequiredService<ProviderRuntime>(), limits);

        // The application's own page, or the marketplace's, wins.
        group.MapGet("/", (RequestDelegate)ShowPageAsync).WithOrder(int.MaxValue);
        group.MapGet("/healthz", (RequestDelegate)ShowHealthAsync).WithOrder(int.MaxValue);
        return group;
    }

    private static Task ShowHealthAsync(HttpContext context)
    {
        var status = context.RequestServices.GetRequiredService<ProviderRuntime>().GetStatus();
        var problem = context.RequestServices.GetRequiredService<ProviderHost>().Problem;
        context.Response.StatusCode = status.IsDraining || problem is not null ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.Body.WriteAsync(ProviderHealth.Write(status, problem), context.RequestAborted).AsTask();
    }

    private static Task ShowPageAsync(HttpContext context)
    {
        var provider = context.RequestServices.GetRequiredService<ProviderRuntime>();
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
        return context.Response.WriteAsync(ProviderPage.Write(provider.PublicKey, provider.Payee, provider.GetStatus()), context.RequestAborted);
    }
}
