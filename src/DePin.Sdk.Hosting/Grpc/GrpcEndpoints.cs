using DePin.Sdk.Transport;
using DePin.Sdk.Transport.Grpc;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DePin.Sdk.Hosting.Grpc;

/// <summary>Serves one gRPC method with a request and a response.</summary>
internal delegate Task<TResponse> GrpcUnaryMethod<in TRequest, TResponse>(
    HttpContext context, TRequest request, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellationToken);

/// <summary>Serves one gRPC method with a stream in each direction.</summary>
internal delegate Task GrpcDuplexMethod<TRequest, TResponse>(
    HttpContext context, IDuplexCall<TResponse, TRequest> stream, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellationToken)
    where TRequest : class;

/// <summary>Maps gRPC methods to endpoints of ASP.NET Core.</summary>
internal static class GrpcEndpoints
{
    /// <summary>Maps a method with one request and one response.</summary>
    /// <param name="endpoints">Where.</param>
    /// <param name="path">For example <c>/depin.v1.MarketplaceService/Query</c>.</param>
    /// <param name="parser">Reads the request.</param>
    /// <param name="method">Serves it; what it throws becomes the call's status.</param>
    /// <param name="limits">Message sizes; 4 MiB each when null.</param>
    public static IEndpointConventionBuilder MapGrpcUnary<TRequest, TResponse>(
        this IEndpointRouteBuilder endpoints, string path, MessageParser<TRequest> parser, GrpcUnaryMethod<TRequest, TResponse> method, GrpcServerLimits? limits = null)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        endpoints.MapGrpcDuplex<TRequest, TResponse>(
            path,
            parser,
            async (context, stream, metadata, cancellationToken) =>
            {
                var request = await stream.ReadAsync(cancellationToken).ConfigureAwait(false)
                    ?? throw new DePinException(DePinErrorCode.InvalidFrame, Fault.Consumer, $"{path} was called without a request; send one message.");
                if (await stream.ReadAsync(cancellationToken).ConfigureAwait(false) is not null)
                {
                    throw new DePinException(DePinErrorCode.InvalidFrame, Fault.Consumer, $"{path} was called with more than one request; send one message.");
                }

                using var trace = GrpcRequest.ContinueTrace(metadata);
                var response = await method(context, request, metadata, cancellationToken).ConfigureAwait(false);
                await stream.WriteAsync(response, cancellationToken).ConfigureAwait(false);
            },
            limits);

    /// <summary>Maps a method with a stream in each direction.</summary>
    /// <param name="endpoints">Where.</param>
    /// <param name="path">For example <c>/depin.v1.ProviderService/Run</c>.</param>
    /// <param name="parser">Reads the requests.</param>
    /// <param name="method">Serves it; the stream ends when it returns, and what it throws becomes the call's status.</param>
    /// <param name="limits">Message sizes; 4 MiB each when null.</param>
    public static IEndpointConventionBuilder MapGrpcDuplex<TRequest, TResponse>(
        this IEndpointRouteBuilder endpoints, string path, MessageParser<TRequest> parser, GrpcDuplexMethod<TRequest, TResponse> method, GrpcServerLimits? limits = null)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        limits ??= GrpcServerLimits.Default;
        return endpoints.MapPost(path, (RequestDelegate)(context => ServeAsync(context, parser, method, limits)));
    }

    /// <summary>Answers the methods that a service does not have with UNIMPLEMENTED. Map it once for each service.</summary>
    /// <param name="endpoints">Where.</param>
    /// <param name="service">The service's full name.</param>
    public static IEndpointConventionBuilder MapGrpcUnknownMethods(this IEndpointRouteBuilder endpoints, string service) =>
        endpoints.MapPost($"/{service}/{{**method}}", static async context =>
        {
            if (await GrpcRequest.AcceptAsync(context).ConfigureAwait(false))
            {
                End(context, new GrpcStatus(GrpcStatusCode.Unimplemented, $"There is no method {CaipText.Shorten(context.Request.Path.Value)}."));
            }
        });

    private static async Task ServeAsync<TRequest, TResponse>(
        HttpContext context, MessageParser<TRequest> parser, GrpcDuplexMethod<TRequest, TResponse> method, GrpcServerLimits limits)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        if (!await GrpcRequest.AcceptAsync(context).ConfigureAwait(false))
        {
            return;
        }

        GrpcRequest.LiftBodyLimits(context);
        context.Response.ContentType = GrpcRequest.ContentType;
        context.Response.Headers["grpc-accept-encoding"] = "identity";
        GrpcStatus status;
        try
        {
            status = await RunAsync(context, parser, method, limits).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever is thrown is the call's status.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            status = GrpcStatus.FromException(exception);
        }

        if (!context.RequestAborted.IsCancellationRequested)
        {
            End(context, status);
        }
    }

    private static async Task<GrpcStatus> RunAsync<TRequest, TResponse>(
        HttpContext context, MessageParser<TRequest> parser, GrpcDuplexMethod<TRequest, TResponse> method, GrpcServerLimits limits)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var timeout = GrpcRequest.ReadTimeout(context.Request.Headers);
        var time = context.RequestServices.GetService<TimeProvider>() ?? TimeProvider.System;
        var call = new GrpcServerCall<TResponse, TRequest>(context, parser, limits);
        using var deadline = timeout is { } limit && limit < CallDeadline.Longest ? new CancellationTokenSource(limit, time) : new CancellationTokenSource();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.RequestAborted);
        using var missing = deadline.Token.UnsafeRegister(static state => ((GrpcServerCall<TResponse, TRequest>)state!).Fail(CallDeadline.Missed()), call);
        using var leaving = context.RequestAborted.UnsafeRegister(static state => ((GrpcServerCall<TResponse, TRequest>)state!).Leave(), call);
        await using (call.ConfigureAwait(false))
        {
            try
            {
                await method(context, call, GrpcRequest.ReadMetadata(context.Request.Headers), ended.Token).ConfigureAwait(false);
                return GrpcStatus.Ok;
            }
            catch (OperationCanceledException) when (deadline.IsCancellationRequested)
            {
                return GrpcStatus.FromException(CallDeadline.Missed());
            }
        }
    }

    private static void End(HttpContext context, GrpcStatus status)
    {
        // Without a message so far, the headers are the trailers too ("Trailers-Only").
        bool trailersOnly = !context.Response.HasStarted;
        if (trailersOnly)
        {
            context.Response.ContentType = GrpcRequest.ContentType;
        }

        foreach (var (name, value) in status.ToTrailers())
        {
            if (trailersOnly)
            {
                context.Response.Headers[name] = value;
            }
            else
            {
                context.Response.AppendTrailer(name, value);
            }
        }
    }
}
