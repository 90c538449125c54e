using System.Text.Json;
using DePin.Sdk.Chains.Diagnostics;

namespace DePin.Sdk.Chains.Rpc.Internal;

/// <summary>Whether an endpoint is fit for use: left alone for a while after a failure, and asked for its chain before it is used. Safe for several threads.</summary>
internal sealed class EndpointHealth : IAsyncDisposable
{
    private readonly RpcChain _chain;
    private readonly FailoverJsonRpcOptions _options;
    private readonly Lock _gate = new();
    private readonly Backoff _backoff;
    private readonly CancellationTokenSource _disposed = new();
    private long? _verifiedAt;
    private Task<bool>? _verifying;

    public EndpointHealth(JsonRpcEndpoint endpoint, RpcChain chain, FailoverJsonRpcOptions options)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        Transport = endpoint.Transport;
        Name = endpoint.Name;
        _chain = chain;
        _options = options;
        _backoff = new Backoff(options.RetryDelay, options.MaxRetryDelay, options.TimeProvider);
    }

    public IJsonRpcTransport Transport { get; }

    public string Name { get; }

    public RpcException? LastFailure { get; private set; }

    public bool IsLeftAlone
    {
        get
        {
            lock (_gate)
            {
                return _backoff.Remaining > TimeSpan.Zero;
            }
        }
    }

    public bool HasFailed
    {
        get
        {
            lock (_gate)
            {
                return _backoff.Failures > 0;
            }
        }
    }

    public bool IsVerified
    {
        get
        {
            lock (_gate)
            {
                return _backoff.Remaining == TimeSpan.Zero && _verifiedAt is { } at && _options.TimeProvider.GetElapsedTime(at) < _options.ChainCheckInterval;
            }
        }
    }

    /// <summary>Asks the endpoint for its chain; those who ask at the same time share the answer. Never throws.</summary>
    public Task<bool> VerifyAsync()
    {
        lock (_gate)
        {
            return _verifying ??= Task.Run(VerifyOnceAsync);
        }
    }

    /// <summary>Leaves the endpoint alone for a while. Calls that failed together count once.</summary>
    public void Fail(RpcException failure)
    {
        TimeSpan delay;
        lock (_gate)
        {
            LastFailure = failure;
            _verifiedAt = null;
            if (_backoff.Remaining > TimeSpan.Zero)
            {
                return;
            }

            _backoff.Fail();
            delay = _backoff.Remaining;
        }

        RpcLog.EndpointFailed(_options.Logger, failure, Name, _backoff.Failures, delay);
    }

    public void Succeed()
    {
        lock (_gate)
        {
            if (_backoff.Failures == 0 || _verifiedAt is null)
            {
                return;
            }

            _backoff.Reset();
            LastFailure = null;
        }

        RpcLog.EndpointRecovered(_options.Logger, Name);
    }

    public ValueTask DisposeAsync()
    {
        _disposed.Cancel();
        return Transport.DisposeAsync();
    }

    private async Task<bool> VerifyOnceAsync()
    {
        try
        {
            string actual = await AskAsync().ConfigureAwait(false);
            if (actual != _chain.Id)
            {
                RpcLog.WrongChain(_options.Logger, Name, actual, _chain.Id);
                throw new RpcTransportException(RpcTransportError.WrongChain, $"{Name} belongs to chain {actual}, not to chain {_chain.Id}.");
            }

            lock (_gate)
            {
                _verifiedAt = _options.TimeProvider.GetTimestamp();
            }

            return true;
        }
        catch (Exception problem)
        {
            Fail(problem as RpcException ?? new RpcTransportException(RpcTransportError.Unavailable, $"{Name} did not say which chain it belongs to.", innerException: problem));
            return false;
        }
        finally
        {
            lock (_gate)
            {
                _verifying = null;
            }
        }
    }

    private async Task<string> AskAsync()
    {
        using var timeout = new CancellationTokenSource(_options.ChainCheckTimeout, _options.TimeProvider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(_disposed.Token, timeout.Token);
        var responses = await Transport.SendAsync([_chain.Question], linked.Token).ConfigureAwait(false);
        return _chain.ReadId(responses.Count == 1 ? responses[0] : JsonRpcResponse.FromResult(JsonElement.Parse("null")));
    }
}
