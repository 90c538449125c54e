using System.Net.WebSockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DePin.Sdk.Chains.Rpc;

/// <summary>How <see cref="WebSocketJsonRpcTransport"/> keeps its connection.</summary>
public sealed class WebSocketJsonRpcOptions
{
    /// <summary>How long one call may take, connecting included.</summary>
    /// <value>Default 30 seconds.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The most bytes that a message of the node may have; the connection ends at a larger one.</summary>
    /// <value>Default 16 MiB.</value>
    public int MaxMessageBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>How many calls may wait for their answers at a time; more wait for their turn.</summary>
    /// <value>Default 256.</value>
    public int MaxConcurrentCalls { get; set; } = 256;

    /// <summary>How many events a subscription keeps for a slow reader; then the oldest are dropped, and the reader is told.</summary>
    /// <value>Default 1,024.</value>
    public int SubscriptionBuffer { get; set; } = 1024;

    /// <summary>How long the connection may be silent before a ping is sent; the answer may take as long again, or the connection counts as lost.</summary>
    /// <value>Default 15 seconds.</value>
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long to wait before connecting again after a failure. Each further failure doubles it, give or take a quarter.</summary>
    /// <value>Default 250 milliseconds.</value>
    public TimeSpan ReconnectDelay { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest wait before connecting again. A connection that lived shorter counts as a failure.</summary>
    /// <value>Default 30 seconds.</value>
    public TimeSpan MaxReconnectDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Sets up each new connection further, for example the headers that a vendor asks for.</summary>
    /// <value>Default null: nothing.</value>
    public Action<ClientWebSocketOptions>? Configure { get; set; }

    /// <summary>The clock of timeouts and delays.</summary>
    /// <value>Default <see cref="System.TimeProvider.System"/>.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Where lost and new connections are logged.</summary>
    /// <value>Default none.</value>
    public ILogger<WebSocketJsonRpcTransport> Logger { get; set; } = NullLogger<WebSocketJsonRpcTransport>.Instance;

    /// <summary>A copy that nobody changes any more, once it is known to be valid.</summary>
    internal WebSocketJsonRpcOptions Snapshot()
    {
        var copy = (WebSocketJsonRpcOptions)MemberwiseClone();
        copy.Validate();
        return copy;
    }

    private void Validate()
    {
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ArgumentNullException.ThrowIfNull(Logger);
        RequirePositive(Timeout, nameof(Timeout));
        RequirePositive(KeepAliveInterval, nameof(KeepAliveInterval));
        RequirePositive(ReconnectDelay, nameof(ReconnectDelay));
        if (MaxReconnectDelay < ReconnectDelay)
        {
            throw new ArgumentException($"{nameof(WebSocketJsonRpcOptions)}.{nameof(MaxReconnectDelay)} is {MaxReconnectDelay}; write at least {nameof(ReconnectDelay)}.");
        }

        RequireAtLeast(MaxMessageBytes, 1024, nameof(MaxMessageBytes));
        RequireAtLeast(MaxConcurrentCalls, 1, nameof(MaxConcurrentCalls));
        RequireAtLeast(SubscriptionBuffer, 1, nameof(SubscriptionBuffer));
    }

    private static void RequirePositive(TimeSpan value, string name)
    {
        if (value <= TimeSpan.Zero)
        {
            throw new ArgumentException($"{nameof(WebSocketJsonRpcOptions)}.{name} is {value}; write a time above zero.");
        }
    }

    private static void RequireAtLeast(int value, int least, string name)
    {
        if (value < least)
        {
            throw new ArgumentException($"{nameof(WebSocketJsonRpcOptions)}.{name} is {value}; write at least {least:N0}.");
        }
    }
}
