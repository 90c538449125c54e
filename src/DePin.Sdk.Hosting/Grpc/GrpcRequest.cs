using System.Diagnostics;
using DePin.Sdk.Transport;
using DePin.Sdk.Transport.Grpc;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Net.Http.Headers;

namespace DePin.Sdk.Hosting.Grpc;

/// <summary>What an HTTP request says about the gRPC call that it is.</summary>
internal static class GrpcRequest
{
    public const string ContentType = "application/grpc";

    /// <summary>Whether the request is a gRPC call at all; if not, it has been answered in words.</summary>
    public static async ValueTask<bool> AcceptAsync(HttpContext context)
    {
        if (!HttpProtocol.IsHttp2(context.Request.Protocol) && !HttpProtocol.IsHttp3(context.Request.Protocol))
        {
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            context.Response.Headers.Upgrade = "HTTP/2";
            await context.Response.WriteAsync($"This is a gRPC method; call it over HTTP/2 instead of {context.Request.Protocol}.\n", context.RequestAborted).ConfigureAwait(false);
            return false;
        }

        if (!IsGrpc(context.Request.ContentType))
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            context.Response.Headers[HeaderNames.Accept] = ContentType;
            await context.Response.WriteAsync($"This is a gRPC method; send the content type {ContentType}.\n", context.RequestAborted).ConfigureAwait(false);
            return false;
        }

        return true;
    }

    /// <summary>A call may be silent for long and carry much in all; only single messages are limited.</summary>
    public static void LiftBodyLimits(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }
    }

    /// <summary>The time that the caller gives; null for no end.</summary>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.InvalidRequest"/>: the header is not a timeout.</exception>
    public static TimeSpan? ReadTimeout(IHeaderDictionary headers)
    {
        string? text = headers[GrpcTimeout.Header];
        if (text is null)
        {
            return null;
        }

        return GrpcTimeout.TryParse(text, out var timeout)
            ? timeout
            : throw new DePinException(
                DePinErrorCode.InvalidRequest, Fault.Consumer, $"'{CaipText.Shorten(text)}' is not a grpc-timeout; write up to 8 digits and one of H, M, S, m, u, n.");
    }

    /// <summary>The headers that are the caller's own, with the trace that the call's spans belong under.</summary>
    public static Dictionary<string, string> ReadMetadata(IHeaderDictionary headers)
    {
        var metadata = new Dictionary<string, string>(headers.Count, StringComparer.Ordinal);
        foreach (var (name, values) in headers)
        {
            if (!name.StartsWith(':') && !name.StartsWith("grpc-", StringComparison.OrdinalIgnoreCase) && !IsTransports(name))
            {
                metadata[name.ToLowerInvariant()] = values.ToString();
            }
        }

        // Where somebody records the server's own span of this request, it comes between the caller's and ours.
        if (Activity.Current is { Source.Name.Length: > 0, IdFormat: ActivityIdFormat.W3C, Id: { } id } activity && activity.Source.HasListeners())
        {
            metadata[CallMetadata.TraceParent] = id;
        }

        return metadata;
    }

    /// <summary>
    /// Continues the caller's trace where nothing does yet, so that spans of the handler belong to it. Nobody records the activity itself. Null when
    /// there is nothing to continue.
    /// </summary>
    public static Activity? ContinueTrace(IReadOnlyDictionary<string, string> metadata)
    {
        if (Activity.Current is not null
            || !metadata.TryGetValue(CallMetadata.TraceParent, out var parent)
            || !ActivityContext.TryParse(parent, metadata.GetValueOrDefault(CallMetadata.TraceState), isRemote: true, out var caller))
        {
            return null;
        }

        var activity = new Activity("depin.call").SetParentId(caller.TraceId, caller.SpanId, caller.TraceFlags);
        activity.ActivityTraceFlags = caller.TraceFlags;
        activity.TraceStateString = caller.TraceState;
        return activity.Start();
    }

    private static bool IsGrpc(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var parsed)
        && (parsed.MediaType.Equals(ContentType, StringComparison.OrdinalIgnoreCase) || parsed.MediaType.Equals($"{ContentType}+proto", StringComparison.OrdinalIgnoreCase));

    private static bool IsTransports(string name) =>
        name.Equals(HeaderNames.ContentType, StringComparison.OrdinalIgnoreCase)
        || name.Equals(HeaderNames.TE, StringComparison.OrdinalIgnoreCase)
        || name.Equals(HeaderNames.Host, StringComparison.OrdinalIgnoreCase)
        || name.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase);
}
