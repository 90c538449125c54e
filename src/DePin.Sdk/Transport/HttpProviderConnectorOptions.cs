using DePin.Sdk.Transport.Grpc;

namespace DePin.Sdk.Transport;

/// <summary>How an <see cref="HttpProviderConnector"/> connects.</summary>
public sealed class HttpProviderConnectorOptions
{
    /// <summary>
    /// Sends the requests instead of the connector's own handler, for example to trust a certificate authority of one's own. It must speak HTTP/2, stays the
    /// caller's, and the connection settings below do not touch it.
    /// </summary>
    /// <value>Defaults to null: a <see cref="SocketsHttpHandler"/> without proxy, cookies and redirects.</value>
    public HttpMessageHandler? Handler { get; set; }

    /// <summary>The longest message that is taken from a provider, in bytes. Longer ones end their call with <see cref="DePinErrorCode.MessageTooLarge"/>.</summary>
    /// <value>Defaults to 4 MiB.</value>
    public int MaxReceiveBytes { get; set; } = GrpcFrameLimits.DefaultMaxMessageBytes;

    /// <summary>The longest message that is sent to a provider, in bytes.</summary>
    /// <value>Defaults to 4 MiB.</value>
    public int MaxSendBytes { get; set; } = GrpcFrameLimits.DefaultMaxMessageBytes;

    /// <summary>How long connecting, with TLS, may take.</summary>
    /// <value>Defaults to 5 seconds.</value>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>After this much silence on a connection with calls a ping is sent.</summary>
    /// <value>Defaults to 15 seconds; <see cref="Timeout.InfiniteTimeSpan"/> for never.</value>
    public TimeSpan KeepAlivePingDelay { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>A connection whose ping is not answered for this long is given up, and its calls fail with <see cref="DePinErrorCode.Unavailable"/>.</summary>
    /// <value>Defaults to 5 seconds.</value>
    public TimeSpan KeepAlivePingTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>A connection without calls is closed after this time.</summary>
    /// <value>Defaults to 2 minutes.</value>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Measures deadlines.</summary>
    /// <value>Defaults to <see cref="TimeProvider.System"/>.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ThrowUnless(MaxReceiveBytes is > 0 and <= 1 << 30, nameof(MaxReceiveBytes), "must be between 1 byte and 1 GiB");
        ThrowUnless(MaxSendBytes is > 0 and <= 1 << 30, nameof(MaxSendBytes), "must be between 1 byte and 1 GiB");
        ThrowUnless(IsTimeout(ConnectTimeout), nameof(ConnectTimeout), "must be positive, or Timeout.InfiniteTimeSpan");
        ThrowUnless(IsTimeout(IdleTimeout), nameof(IdleTimeout), "must be positive, or Timeout.InfiniteTimeSpan");
        ThrowUnless(IsPing(KeepAlivePingDelay), nameof(KeepAlivePingDelay), "must be at least a second, or Timeout.InfiniteTimeSpan");
        ThrowUnless(IsPing(KeepAlivePingTimeout), nameof(KeepAlivePingTimeout), "must be at least a second, or Timeout.InfiniteTimeSpan");
    }

    private static bool IsTimeout(TimeSpan value) => value == Timeout.InfiniteTimeSpan || value > TimeSpan.Zero;

    private static bool IsPing(TimeSpan value) => value == Timeout.InfiniteTimeSpan || value >= TimeSpan.FromSeconds(1);

    private static void ThrowUnless(bool condition, string property, string rule)
    {
        if (!condition)
        {
            throw new ArgumentException($"{nameof(HttpProviderConnectorOptions)}.{property} {rule}.");
        }
    }
}
