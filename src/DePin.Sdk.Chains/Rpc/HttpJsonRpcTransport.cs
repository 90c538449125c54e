using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using DePin.Sdk.Chains.Rpc.Internal;

namespace DePin.Sdk.Chains.Rpc;

/// <summary>JSON-RPC over HTTP: one POST for a call or a batch. Safe for several threads.</summary>
public sealed class HttpJsonRpcTransport : IJsonRpcTransport
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly Uri _endpoint;
    private readonly HttpJsonRpcOptions _options;
    private readonly HttpClient _client;
    private long _lastId;

    /// <summary>Makes a transport; nothing is sent yet.</summary>
    /// <param name="endpoint">The node's address. What stands after the host may be a secret, and appears in no message and no log.</param>
    /// <param name="options">How to call; defaults when null.</param>
    /// <exception cref="ArgumentException">The address is not an absolute http or https one, or an option is out of its range.</exception>
    public HttpJsonRpcTransport(Uri endpoint, HttpJsonRpcOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        if (!endpoint.IsAbsoluteUri || (endpoint.Scheme != Uri.UriSchemeHttp && endpoint.Scheme != Uri.UriSchemeHttps))
        {
            throw new ArgumentException("A node's HTTP address starts with http:// or https://.", nameof(endpoint));
        }

        _options = (options ?? new HttpJsonRpcOptions()).Snapshot();
        _endpoint = endpoint;
        _client = _options.HttpClient ?? CreateClient();
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JsonRpcResponse>> SendAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        if (requests.Count <= _options.MaxBatchSize)
        {
            return requests.Count == 0 ? [] : await ExchangeOrHalveAsync(requests, cancellationToken).ConfigureAwait(false);
        }

        var responses = new List<JsonRpcResponse>(requests.Count);
        foreach (var part in requests.Chunk(_options.MaxBatchSize))
        {
            responses.AddRange(await ExchangeOrHalveAsync(part, cancellationToken).ConfigureAwait(false));
        }

        return responses;
    }

    /// <summary>Closes the connections, unless the client is the caller's own.</summary>
    public ValueTask DisposeAsync()
    {
        if (_options.HttpClient is null)
        {
            _client.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private static HttpClient CreateClient() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.All,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        UseCookies = false,
    })
    {
        Timeout = System.Threading.Timeout.InfiniteTimeSpan,
    };

    /// <summary>A batch that is too large as a whole, or whose answer is, is sent in halves, as long as doing its calls twice does no harm.</summary>
    private async Task<IReadOnlyList<JsonRpcResponse>> ExchangeOrHalveAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken)
    {
        try
        {
            return await ExchangeAsync(requests, cancellationToken).ConfigureAwait(false);
        }
        catch (RpcTransportException problem) when (problem.Kind == RpcTransportError.LimitExceeded && requests.Count > 1 && requests.All(request => RpcDialect.Of(request.Method).MayRepeat(request.Method)))
        {
            var first = await ExchangeOrHalveAsync([.. requests.Take(requests.Count / 2)], cancellationToken).ConfigureAwait(false);
            var second = await ExchangeOrHalveAsync([.. requests.Skip(requests.Count / 2)], cancellationToken).ConfigureAwait(false);
            return [.. first, .. second];
        }
    }

    private async Task<IReadOnlyList<JsonRpcResponse>> ExchangeAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken)
    {
        long firstId = Interlocked.Add(ref _lastId, requests.Count) - requests.Count + 1;
        using var timeout = new CancellationTokenSource(_options.Timeout, _options.TimeProvider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await PostAsync(requests, firstId, linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException problem) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RpcTransportException(RpcTransportError.TimedOut, $"{Name} did not answer {requests[0].Method} in {_options.Timeout.TotalSeconds:0.###} seconds.", mayHaveBeenReceived: true, innerException: problem);
        }
        catch (HttpRequestException problem)
        {
            bool received = problem.HttpRequestError is not (HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError);
            throw new RpcTransportException(RpcTransportError.Unavailable, $"{Name} cannot be reached, or ended the connection before its answer to {requests[0].Method}.", mayHaveBeenReceived: received, innerException: problem);
        }
        catch (Exception problem) when (problem is IOException or InvalidDataException)
        {
            throw new RpcTransportException(RpcTransportError.Unavailable, $"{Name} ended the connection in the middle of its answer to {requests[0].Method}.", mayHaveBeenReceived: true, innerException: problem);
        }
    }

    private string Name => $"The node at {_endpoint.Host}:{_endpoint.Port}";

    private async Task<IReadOnlyList<JsonRpcResponse>> PostAsync(IReadOnlyList<JsonRpcRequest> requests, long firstId, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, _endpoint);
        message.Content = new ReadOnlyMemoryContent(JsonRpcCodec.Encode(requests, firstId));
        message.Content.Headers.ContentType = Json;
        using var answer = await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        if (answer.Content.Headers.ContentLength > _options.MaxResponseBytes)
        {
            throw TooLarge(requests);
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            int length = 0;
            var body = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (body.ConfigureAwait(false))
            {
                int read;
                while ((read = await body.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false)) > 0)
                {
                    length += read;
                    if (length > _options.MaxResponseBytes)
                    {
                        throw TooLarge(requests);
                    }

                    if (length == buffer.Length)
                    {
                        Grow(ref buffer);
                    }
                }
            }

            return Decode(answer, buffer.AsSpan(0, length), requests, firstId);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Vendors give JSON-RPC errors under any status, so the body comes first and the status stands in where there is no such body.
    private IReadOnlyList<JsonRpcResponse> Decode(HttpResponseMessage answer, ReadOnlySpan<byte> body, IReadOnlyList<JsonRpcRequest> requests, long firstId)
    {
        if (answer.IsSuccessStatusCode)
        {
            return JsonRpcCodec.Decode(body, requests, firstId);
        }

        int status = (int)answer.StatusCode;
        if (status is 429)
        {
            throw new RpcTransportException(RpcTransportError.RateLimited, $"{Name} answers no more calls for now (HTTP 429).");
        }

        try
        {
            return JsonRpcCodec.Decode(body, requests, firstId);
        }
        catch (RpcTransportException problem) when (problem.Kind == RpcTransportError.Malformed)
        {
            throw status switch
            {
                413 => new RpcTransportException(RpcTransportError.LimitExceeded, $"{Name} finds the request too large (HTTP 413)."),
                >= 500 => new RpcTransportException(RpcTransportError.Unavailable, $"{Name} answered with HTTP {status}.", mayHaveBeenReceived: true),
                _ => new RpcTransportException(RpcTransportError.Refused, $"{Name} refused the request with HTTP {status}; check its address and key.", mayHaveBeenReceived: false),
            };
        }
    }

    private RpcTransportException TooLarge(IReadOnlyList<JsonRpcRequest> requests) => new(
        RpcTransportError.LimitExceeded,
        $"The answer of {Name} to {requests[0].Method} is above {_options.MaxResponseBytes:N0} bytes; ask for less, or raise {nameof(HttpJsonRpcOptions)}.{nameof(HttpJsonRpcOptions.MaxResponseBytes)}.",
        mayHaveBeenReceived: true);

    private static void Grow(ref byte[] buffer)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
