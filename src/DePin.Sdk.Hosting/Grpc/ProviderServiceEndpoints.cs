using DePin.Sdk.Transport;
using DePin.Sdk.Transport.Grpc;
using DePin.Sdk.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace DePin.Sdk.Hosting.Grpc;

/// <summary>Maps a provider's service (<c>depin.v1.ProviderService</c>).</summary>
internal static class ProviderServiceEndpoints
{
    /// <summary>Maps the service's methods.</summary>
    /// <param name="endpoints">Where.</param>
    /// <param name="service">Finds the provider among the request's services.</param>
    /// <param name="limits">Message sizes; 4 MiB each when null.</param>
    public static IEndpointConventionBuilder MapProviderService(
        this IEndpointRouteBuilder endpoints, Func<IServiceProvider, IProviderService> service, GrpcServerLimits? limits = null)
    {
        var group = endpoints.MapGroup(string.Empty);
        group.MapGrpcDuplex<ConsumerFrame, ProviderFrame>(
            ProviderMethods.Run,
            ConsumerFrame.Parser,
            (context, stream, metadata, cancellationToken) => service(context.RequestServices).RunJobAsync(stream, metadata, cancellationToken),
            limits);
        group.MapGrpcUnary<ListOffersRequest, ListOffersResponse>(
            ProviderMethods.ListOffers,
            ListOffersRequest.Parser,
            (context, request, _, cancellationToken) => service(context.RequestServices).ListOffersAsync(request, cancellationToken),
            limits);
        group.MapGrpcUnary<CloseChannelRequest, CloseChannelResponse>(
            ProviderMethods.CloseChannel,
            CloseChannelRequest.Parser,
            (context, request, _, cancellationToken) => service(context.RequestServices).CloseChannelAsync(request, cancellationToken),
            limits);
        group.MapGrpcUnknownMethods(ProviderMethods.Service);
        return group;
    }
}
