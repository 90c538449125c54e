namespace DePin.Sdk.Chains.Rpc;

/// <summary>How <see cref="HttpJsonRpcTransport"/> calls its node.</summary>
public sealed class HttpJsonRpcOptions
{
    /// <summary>Carries the calls, for example one with the headers that a vendor asks for; it stays the caller's.</summary>
    /// <value>Default null: a client of the transport's own, which follows no redirects.</value>
    public HttpClient? HttpClient { get; set; }

    /// <summary>How long one exchange may take, from sending to the answer's last byte.</summary>
    /// <value>Default 30 seconds.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The most bytes that an answer may have, after decompression.</summary>
    /// <value>Default 16 MiB.</value>
    public int MaxResponseBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>How many calls go into one exchange; more are sent in several, one after the other.</summary>
    /// <value>Default 100; nodes commonly allow 100 to 1,000.</value>
    public int MaxBatchSize { get; set; } = 100;

    /// <summary>The clock of timeouts.</summary>
    /// <value>Default <see cref="System.TimeProvider.System"/>.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>A copy that nobody changes any more, once it is known to be valid.</summary>
    internal HttpJsonRpcOptions Snapshot()
    {
        var copy = (HttpJsonRpcOptions)MemberwiseClone();
        copy.Validate();
        return copy;
    }

    private void Validate()
    {
        ArgumentNullException.ThrowIfNull(TimeProvider);
        if (Timeout <= TimeSpan.Zero)
        {
            throw new ArgumentException($"{nameof(HttpJsonRpcOptions)}.{nameof(Timeout)} is {Timeout}; write a time above zero.");
        }

        if (MaxResponseBytes < 1024)
        {
            throw new ArgumentException($"{nameof(HttpJsonRpcOptions)}.{nameof(MaxResponseBytes)} is {MaxResponseBytes}; write at least 1,024.");
        }

        if (MaxBatchSize < 1)
        {
            throw new ArgumentException($"{nameof(HttpJsonRpcOptions)}.{nameof(MaxBatchSize)} is {MaxBatchSize}; write at least 1.");
        }
    }
}
