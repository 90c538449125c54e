using System.Collections.Concurrent;
using DePin.Sdk.Transport.InProcess;

namespace DePin.Sdk.Transport;

/// <summary>
/// Connects consumers and providers that live in the same process, with the same back-pressure, errors and metadata as over a socket.
/// Frames are handed over by reference: whoever wrote one leaves it alone afterwards. Thread-safe.
/// </summary>
public sealed class InProcessConnector : IProviderConnector
{
    /// <summary>The scheme of the endpoints it connects: <c>inproc</c>.</summary>
    public const string Scheme = "inproc";

    private readonly ConcurrentDictionary<Uri, InProcessConnection> _connections = new();
    private readonly TimeProvider _time;

    /// <summary>A connector that knows no provider yet.</summary>
    /// <param name="timeProvider">Measures deadlines; the system's when null.</param>
    public InProcessConnector(TimeProvider? timeProvider = null) => _time = timeProvider ?? TimeProvider.System;

    /// <summary>Makes a provider reachable under <c>inproc://name</c> and returns that endpoint.</summary>
    /// <param name="name">A host name: lower-case letters, digits, dots and dashes.</param>
    /// <param name="service">The provider. It stays the caller's: the connector does not dispose it.</param>
    /// <exception cref="ArgumentException">The name is not a host name, or is taken.</exception>
    public Uri Register(string name, IProviderService service)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (Uri.CheckHostName(name) == UriHostNameType.Unknown)
        {
            throw new ArgumentException($"'{name}' is not a host name; use lower-case letters, digits, dots and dashes.", nameof(name));
        }

        var endpoint = new Uri($"{Scheme}://{name}");
        Register(endpoint, service);
        return endpoint;
    }

    /// <summary>Makes a provider reachable under an endpoint.</summary>
    /// <param name="endpoint">An absolute URI with the scheme <see cref="Scheme"/>.</param>
    /// <param name="service">The provider. It stays the caller's: the connector does not dispose it.</param>
    /// <exception cref="ArgumentException">The endpoint has another scheme, or is taken.</exception>
    public void Register(Uri endpoint, IProviderService service)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(service);
        if (!IsInProcess(endpoint))
        {
            throw new ArgumentException($"'{endpoint}' is not an absolute {Scheme}: endpoint.", nameof(endpoint));
        }

        if (!_connections.GetOrAdd(endpoint, static (key, time) => new InProcessConnection(key, time), _time).TryAttach(service))
        {
            throw new ArgumentException($"'{endpoint}' already has a provider; unregister it first.", nameof(endpoint));
        }
    }

    /// <summary>
    /// Takes a provider away as if its process had ended: running calls fail with <see cref="DePinErrorCode.Unavailable"/> on both sides, and so do new
    /// ones until another provider registers. False when there was none.
    /// </summary>
    public bool Unregister(Uri endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return _connections.TryGetValue(endpoint, out var connection) && connection.Detach();
    }

    /// <inheritdoc/>
    /// <remarks>An endpoint without a provider can be connected to; its calls fail with <see cref="DePinErrorCode.Unavailable"/>, as over a socket.</remarks>
    public IProviderConnection Connect(Uri endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        if (!IsInProcess(endpoint))
        {
            throw new DePinException(
                DePinErrorCode.Unsupported,
                Fault.Consumer,
                $"'{CaipText.Shorten(endpoint.OriginalString)}' is not an absolute {Scheme}: endpoint; use the connector of its scheme.");
        }

        return _connections.GetOrAdd(endpoint, static (key, time) => new InProcessConnection(key, time), _time);
    }

    /// <summary>Ends all running calls.</summary>
    public ValueTask DisposeAsync()
    {
        foreach (var connection in _connections.Values)
        {
            connection.Detach();
        }

        return ValueTask.CompletedTask;
    }

    private static bool IsInProcess(Uri endpoint) => endpoint.IsAbsoluteUri && endpoint.Scheme == Scheme;
}
