using DePin.Sdk.Wire;
using Google.Protobuf;

namespace DePin.Sdk.Market;

/// <summary>Between <see cref="Offer"/> and its protobuf message. Reading enforces <see cref="OfferRules"/>; it does not verify the signature.</summary>
internal static class OfferWire
{
    public static OfferMessage ToWire(Offer offer)
    {
        var message = new OfferMessage
        {
            Provider = WireConvert.ToWire(offer.Provider),
            Payee = offer.Payee.ToString(),
            Endpoint = offer.Endpoint.AbsoluteUri,
            Kind = offer.Kind,
            Model = offer.Model,
            ModelHash = ByteString.CopyFrom(offer.ModelHash.Span),
            Region = offer.Region,
            Asset = offer.Price.Asset.ToString(),
            PricePerMillionInputTokens = WireConvert.ToWire(offer.Price.PerMillionInputTokens.BaseUnits),
            PricePerMillionOutputTokens = WireConvert.ToWire(offer.Price.PerMillionOutputTokens.BaseUnits),
            CreditWindow = WireConvert.ToWire(offer.CreditWindow.BaseUnits),
            IssuedUnixMs = offer.IssuedAt.ToUnixTimeMilliseconds(),
            ExpiresUnixMs = offer.ExpiresAt.ToUnixTimeMilliseconds(),
            MaxConcurrentJobs = (uint)offer.MaxConcurrentJobs,
            ContextTokens = (uint)offer.ContextTokens,
            Signature = offer.Signature.Bytes.IsEmpty ? null : WireConvert.ToWire(offer.Signature),
        };
        message.Capabilities.AddRange(offer.Capabilities);
        return message;
    }

    /// <exception cref="DePinException"><see cref="DePinErrorCode.InvalidFrame"/> for a malformed field, <see cref="DePinErrorCode.InvalidOffer"/> for one that makes no sense.</exception>
    public static Offer FromWire(OfferMessage message)
    {
        // The length comes first: a Uri or a name of megabytes is never parsed.
        if (message.Endpoint.Length > OfferRules.MaxEndpointLength || !Uri.TryCreate(message.Endpoint, UriKind.Absolute, out var endpoint))
        {
            throw OfferRules.Invalid("endpoint", $"'{CaipText.Shorten(message.Endpoint)}' is not an absolute URI of at most {OfferRules.MaxEndpointLength} characters");
        }

        if (message.Capabilities.Count > OfferRules.MaxCapabilities)
        {
            throw OfferRules.Invalid("capabilities", $"are {message.Capabilities.Count}; at most {OfferRules.MaxCapabilities} are allowed");
        }

        var asset = WireConvert.ReadAsset(WireConvert.ReadText(message.Asset, OfferRules.MaxAssetLength, "offer.asset"), "offer.asset");
        var offer = new Offer
        {
            Provider = WireConvert.FromWire(message.Provider, "offer.provider"),
            Payee = WireConvert.ReadAccount(WireConvert.ReadText(message.Payee, OfferRules.MaxPayeeLength, "offer.payee"), "offer.payee"),
            Endpoint = endpoint,
            Kind = WireConvert.ReadText(message.Kind, OfferRules.MaxKindLength, "offer.kind"),
            Model = WireConvert.ReadText(message.Model, OfferRules.MaxModelLength, "offer.model"),
            ModelHash = WireConvert.ReadOptionalBytes(message.ModelHash, OfferRules.ModelHashLength, "offer.model_hash"),
            Region = WireConvert.ReadText(message.Region, OfferRules.MaxRegionLength, "offer.region"),
            Capabilities = [.. message.Capabilities],
            Price = new TokenPrice(
                new Amount(WireConvert.FromWire(message.PricePerMillionInputTokens), asset),
                new Amount(WireConvert.FromWire(message.PricePerMillionOutputTokens), asset)),
            CreditWindow = new Amount(WireConvert.FromWire(message.CreditWindow), asset),
            IssuedAt = WireConvert.ReadInstant(message.IssuedUnixMs, "offer.issued_unix_ms"),
            ExpiresAt = WireConvert.ReadInstant(message.ExpiresUnixMs, "offer.expires_unix_ms"),
            MaxConcurrentJobs = (int)Math.Min(message.MaxConcurrentJobs, int.MaxValue),
            ContextTokens = message.ContextTokens <= int.MaxValue
                ? (int)message.ContextTokens
                : throw OfferRules.Invalid("context_tokens", $"is {message.ContextTokens}; at most {int.MaxValue} are allowed"),
            Signature = WireConvert.FromWire(message.Signature, "offer.signature"),
        };
        OfferRules.Check(offer);
        return offer;
    }
}
