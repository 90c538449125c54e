using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DePin.Sdk.Transport;

/// <summary>How <see cref="MarketplaceClient"/> calls its server.</summary>
public sealed class MarketplaceClientOptions
{
    /// <summary>Carries the calls, for example one that is shared with the calls to providers; it stays the caller's.</summary>
    /// <value>Default null: a connector of its own.</value>
    public HttpProviderConnector? Connector { get; set; }

    /// <summary>How long one call may take.</summary>
    /// <value>Default 10 seconds.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The clock of timeouts and of signed requests.</summary>
    /// <value>Default <see cref="System.TimeProvider.System"/>.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Where offers that cannot be read are logged.</summary>
    /// <value>Default none.</value>
    public ILogger<MarketplaceClient> Logger { get; set; } = NullLogger<MarketplaceClient>.Instance;

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ArgumentNullException.ThrowIfNull(Logger);
        if (Timeout <= TimeSpan.Zero)
        {
            throw new ArgumentException($"{nameof(MarketplaceClientOptions)}.{nameof(Timeout)} is {Timeout}; write a time above zero.");
        }
    }
}
