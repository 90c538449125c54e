using System.Net.WebSockets;
using DePin.Sdk.Chains.Diagnostics;
using DePin.Sdk.Chains.Rpc.Internal;

namespace DePin.Sdk.Chains.Rpc;

/// <summary>JSON-RPC over one WebSocket connection that many calls share, and subscriptions. Safe for several threads.</summary>
/// <remarks>
/// The connection is made at the first call. When it is lost, the calls that wait fail with <see cref="RpcTransportError.Unavailable"/>; the next call connects again, and as long as there are subscriptions it is
/// done without a call. While a delay after a failure lasts, calls fail at once.
/// </remarks>
public sealed class WebSocketJsonRpcTransport : IJsonRpcTransport
{
    private readonly Uri _endpoint;
    private readonly WebSocketJsonRpcOptions _options;
    private readonly SemaphoreSlim _concurrent;
    private readonly Lock _gate = new();
    private readonly List<ISubscription> _subscriptions = [];
    private readonly CancellationTokenSource _disposed = new();
    private readonly Backoff _backoff;
    private Task<WebSocketConnection>? _connecting;
    private WebSocketConnection? _connection;
    private Exception? _lastFailure;
    private bool _everConnected;

    /// <summary>Makes a transport; it connects at the first call.</summary>
    /// <param name="endpoint">The node's address. What stands after the host may be a secret, and appears in no message and no log.</param>
    /// <param name="options">How to connect; defaults when null.</param>
    /// <exception cref="ArgumentException">The address is not an absolute ws or wss one, or an option is out of its range.</exception>
    public WebSocketJsonRpcTransport(Uri endpoint, WebSocketJsonRpcOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        if (!endpoint.IsAbsoluteUri || (endpoint.Scheme != Uri.UriSchemeWs && endpoint.Scheme != Uri.UriSchemeWss))
        {
            throw new ArgumentException("A node's WebSocket address starts with ws:// or wss://.", nameof(endpoint));
        }

        _options = (options ?? new WebSocketJsonRpcOptions()).Snapshot();
        _endpoint = endpoint;
        _concurrent = new SemaphoreSlim(_options.MaxConcurrentCalls);
        _backoff = new Backoff(_options.ReconnectDelay, _options.MaxReconnectDelay, _options.TimeProvider);
    }

    private string Name => $"the node at {_endpoint.Host}:{_endpoint.Port}";

    /// <inheritdoc/>
    /// <remarks>Each call is a message of its own; the answers come as the node finds them.</remarks>
    public async Task<IReadOnlyList<JsonRpcResponse>> SendAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        if (requests.Count == 0)
        {
            return [];
        }

        var connection = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        var calls = new List<Task<JsonRpcResponse>>(requests.Count);
        foreach (var request in requests)
        {
            calls.Add(CallAsync(connection, request, cancellationToken));
        }

