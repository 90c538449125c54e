using DePin.Sdk.Identity;

namespace DePin.Sdk.Market;

/// <summary>Decides whether an offer is genuine and in force: well-formed, signed by the provider that it names, issued, and not expired. Thread-safe.</summary>
public sealed class OfferVerifier
{
    private readonly SignatureVerifiers _verifiers;
    private readonly TimeSpan _clockSkew;
    private readonly TimeSpan _maxLifetime;

    /// <summary>Makes a verifier.</summary>
    /// <param name="verifiers">The signature algorithms to accept; null for <see cref="SignatureVerifiers.Default"/>.</param>
    /// <param name="options">The limits; null for the defaults.</param>
    public OfferVerifier(SignatureVerifiers? verifiers = null, OfferVerifierOptions? options = null)
    {
        options ??= new OfferVerifierOptions();
        options.Validate();
        _verifiers = verifiers ?? SignatureVerifiers.Default;
        (_clockSkew, _maxLifetime) = (options.ClockSkew, options.MaxLifetime);
    }

    /// <summary>Returns when the offer is good.</summary>
    /// <param name="offer">The offer.</param>
    /// <param name="now">The time at which it is to be in force.</param>
    /// <exception cref="DePinException">
    /// <see cref="DePinErrorCode.InvalidOffer"/>, <see cref="DePinErrorCode.OfferExpired"/> or <see cref="DePinErrorCode.InvalidSignature"/>; the
    /// fault is the provider's.
    /// </exception>
    public void Verify(Offer offer, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(offer);
        OfferRules.Check(offer);
        if (offer.ExpiresAt - offer.IssuedAt > _maxLifetime)
        {
            throw OfferRules.Invalid("expiry", $"is {offer.ExpiresAt - offer.IssuedAt:c} after its issue; at most {_maxLifetime:c} are allowed");
        }

        if (offer.IssuedAt - now > _clockSkew)
        {
            throw OfferRules.Invalid("issue time", $"{offer.IssuedAt:O} lies in the future; now it is {now:O}. Check the clocks");
        }

        if (offer.ExpiresAt <= now)
        {
            throw new DePinException(DePinErrorCode.OfferExpired, Fault.Provider, $"The offer expired at {offer.ExpiresAt:O}; now it is {now:O}. Ask the directory for a newer one.");
        }

        if (!_verifiers.Verify(offer.Provider, offer.GetSigningBytes(), offer.Signature))
        {
            throw new DePinException(DePinErrorCode.InvalidSignature, Fault.Provider, $"The offer for '{offer.Model}' is not signed by the provider that it names, or with an algorithm that is not accepted here ({CaipText.Shorten(offer.Provider.Algorithm.ToString())}).");
        }
    }
}
