using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace DePin.Sdk.Transport.Grpc;

/// <summary>Calls the gRPC methods of one server over HTTP/2. Thread-safe; the invoker and its connections belong to whoever made them.</summary>
internal sealed class GrpcClient(Uri address, HttpMessageInvoker invoker, GrpcClientOptions options)
{
    public Uri Address => address;

    /// <summary>The same server over the same connections, for answers that are at most this long.</summary>
    public GrpcClient WithMaxReceive(int bytes) => new(address, invoker, options with { MaxReceiveBytes = Math.Min(bytes, options.MaxReceiveBytes) });

    /// <summary>A call with one request and one response.</summary>
    /// <param name="path">For example <c>/depin.v1.MarketplaceService/Query</c>.</param>
    /// <param name="request">The request.</param>
    /// <param name="parser">Reads the response.</param>
    /// <param name="call">Deadline and metadata.</param>
    /// <param name="cancellationToken">Cancels the call, which the server sees.</param>
    /// <exception cref="DePinException">The server answered with an error, cannot be reached, or does not speak the protocol.</exception>
    /// <exception cref="TimeoutException">The deadline passed.</exception>
    public async Task<TResponse> UnaryAsync<TRequest, TResponse>(
        string path, TRequest request, MessageParser<TResponse> parser, CallOptions call, CancellationToken cancellationToken = default)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var stream = Duplex<TRequest, TResponse>(path, parser, call, cancellationToken);
        await using (stream.ConfigureAwait(false))
        {
            await stream.WriteAsync(request, cancellationToken).ConfigureAwait(false);
            await stream.CompleteWritesAsync(cancellationToken).ConfigureAwait(false);
            var response = await stream.ReadAsync(cancellationToken).ConfigureAwait(false)
                ?? throw new DePinException(DePinErrorCode.InvalidFrame, Fault.Provider, $"{address} ended {path} well but without an answer.");
            if (await stream.ReadAsync(cancellationToken).ConfigureAwait(false) is not null)
            {
                throw new DePinException(DePinErrorCode.InvalidFrame, Fault.Provider, $"{address} answered {path} more than once.");
            }

            return response;
        }
    }

    /// <summary>A call with a stream in each direction. Returns at once; what goes wrong comes out of the first read.</summary>
    /// <exception cref="TimeoutException">The deadline has already passed.</exception>
    public IDuplexCall<TRequest, TResponse> Duplex<TRequest, TResponse>(
        string path, MessageParser<TResponse> parser, CallOptions call, CancellationToken cancellationToken = default)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        ArgumentNullException.ThrowIfNull(call);
        cancellationToken.ThrowIfCancellationRequested();
        var limit = CallDeadline.Remaining(call, options.TimeProvider);
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        AddHeaders(request.Headers, call, limit);
        return new GrpcClientCall<TRequest, TResponse>(invoker, request, address, parser, limit, options);
    }

    private static void AddHeaders(HttpRequestHeaders headers, CallOptions call, TimeSpan? limit)
    {
        headers.TryAddWithoutValidation("te", "trailers");
        headers.TryAddWithoutValidation("user-agent", "depin-dotnet");
        headers.TryAddWithoutValidation("grpc-accept-encoding", "identity");
        if (limit is { } timeout)
        {
            headers.TryAddWithoutValidation(GrpcTimeout.Header, GrpcTimeout.Format(timeout));
        }

        foreach (var (name, value) in CallMetadata.ToDictionary(call))
        {
            headers.TryAddWithoutValidation(name, value);
        }
    }
}