        try
        {
            return await Task.WhenAll(calls).ConfigureAwait(false);
        }
        catch (RpcTransportException problem) when (!problem.MayHaveBeenReceived && calls.Any(call => call.IsCompletedSuccessfully || call.Exception?.InnerException is RpcTransportException { MayHaveBeenReceived: true }))
        {
            // The first failure is not that of all.
            throw problem.With(mayHaveBeenReceived: true);
        }
    }

    /// <summary>Closes the connection and ends the subscriptions.</summary>
    public async ValueTask DisposeAsync()
    {
        ISubscription[] subscriptions;
        WebSocketConnection? connection;
        Task<WebSocketConnection>? connecting;
        lock (_gate)
        {
            if (_disposed.IsCancellationRequested)
            {
                return;
            }

            _disposed.Cancel();
            subscriptions = [.. _subscriptions];
            _subscriptions.Clear();
            (connection, connecting) = (_connection, _connecting);
        }

        foreach (var subscription in subscriptions)
        {
            subscription.Fail(null);
        }

        if (connecting is not null)
        {
            await connecting.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).ConfigureAwait(false);
        }

        if (connection is not null)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Starts a subscription of any chain.</summary>
    /// <exception cref="RpcException">The node cannot be reached or refuses.</exception>
    internal async Task<RpcSubscription<T>> SubscribeAsync<T>(SubscriptionTerms<T> terms, CancellationToken cancellationToken)
        where T : class
    {
        var subscription = new RpcSubscription<T>(terms, _options.SubscriptionBuffer, ReleaseAsync);
        var connection = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var response = await connection.SubscribeAsync(subscription, isAgain: false, () => Enlist(subscription), cancellationToken).ConfigureAwait(false);
            return response.Error is null ? subscription : throw RpcDialect.Of(terms.Request.Method).ToException(terms.Request.Method, response);
        }
        catch
        {
            lock (_gate)
            {
                _subscriptions.Remove(subscription);
            }

            throw;
        }
    }

    private async Task<JsonRpcResponse> CallAsync(WebSocketConnection connection, JsonRpcRequest request, CancellationToken cancellationToken)
    {
        await _concurrent.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await connection.CallAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _concurrent.Release();
        }
    }

    /// <summary>From here on a lost connection makes the subscription anew. It runs before the connection reads on, and so before it can be lost.</summary>
    private void Enlist(ISubscription subscription)
    {
        lock (_gate)
        {
            if (_disposed.IsCancellationRequested)
            {
                subscription.Fail(null);
            }
            else if (!subscription.IsOver)
            {
                _subscriptions.Add(subscription);
            }
        }
    }

    private async ValueTask ReleaseAsync(ISubscription subscription)
    {
        WebSocketConnection? connection;
        lock (_gate)
        {
            if (!_subscriptions.Remove(subscription))
            {
                return;
            }

            connection = _connection;
        }

        if (connection?.Remove(subscription) is { } name)
        {
            try
            {
                await connection.CallAsync(JsonRpcRequest.Create(subscription.Unsubscribe, name.WriteTo), _disposed.Token).ConfigureAwait(false);
            }
            catch (Exception problem) when (problem is RpcTransportException or OperationCanceledException)
            {
                // The connection is gone, and the subscription with it.
            }
        }
    }

    private async Task<WebSocketConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        Task<WebSocketConnection> connecting;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, this);
            if (_connection is { Failure: null } connection)
            {
                return connection;
            }

            if (_connecting is null && _backoff.Remaining is { } remaining && remaining > TimeSpan.Zero)
            {
                throw new RpcTransportException(RpcTransportError.Unavailable, $"There is no connection to {Name}; the next try is in {remaining.TotalSeconds:0.###} seconds.", innerException: _lastFailure);
            }

            connecting = _connecting ??= Task.Run(OpenAsync, CancellationToken.None);
        }

        return await connecting.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<WebSocketConnection> OpenAsync()
    {
        WebSocketConnection? connection = null;
        try
        {
            connection = new WebSocketConnection(await OpenSocketAsync().ConfigureAwait(false), Name, _options);
            int subscriptions = await ResubscribeAsync(connection).ConfigureAwait(false);
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, this);
                _connection = connection;
                _connecting = null;
                if (_everConnected)
                {
                    RpcMetrics.Reconnected();
                }

                _everConnected = true;
            }

            RpcLog.Connected(_options.Logger, Name, subscriptions);
            _ = WatchAsync(connection, _options.TimeProvider.GetTimestamp());
            return connection;
        }
        catch (Exception problem)
        {
            var failure = problem as RpcTransportException
                ?? new RpcTransportException(RpcTransportError.Unavailable, $"There is no connection to {Name}.", innerException: problem);
            lock (_gate)
            {
                _lastFailure = failure;
                _connecting = null;
                _backoff.Fail();
            }

            if (connection is not null)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }

            RpcLog.ConnectFailed(_options.Logger, failure, Name, _backoff.Failures, _backoff.Remaining);
            throw failure;
        }
    }

    private async Task<ClientWebSocket> OpenSocketAsync()
    {
        var socket = new ClientWebSocket();
        using var timeout = new CancellationTokenSource(_options.Timeout, _options.TimeProvider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(_disposed.Token, timeout.Token);
        try
        {
            socket.Options.KeepAliveInterval = _options.KeepAliveInterval;
            socket.Options.KeepAliveTimeout = _options.KeepAliveInterval;
            _options.Configure?.Invoke(socket.Options);
            await socket.ConnectAsync(_endpoint, linked.Token).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Starts the subscriptions on a new connection. One that the node refuses now ends; a loss in the middle makes the whole connection fail.</summary>
    private async Task<int> ResubscribeAsync(WebSocketConnection connection)
    {
        ISubscription[] subscriptions;
        lock (_gate)
        {
            _subscriptions.RemoveAll(subscription => subscription.IsOver);
            subscriptions = [.. _subscriptions];
        }

        foreach (var subscription in subscriptions)
        {
            var response = await connection.SubscribeAsync(subscription, isAgain: true, null, _disposed.Token).ConfigureAwait(false);
            if (response.Error is not null)
            {
                var refusal = RpcDialect.Of(subscription.Request.Method).ToException(subscription.Request.Method, response);
                RpcLog.ResubscribeRefused(_options.Logger, refusal, Name);
                subscription.Fail(refusal);
                lock (_gate)
                {
                    _subscriptions.Remove(subscription);
                }
            }
        }

        return subscriptions.Length;
    }

    private async Task WatchAsync(WebSocketConnection connection, long openedAt)
    {
        await connection.Completion.ConfigureAwait(false);
        if (_disposed.IsCancellationRequested)
        {
            return;
        }

        RpcLog.ConnectionLost(_options.Logger, connection.Failure!, Name);
        lock (_gate)
        {
            _lastFailure = connection.Failure;
            if (_options.TimeProvider.GetElapsedTime(openedAt) < _options.MaxReconnectDelay)
            {
                // A node that takes connections and drops them shall not be asked in a tight loop.
                _backoff.Fail();
            }
            else
            {
                _backoff.Reset();
            }
        }

        await connection.DisposeAsync().ConfigureAwait(false);
        await ReconnectAsync().ConfigureAwait(false);
    }

    /// <summary>Connects again for the sake of the subscriptions; calls connect by themselves.</summary>
    private async Task ReconnectAsync()
    {
        while (true)
        {
            TimeSpan delay;
            lock (_gate)
            {
                if (_disposed.IsCancellationRequested || _subscriptions.TrueForAll(subscription => subscription.IsOver))
                {
                    return;
                }

                delay = _backoff.Remaining;
            }

            try
            {
                if (delay > TimeSpan.Zero)
                {
                    await Task.Delay(delay, _options.TimeProvider, _disposed.Token).ConfigureAwait(false);
                }

                await ConnectAsync(_disposed.Token).ConfigureAwait(false);
                return;
            }
            catch (RpcTransportException)
            {
                // Logged where it happened; the next round waits longer.
            }
            catch (Exception problem) when (problem is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
