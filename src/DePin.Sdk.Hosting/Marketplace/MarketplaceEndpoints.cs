using System.Text;
using DePin.Sdk.Hosting.Grpc;
using DePin.Sdk.Market;
using DePin.Sdk.Transport.Grpc;
using DePin.Sdk.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DePin.Sdk.Hosting.Marketplace;

/// <summary>Where the marketplace answers.</summary>
internal static class MarketplaceEndpoints
{
    private const int PageSize = 200;

    // The longest request is a heartbeat for a thousand offers, some 35 KB.
    private static readonly GrpcServerLimits Limits = GrpcServerLimits.Default with { MaxReceiveBytes = 256 * 1024 };

    public static void MapGrpc(IEndpointRouteBuilder endpoints, MarketplaceService service)
    {
        endpoints.MapGrpcUnary<RegisterOfferRequest, RegisterOfferResponse>(MarketplaceMethods.Register, RegisterOfferRequest.Parser, (_, request, _, _) => Task.FromResult(service.Register(request)), Limits);
        endpoints.MapGrpcUnary<HeartbeatRequest, HeartbeatResponse>(MarketplaceMethods.Heartbeat, HeartbeatRequest.Parser, (_, request, _, _) => Task.FromResult(service.Heartbeat(request)), Limits);
        endpoints.MapGrpcUnary<WithdrawOfferRequest, WithdrawOfferResponse>(MarketplaceMethods.Withdraw, WithdrawOfferRequest.Parser, (_, request, _, _) => Task.FromResult(service.Withdraw(request)), Limits);
        endpoints.MapGrpcUnary<QueryOffersRequest, QueryOffersResponse>(MarketplaceMethods.Query, QueryOffersRequest.Parser, (_, request, _, _) => Task.FromResult(service.Query(request)), Limits);
        endpoints.MapGrpcUnknownMethods(MarketplaceMethods.Service);
    }

    public static void MapPages(IEndpointRouteBuilder endpoints, MarketplaceService service)
    {
        endpoints.MapGet("/", (RequestDelegate)(context => AnswerAsync(context, "text/html; charset=utf-8", (offers, next) => Encoding.UTF8.GetBytes(MarketplacePage.Html(offers, next, service.Now)), service)));
        endpoints.MapGet("/offers.json", (RequestDelegate)(context => AnswerAsync(context, "application/json", MarketplacePage.Json, service)));
    }

    private static async Task AnswerAsync(HttpContext context, string contentType, Func<IReadOnlyList<OfferMessage>, string?, byte[]> format, MarketplaceService service)
    {
        byte[] body;
        try
        {
            var parameters = context.Request.Query;
            var (offers, next) = service.Query(new OfferQuery
            {
                Kind = parameters["kind"],
                Model = parameters["model"],
                Region = parameters["region"],
                PageSize = PageSize,
                PageToken = parameters["page"],
            });
            body = format(offers, next);
            context.Response.ContentType = contentType;
        }
        catch (DePinException e)
        {
            context.Response.StatusCode = e.Code == DePinErrorCode.InvalidRequest ? StatusCodes.Status400BadRequest : StatusCodes.Status503ServiceUnavailable;
            context.Response.ContentType = "text/plain; charset=utf-8";
            body = Encoding.UTF8.GetBytes(e.Message + "\n");
        }

        context.Response.Headers.ContentSecurityPolicy = MarketplacePage.ContentSecurityPolicy;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }
}
