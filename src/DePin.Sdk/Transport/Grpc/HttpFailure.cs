using System.Net;

namespace DePin.Sdk.Transport.Grpc;

/// <summary>What failures of HTTP are to the caller.</summary>
internal static class HttpFailure
{
    /// <summary>RFC 9113, section 7.</summary>
    private const long EnhanceYourCalm = 0xb;

    public static Exception ToException(Exception exception, Uri endpoint) => exception switch
    {
        DePinException or TimeoutException => exception,
        HttpRequestException { HttpRequestError: HttpRequestError.VersionNegotiationError } => new DePinException(
            DePinErrorCode.Unsupported, Fault.Provider, $"{endpoint} does not speak HTTP/2, which gRPC needs.", isTransient: false, exception),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => Unavailable(
            $"No secure connection to {endpoint} could be made; its certificate is not trusted or TLS failed.", exception),
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError } => Unavailable(
            $"{endpoint} cannot be reached; try another provider.", exception),
        _ when (exception as HttpProtocolException ?? exception.InnerException as HttpProtocolException) is { ErrorCode: EnhanceYourCalm } => new DePinException(
            DePinErrorCode.Overloaded, Fault.Provider, $"{endpoint} asks for fewer calls.", isTransient: true, exception),
        _ => Unavailable($"{endpoint} went away before it had answered; try another provider.", exception),
    };

    /// <summary>What an answer without a gRPC status is (grpc/doc/http-grpc-status-mapping.md).</summary>
    public static Exception FromStatus(HttpStatusCode status, Uri endpoint)
    {
        var code = status switch
        {
            HttpStatusCode.BadRequest => GrpcStatusCode.Internal,
            HttpStatusCode.Unauthorized => GrpcStatusCode.Unauthenticated,
            HttpStatusCode.Forbidden => GrpcStatusCode.PermissionDenied,
            HttpStatusCode.NotFound => GrpcStatusCode.Unimplemented,
            HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => GrpcStatusCode.Unavailable,
            _ => GrpcStatusCode.Unknown,
        };
        return new GrpcStatus(code, $"{endpoint} answered with HTTP status {(int)status} instead of gRPC.").ToException();
    }

    private static DePinException Unavailable(string message, Exception cause) =>
        new(DePinErrorCode.Unavailable, Fault.Network, message, isTransient: true, cause);
}
