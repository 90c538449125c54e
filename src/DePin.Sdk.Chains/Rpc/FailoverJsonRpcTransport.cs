using DePin.Sdk.Chains.Diagnostics;
using DePin.Sdk.Chains.Rpc.Internal;

namespace DePin.Sdk.Chains.Rpc;

/// <summary>Several endpoints of one chain as one: calls go to the first that is well, and on to the next where that helps and is safe. Safe for several threads.</summary>
/// <remarks>
/// A call that only reads goes on after every failure. A call that hands over a signed transaction does too: the bytes are signed, so that repeating them can take effect only once. After an attempt without an answer, a later
/// node that knows the transaction already counts as having taken it, and a later node's error says <see cref="JsonRpcResponse.MayHaveBeenReceived"/>, for the first node may have taken it. Every other
/// call goes on only when the node cannot have received it. An error about the call itself (a revert, a nonce, a fee) is an answer and goes nowhere. After a change of endpoints the newest block may be an older one.
/// An endpoint is asked for its chain before it is used, after each failure, and from time to time; one of another chain is never used.
/// </remarks>
public sealed class FailoverJsonRpcTransport : IJsonRpcTransport
{
    private readonly EndpointHealth[] _endpoints;

    /// <summary>Joins endpoints.</summary>
    /// <param name="chain">The chain that every endpoint must belong to.</param>
    /// <param name="endpoints">The endpoints, the preferred one first. They are disposed of with this.</param>
    /// <param name="options">How failures are treated; defaults when null.</param>
    /// <exception cref="ArgumentException">There is no endpoint, or an option is out of its range.</exception>
    public FailoverJsonRpcTransport(RpcChain chain, IReadOnlyList<JsonRpcEndpoint> endpoints, FailoverJsonRpcOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(chain);
        ArgumentNullException.ThrowIfNull(endpoints);
        if (endpoints.Count == 0)
        {
            throw new ArgumentException("Give at least one endpoint.", nameof(endpoints));
        }

        options = (options ?? new FailoverJsonRpcOptions()).Snapshot();
        Chain = chain;
        _endpoints = [.. endpoints.Select(endpoint => new EndpointHealth(endpoint, chain, options))];
        Logger = options.Logger;
    }

    /// <summary>The chain that every endpoint must belong to.</summary>
    public RpcChain Chain { get; }

    private Microsoft.Extensions.Logging.ILogger Logger { get; }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JsonRpcResponse>> SendAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        if (requests.Count == 0)
        {
            return [];
        }

        var exchange = new FailoverExchange(requests);
        var tried = new HashSet<EndpointHealth>();
        while (!exchange.IsDone && await NextAsync(tried, cancellationToken).ConfigureAwait(false) is { } endpoint)
        {
            if (tried.Count > 1)
            {
                RpcMetrics.FailedOver();
                RpcLog.FailedOver(Logger, exchange.Open[0].Method, endpoint.Name);
            }

            await TryAsync(endpoint, exchange, cancellationToken).ConfigureAwait(false);
        }

        return exchange.Finish(() => NoneLeft(tried.Count == 0 ? "No endpoint is well now" : "No endpoint is left"));
    }

    /// <summary>Disposes of the endpoints' transports.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var endpoint in _endpoints)
        {
            await endpoint.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task TryAsync(EndpointHealth endpoint, FailoverExchange exchange, CancellationToken cancellationToken)
    {
        IReadOnlyList<JsonRpcResponse> responses;
        try
        {
            responses = await endpoint.Transport.SendAsync(exchange.Open, cancellationToken).ConfigureAwait(false);
        }
        catch (RpcTransportException problem) when (problem.Kind != RpcTransportError.LimitExceeded)
        {
            endpoint.Fail(problem);
            exchange.Fail(problem);
            return;
        }

        if (responses.Count != exchange.Open.Count)
        {
            var problem = new RpcTransportException(RpcTransportError.Malformed, $"{endpoint.Name} gave {responses.Count} answers to {exchange.Open.Count} calls.", mayHaveBeenReceived: true);
            endpoint.Fail(problem);
            exchange.Fail(problem);
            return;
        }

        if (exchange.Take(responses) is { } busy)
        {
            endpoint.Fail(busy);
        }
        else
        {
            endpoint.Succeed();
        }
    }

    /// <summary>The first endpoint that is well and has not been tried; null when there is none.</summary>
    private async Task<EndpointHealth?> NextAsync(HashSet<EndpointHealth> tried, CancellationToken cancellationToken)
    {
        for (int i = 0; i < _endpoints.Length; i++)
        {
            var endpoint = _endpoints[i];
            if (tried.Contains(endpoint) || endpoint.IsLeftAlone)
            {
                continue;
            }

            // A call does not wait for an endpoint that failed lately while another one is well.
            if (!endpoint.IsVerified && endpoint.HasFailed && _endpoints.Skip(i + 1).Any(other => !tried.Contains(other) && other.IsVerified))
            {
                _ = endpoint.VerifyAsync();
                continue;
            }

            if (endpoint.IsVerified || await endpoint.VerifyAsync().WaitAsync(cancellationToken).ConfigureAwait(false))
            {
                tried.Add(endpoint);
                return endpoint;
            }
        }

        return null;
    }

    private RpcTransportException NoneLeft(string what)
    {
        var last = _endpoints.Select(endpoint => endpoint.LastFailure).LastOrDefault(failure => failure is not null);
        bool isWrongChain = _endpoints.All(endpoint => endpoint.LastFailure is RpcTransportException { Kind: RpcTransportError.WrongChain });
        return new RpcTransportException(isWrongChain ? RpcTransportError.WrongChain : RpcTransportError.Unavailable, $"{what} for chain {Chain}: {last?.Message ?? "none answered."}", innerException: last);
    }
}
