using DePin.Sdk.Consumers.Internal;
using DePin.Sdk.Market;
using DePin.Sdk.Transport;

namespace DePin.Sdk.Consumers;

/// <summary>
/// A directory of providers whose addresses are known: it asks each of them for its signed offers. For a studio's own servers, a private
/// network, or the first try; a marketplace serves the rest.
/// </summary>
public sealed class EndpointDirectory : IProviderDirectory, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Uri[] _endpoints;
    private readonly IProviderConnector _connector;
    private readonly bool _ownsConnector;
    private readonly TimeProvider _time;

    /// <summary>Knows providers by their addresses, over HTTP/2.</summary>
    /// <param name="endpoints">At least one absolute URI, for example <c>http://203.0.113.7:5001</c>.</param>
    /// <exception cref="ArgumentException">There is none, or one is not absolute.</exception>
    public EndpointDirectory(params string[] endpoints)
        : this(endpoints?.Select(endpoint => new Uri(endpoint)) ?? throw new ArgumentNullException(nameof(endpoints)), connector: null)
    {
    }

    /// <summary>Knows providers by their addresses.</summary>
    /// <param name="endpoints">At least one absolute URI.</param>
    /// <param name="connector">How they are reached; it is not disposed. Null for HTTP/2.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="ArgumentException">There is no endpoint, or one is not absolute.</exception>
    public EndpointDirectory(IEnumerable<Uri> endpoints, IProviderConnector? connector, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        _endpoints = [.. endpoints];
        if (_endpoints.Length == 0 || _endpoints.Any(endpoint => !endpoint.IsAbsoluteUri))
        {
            throw new ArgumentException("Name at least one endpoint, each as an absolute URI such as http://203.0.113.7:5001.", nameof(endpoints));
        }

        _ownsConnector = connector is null;
        _connector = connector ?? new HttpProviderConnector();
        _time = timeProvider ?? TimeProvider.System;
    }

    /// <inheritdoc/>
    /// <remarks>Every call asks every provider, for at most five seconds. Those that do not answer are left out.</remarks>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.Unavailable"/>: none of them answered.</exception>
    public async Task<OfferPage> QueryAsync(OfferQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        var answers = await Task.WhenAll(_endpoints.Select(endpoint => AskAsync(endpoint, cancellationToken))).ConfigureAwait(false);
        if (answers.All(answer => answer.Offers is null))
        {
            throw new DePinException(
                DePinErrorCode.Unavailable,
                Fault.Network,
                $"None of the {_endpoints.Length} provider endpoint(s) answered; check that they run and that this machine reaches them. First: {_endpoints[0]}",
                isTransient: true,
                answers[0].Error);
        }

        var directory = new StaticDirectory(answers.SelectMany(answer => answer.Offers ?? []), _time);
        return await directory.QueryAsync(query, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _ownsConnector ? _connector.DisposeAsync() : ValueTask.CompletedTask;

    private async Task<(IReadOnlyList<Offer>? Offers, Exception? Error)> AskAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        try
        {
            return (await EndpointOffers.AskAsync(_connector, endpoint, Patience, _time, cancellationToken).ConfigureAwait(false), null);
        }
        catch (Exception failure) when (failure is DePinException or TimeoutException)
        {
            return (null, failure);
        }
    }
}
