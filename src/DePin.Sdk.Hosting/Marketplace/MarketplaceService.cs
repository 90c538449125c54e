using DePin.Sdk.Diagnostics;
using DePin.Sdk.Identity;
using DePin.Sdk.Market;
using DePin.Sdk.Wire;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace DePin.Sdk.Hosting.Marketplace;

/// <summary>The rules of the marketplace over its store: what <c>MarketplaceService</c> of the protocol answers. Thread-safe.</summary>
internal sealed class MarketplaceService
{
    private readonly ListingStore _store;
    private readonly MarketplaceOptions _options;
    private readonly SignatureVerifiers _verifiers;
    private readonly OfferVerifier _offerVerifier;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public MarketplaceService(ListingStore store, MarketplaceOptions options, SignatureVerifiers verifiers, TimeProvider time, ILogger<MarketplaceService> logger)
    {
        (_store, _options, _verifiers, _time, _logger) = (store, options, verifiers, time, logger);
        _offerVerifier = new OfferVerifier(verifiers, options.Verifier);
    }

    public DateTimeOffset Now => _time.GetUtcNow();

    public RegisterOfferResponse Register(RegisterOfferRequest request)
    {
        if (request.Offer is null)
        {
            throw new DePinException(DePinErrorCode.InvalidRequest, Fault.Provider, "The request holds no offer.");
        }

        var offer = OfferWire.FromWire(request.Offer);
        var now = Now;
        _offerVerifier.Verify(offer, now);
        var id = offer.Id;
        var lease = ListingRules.LeaseEnd(now, _options.LeaseDuration, offer.ExpiresAt);
        _store.Put(offer, id, now, lease, _options);
        MarketLog.Registered(_logger, offer.Provider.ToString(), offer.Kind, offer.Model);
        return new RegisterOfferResponse { OfferId = ByteString.CopyFrom(id.Bytes.Span), LeaseExpiresUnixMs = lease.ToUnixTimeMilliseconds() };
    }

    public HeartbeatResponse Heartbeat(HeartbeatRequest request)
    {
        if (request.OfferIds.Count is 0 or > ListingProof.MaxHeartbeatOffers)
        {
            throw new DePinException(DePinErrorCode.InvalidRequest, Fault.Provider, $"A heartbeat names 1 to {ListingProof.MaxHeartbeatOffers} offers, not {request.OfferIds.Count}.");
        }

        var provider = WireConvert.FromWire(request.Provider, "heartbeat.provider");
        var ids = request.OfferIds.Select(id => ReadId(id, "heartbeat.offer_ids")).ToArray();
        var now = Now;
        var sentAt = ReadFresh(request.SentUnixMs, now);
        RequireSignature(provider, ListingProof.Heartbeat(sentAt, ids), request.Signature);
        var lease = now + _options.LeaseDuration;
        var response = new HeartbeatResponse { LeaseExpiresUnixMs = lease.ToUnixTimeMilliseconds() };
        response.UnknownOfferIds.AddRange(_store.Renew(provider, ids, now, lease).Select(id => ByteString.CopyFrom(id.Bytes.Span)));
        return response;
    }

    public WithdrawOfferResponse Withdraw(WithdrawOfferRequest request)
    {
        var id = ReadId(request.OfferId, "withdraw.offer_id");
        var sentAt = ReadFresh(request.SentUnixMs, Now);
        var signature = WireConvert.FromWire(request.Signature, "withdraw.signature");

        // What is not listed is already down: withdrawing twice is well.
        if (_store.FindProvider(id) is { } provider)
        {
            RequireSignature(provider, ListingProof.Withdraw(sentAt, id), signature);
            _store.Withdraw(id);
        }

        return new WithdrawOfferResponse();
    }

    public QueryOffersResponse Query(QueryOffersRequest request)
    {
        var query = ReadQuery(request);
        var (offers, next) = Query(query);
        var response = new QueryOffersResponse { NextPageToken = next ?? string.Empty };
        response.Offers.AddRange(offers);
        return response;
    }

    /// <exception cref="DePinException"><see cref="DePinErrorCode.InvalidRequest"/> for limits or a page token that make no sense.</exception>
    public (List<OfferMessage> Offers, string? NextPageToken) Query(OfferQuery query)
    {
        OfferQueryRules.Check(query);
        OfferPageToken? after = string.IsNullOrEmpty(query.PageToken) ? null : OfferPageToken.Decode(query.PageToken, query);
        var (offers, next) = _store.Query(query, after, Now);
        return (offers, next?.Encode(query));
    }

    public int Sweep()
    {
        int swept = _store.Sweep(Now);
        if (swept > 0)
        {
            MarketLog.Swept(_logger, swept);
        }

        return swept;
    }

    private static OfferQuery ReadQuery(QueryOffersRequest request) => new()
    {
        Kind = request.Kind,
        Model = request.Model,
        Region = request.Region,
        Capabilities = request.Capabilities,
        MaxPricePerMillionOutputTokens = request.MaxPricePerMillionOutputTokens is { } max ? WireConvert.FromWire(max, "query.max_price_per_million_output_tokens") : null,
        PageSize = request.PageSize == 0 ? new OfferQuery().PageSize : (int)Math.Min(request.PageSize, int.MaxValue),
        PageToken = request.PageToken,
    };

    private static OfferId ReadId(ByteString bytes, string field) => new(WireConvert.ReadBytes(bytes, OfferId.Length, field));

    private DateTimeOffset ReadFresh(long sentUnixMs, DateTimeOffset now)
    {
        var sentAt = WireConvert.ReadInstant(sentUnixMs, "sent_unix_ms");
        return (sentAt - now).Duration() <= _options.ClockSkew
            ? sentAt
            : throw new DePinException(DePinErrorCode.InvalidRequest, Fault.Provider, $"The request was sent at {sentAt:O}, and now it is {now:O}; more than {_options.ClockSkew:c} apart. Check the clocks.");
    }

    private void RequireSignature(PublicKey provider, byte[] message, SignatureMessage? signature) => RequireSignature(provider, message, WireConvert.FromWire(signature, "signature"));

    private void RequireSignature(PublicKey provider, byte[] message, Signature signature)
    {
        if (!_verifiers.Verify(provider, message, signature))
        {
            throw new DePinException(DePinErrorCode.InvalidSignature, Fault.Provider, "The request is not signed by the provider that it is about.");
        }
    }
}
