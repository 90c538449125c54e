using System.Collections.Frozen;
using DePin.Sdk.Identity;
using DePin.Sdk.Jobs;
using DePin.Sdk.Market;

namespace DePin.Sdk.Providers.Internal;

/// <summary>Makes and signs the provider's offers, renews them in time, and knows which are still good.</summary>
/// <remarks>
/// Offers are issued at whole multiples of half their lifetime. So a provider that restarts with the same terms issues the same offers,
/// and consumers that hold one need not ask again.
/// </remarks>
internal sealed class OfferIssuer(ProviderOptions options, IReadOnlyList<ServedModel> models, AccountId payee, Func<Uri> endpoint, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _renewal = new(1, 1);
    private volatile Edition? _current;

    /// <summary>The offers to hand out now.</summary>
    public async ValueTask<IReadOnlyList<Offer>> GetCurrentAsync(CancellationToken cancellationToken) =>
        (await GetEditionAsync(cancellationToken).ConfigureAwait(false)).Offers;

    /// <summary>The offer that a consumer accepted, if it is one of this provider's and still good.</summary>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.InvalidOffer"/> or <see cref="DePinErrorCode.OfferExpired"/>.</exception>
    public async ValueTask<KnownOffer> FindAsync(OfferId id, CancellationToken cancellationToken)
    {
        var edition = await GetEditionAsync(cancellationToken).ConfigureAwait(false);
        if (!edition.Known.TryGetValue(id, out var known))
        {
            throw new DePinException(DePinErrorCode.InvalidOffer, Fault.Consumer, "The job names an offer that this provider has not made, or that lapsed long ago; list its offers again.", isTransient: true);
        }

        return known.Offer.ExpiresAt > time.GetUtcNow()
            ? known
            : throw new DePinException(DePinErrorCode.OfferExpired, Fault.Consumer, $"The offer lapsed at {known.Offer.ExpiresAt:u}; list the provider's offers again.", isTransient: true);
    }

    public void Dispose() => _renewal.Dispose();

    private async ValueTask<Edition> GetEditionAsync(CancellationToken cancellationToken)
    {
        var number = NumberNow();
        if (_current is { } current && current.Number == number)
        {
            return current;
        }

        await _renewal.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_current is { } renewed && renewed.Number == number)
            {
                return renewed;
            }

            var made = await MakeAsync(number, cancellationToken).ConfigureAwait(false);
            _current = made;
            return made;
        }
        finally
        {
            _renewal.Release();
        }
    }

    private long NumberNow() => time.GetUtcNow().ToUnixTimeMilliseconds() / HalfLifetimeMs;

    private long HalfLifetimeMs => (long)options.OfferLifetime.TotalMilliseconds / 2;

    private async Task<Edition> MakeAsync(long number, CancellationToken cancellationToken)
    {
        var known = new Dictionary<OfferId, KnownOffer>();
        var offers = new List<Offer>(models.Count);
        foreach (var model in models)
        {
            var offer = await Draft(model, number).SignAsync(options.Signer!, cancellationToken).ConfigureAwait(false);
            offers.Add(offer);
            known[offer.Id] = new KnownOffer(offer, model);

            // Handed out before, by this process or by the one before it: good for another half of its life. The one before that has just lapsed, which is worth saying.
            for (var earlier = number - 1; earlier >= number - 2; earlier--)
            {
                var superseded = Draft(model, earlier);
                known[superseded.Id] = new KnownOffer(superseded, model);
            }
        }

        return new Edition(number, offers, known.ToFrozenDictionary());
    }

    private Offer Draft(ServedModel model, long number)
    {
        var issuedAt = DateTimeOffset.FromUnixTimeMilliseconds(number * HalfLifetimeMs);
        return new Offer
        {
            Provider = options.Signer!.PublicKey,
            Payee = payee,
            Endpoint = endpoint(),
            Kind = model.Kind,
            Model = model.Model,
            ModelHash = model.ModelHash,
            Price = model.Price,
            CreditWindow = model.CreditWindow ?? model.Price.CostOf(new JobUsage(options.CreditInputTokens, options.CreditOutputTokens)),
            Region = options.Region,
            Capabilities = [.. model.Capabilities.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            MaxConcurrentJobs = model.MaxConcurrentJobs,
            ContextTokens = model.ContextTokens,
            IssuedAt = issuedAt,
            ExpiresAt = issuedAt + TimeSpan.FromMilliseconds(2 * HalfLifetimeMs),
        };
    }

    private sealed record Edition(long Number, IReadOnlyList<Offer> Offers, FrozenDictionary<OfferId, KnownOffer> Known);
}

