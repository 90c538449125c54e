using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DePin.Sdk.Chains.Rpc;

/// <summary>How <see cref="FailoverJsonRpcTransport"/> treats endpoints that fail.</summary>
public sealed class FailoverJsonRpcOptions
{
    /// <summary>How long an endpoint is left alone after a failure. Each further failure doubles it, give or take a quarter.</summary>
    /// <value>Default one second.</value>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest that an endpoint is left alone; also for one that belongs to another chain.</summary>
    /// <value>Default one minute.</value>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an endpoint may take to say which chain it belongs to, which it is asked before its first use and after each failure.</summary>
    /// <value>Default 5 seconds.</value>
    public TimeSpan ChainCheckTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How old that answer may be.</summary>
    /// <value>Default 5 minutes.</value>
    public TimeSpan ChainCheckInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The clock of delays.</summary>
    /// <value>Default <see cref="System.TimeProvider.System"/>.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Where failures of endpoints are logged.</summary>
    /// <value>Default none.</value>
    public ILogger<FailoverJsonRpcTransport> Logger { get; set; } = NullLogger<FailoverJsonRpcTransport>.Instance;

    /// <summary>A copy that nobody changes any more, once it is known to be valid.</summary>
    internal FailoverJsonRpcOptions Snapshot()
    {
        var copy = (FailoverJsonRpcOptions)MemberwiseClone();
        copy.Validate();
        return copy;
    }

    private void Validate()
    {
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ArgumentNullException.ThrowIfNull(Logger);
        RequirePositive(RetryDelay, nameof(RetryDelay));
        RequirePositive(ChainCheckTimeout, nameof(ChainCheckTimeout));
        RequirePositive(ChainCheckInterval, nameof(ChainCheckInterval));
        if (MaxRetryDelay < RetryDelay)
        {
            throw new ArgumentException($"{nameof(FailoverJsonRpcOptions)}.{nameof(MaxRetryDelay)} is {MaxRetryDelay}; write at least {nameof(RetryDelay)}.");
        }
    }

    private static void RequirePositive(TimeSpan value, string name)
    {
        if (value <= TimeSpan.Zero)
        {
            throw new ArgumentException($"{nameof(FailoverJsonRpcOptions)}.{name} is {value}; write a time above zero.");
        }
    }
}
