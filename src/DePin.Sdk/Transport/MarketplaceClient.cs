using DePin.Sdk.Diagnostics;
using DePin.Sdk.Identity;
using DePin.Sdk.Market;
using DePin.Sdk.Transport.Grpc;
using DePin.Sdk.Wire;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace DePin.Sdk.Transport;

/// <summary>A marketplace server, as consumers and providers use it (<c>depin.v1.MarketplaceService</c>). Thread-safe.</summary>
/// <remarks>What a server says of offers is not believed: whoever takes an offer verifies it, as <see cref="OfferBook"/> does. A server can leave offers out.</remarks>
public sealed class MarketplaceClient : IProviderDirectory, IOfferPublisher, IAsyncDisposable
{
    private const int MaxPageTokenLength = 1024;

    private readonly MarketplaceClientOptions _options;
    private readonly HttpProviderConnector? _ownConnector;
    private readonly GrpcClient _client;

    /// <summary>Makes a client; nothing is sent yet.</summary>
    /// <param name="address">The server, <c>http://host:port/</c> or <c>https://host:port/</c>.</param>
    /// <param name="options">Timeouts and the connector; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.Unsupported"/>: the address has another scheme.</exception>
    public MarketplaceClient(Uri address, MarketplaceClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        _options = options ?? new MarketplaceClientOptions();
        _options.Validate();
        _ownConnector = _options.Connector is null ? new HttpProviderConnector(new HttpProviderConnectorOptions { TimeProvider = _options.TimeProvider }) : null;
        _client = (_options.Connector ?? _ownConnector!).CreateClient(address);
    }

    /// <inheritdoc/>
    public async Task<OfferPage> QueryAsync(OfferQuery query, CancellationToken cancellationToken = default)
    {
        OfferQueryRules.Check(query);
        var request = new QueryOffersRequest
        {
            Kind = query.Kind ?? string.Empty,
            Model = query.Model ?? string.Empty,
            Region = query.Region ?? string.Empty,
            PageSize = (uint)query.PageSize,
            PageToken = query.PageToken ?? string.Empty,
        };
        request.Capabilities.AddRange(query.Capabilities);
        if (query.MaxPricePerMillionOutputTokens is { } max)
        {
            request.MaxPricePerMillionOutputTokens = WireConvert.ToWire(max);
        }

        var response = await CallAsync(MarketplaceMethods.Query, request, QueryOffersResponse.Parser, cancellationToken).ConfigureAwait(false);
        if (response.Offers.Count > query.PageSize || response.NextPageToken.Length > MaxPageTokenLength)
        {
            throw new DePinException(DePinErrorCode.InvalidFrame, Fault.Network, $"{_client.Address} answered with {response.Offers.Count} offers where {query.PageSize} were asked for, or with a page token of {response.NextPageToken.Length} characters.");
        }

        var offers = new List<Offer>(response.Offers.Count);
        foreach (var message in response.Offers)
        {
            try
            {
                offers.Add(OfferWire.FromWire(message));
            }
            catch (DePinException e)
            {
                MarketLog.UnreadableOffer(_options.Logger, e.Message);
            }
        }

        return new OfferPage(offers, response.NextPageToken.Length == 0 ? null : response.NextPageToken);
    }

    /// <inheritdoc/>
    public async Task<DateTimeOffset> PublishAsync(Offer offer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(offer);
        OfferRules.Check(offer);
        var response = await CallAsync(MarketplaceMethods.Register, new RegisterOfferRequest { Offer = OfferWire.ToWire(offer) }, RegisterOfferResponse.Parser, cancellationToken).ConfigureAwait(false);
        return response.OfferId.Span.SequenceEqual(offer.Id.Bytes.Span)
            ? WireConvert.ReadInstant(response.LeaseExpiresUnixMs, "lease_expires_unix_ms")
            : throw new DePinException(DePinErrorCode.InvalidFrame, Fault.Network, $"{_client.Address} listed another offer than the one that was sent.");
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<OfferId>> HeartbeatAsync(IReadOnlyList<OfferId> offers, ISigner provider, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(offers);
        ArgumentNullException.ThrowIfNull(provider);
        var unknown = new List<OfferId>();
        foreach (var some in offers.Chunk(ListingProof.MaxHeartbeatOffers))
        {
            var sentAt = _options.TimeProvider.GetUtcNow();
            var signature = await provider.SignAsync(ListingProof.Heartbeat(sentAt, some), cancellationToken).ConfigureAwait(false);
            var request = new HeartbeatRequest
            {
                SentUnixMs = sentAt.ToUnixTimeMilliseconds(),
                Provider = WireConvert.ToWire(provider.PublicKey),
                Signature = WireConvert.ToWire(signature),
            };
            request.OfferIds.AddRange(some.Select(o => ByteString.CopyFrom(o.Bytes.Span)));
            var response = await CallAsync(MarketplaceMethods.Heartbeat, request, HeartbeatResponse.Parser, cancellationToken).ConfigureAwait(false);
            unknown.AddRange(response.UnknownOfferIds.Select(id => new OfferId(WireConvert.ReadBytes(id, OfferId.Length, "unknown_offer_ids"))).Where(some.Contains));
        }

        return unknown;
    }

    /// <inheritdoc/>
    public async Task WithdrawAsync(OfferId offer, ISigner provider, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(provider);
        var sentAt = _options.TimeProvider.GetUtcNow();
        var signature = await provider.SignAsync(ListingProof.Withdraw(sentAt, offer), cancellationToken).ConfigureAwait(false);
        var request = new WithdrawOfferRequest
        {
            OfferId = ByteString.CopyFrom(offer.Bytes.Span),
            SentUnixMs = sentAt.ToUnixTimeMilliseconds(),
            Signature = WireConvert.ToWire(signature),
        };
        await CallAsync(MarketplaceMethods.Withdraw, request, WithdrawOfferResponse.Parser, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the connections of a connector of its own.</summary>
    public ValueTask DisposeAsync() => _ownConnector?.DisposeAsync() ?? ValueTask.CompletedTask;

    private Task<TResponse> CallAsync<TRequest, TResponse>(string path, TRequest request, MessageParser<TResponse> parser, CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        _client.UnaryAsync(path, request, parser, new CallOptions { Deadline = _options.TimeProvider.GetUtcNow() + _options.Timeout }, cancellationToken);
}
