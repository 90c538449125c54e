using System.Collections.Concurrent;
using DePin.Sdk.Transport.Grpc;

namespace DePin.Sdk.Transport;

/// <summary>Connects to providers over HTTP/2 in gRPC's wire format: TLS for <c>https</c>, cleartext with prior knowledge for <c>http</c>. Thread-safe.</summary>
public sealed class HttpProviderConnector : IProviderConnector
{
    private readonly ConcurrentDictionary<Uri, HttpProviderConnection> _connections = new();
    private readonly HttpMessageInvoker _invoker;
    private readonly GrpcClientOptions _clientOptions;

    /// <summary>A connector that has not connected to anything yet.</summary>
    /// <param name="options">How it connects; the defaults when null.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public HttpProviderConnector(HttpProviderConnectorOptions? options = null)
    {
        options ??= new HttpProviderConnectorOptions();
        options.Validate();
        _invoker = options.Handler is { } handler
            ? new HttpMessageInvoker(handler, disposeHandler: false)
            : new HttpMessageInvoker(CreateHandler(options), disposeHandler: true);
        _clientOptions = new GrpcClientOptions
        {
            MaxReceiveBytes = options.MaxReceiveBytes,
            MaxSendBytes = options.MaxSendBytes,
            TimeProvider = options.TimeProvider,
        };
    }

    /// <inheritdoc/>
    /// <remarks>No socket is opened before the first call. Calls share connections; a further one is opened when the provider's limit of streams is reached.</remarks>
    public IProviderConnection Connect(Uri endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return _connections.GetOrAdd(endpoint, static (key, connector) => new HttpProviderConnection(connector.CreateClient(key)), this);
    }

    /// <summary>Closes the connections; running calls fail.</summary>
    public ValueTask DisposeAsync()
    {
        _invoker.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Calls other services than a provider's over the same connections.</summary>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.Unsupported"/>: the scheme is not http or https.</exception>
    internal GrpcClient CreateClient(Uri address)
    {
        if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https"))
        {
            throw new DePinException(
                DePinErrorCode.Unsupported,
                Fault.Consumer,
                $"'{CaipText.Shorten(address.OriginalString)}' is not an absolute http: or https: endpoint; use the connector of its scheme.");
        }

        return new GrpcClient(address, _invoker, _clientOptions);
    }

    internal static SocketsHttpHandler CreateHandler(HttpProviderConnectorOptions options) => new()
    {
        EnableMultipleHttp2Connections = true,
        ConnectTimeout = options.ConnectTimeout,
        KeepAlivePingDelay = options.KeepAlivePingDelay,
        KeepAlivePingTimeout = options.KeepAlivePingTimeout,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        PooledConnectionIdleTimeout = options.IdleTimeout,
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        // The call's own traceparent is the only one.
        ActivityHeadersPropagator = null,
    };
}
