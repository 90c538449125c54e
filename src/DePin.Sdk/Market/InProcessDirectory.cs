using DePin.Sdk.Identity;

namespace DePin.Sdk.Market;

/// <summary>A directory in memory that providers of the same process list themselves in, with the rules of the marketplace server. Thread-safe.</summary>
public sealed class InProcessDirectory : IProviderDirectory, IOfferPublisher
{
    private readonly OfferVerifier _verifier;
    private readonly TimeProvider _time;
    private readonly TimeSpan _lease;
    private readonly Lock _gate = new();
    private readonly Dictionary<(PublicKey Provider, string Kind, string Model), Listing> _listings = [];
    private long _lastNumber;

    /// <summary>Starts empty.</summary>
    /// <param name="lease">How long a listing stays without a heartbeat; null for one minute.</param>
    /// <param name="verifier">Which offers are accepted; null for the defaults.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    public InProcessDirectory(TimeSpan? lease = null, OfferVerifier? verifier = null, TimeProvider? timeProvider = null)
    {
        _lease = lease ?? TimeSpan.FromMinutes(1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(_lease, TimeSpan.Zero, nameof(lease));
        _verifier = verifier ?? new OfferVerifier();
        _time = timeProvider ?? TimeProvider.System;
    }

    /// <inheritdoc/>
    public Task<OfferPage> QueryAsync(OfferQuery query, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        OfferQueryRules.Check(query);
        OfferPageToken? after = string.IsNullOrEmpty(query.PageToken) ? null : OfferPageToken.Decode(query.PageToken, query);
        var now = _time.GetUtcNow();
        List<(OfferPageToken Key, Offer Offer)> found;
        lock (_gate)
        {
            found = [.. _listings.Values
                .Where(l => l.Until > now && OfferQueryRules.Matches(query, l.Offer, now))
                .Select(l => (Key: new OfferPageToken(l.Offer.Price.PerMillionOutputTokens.BaseUnits, l.Number), l.Offer))
                .Where(l => after is not { } last || l.Key.CompareTo(last) > 0)
                .OrderBy(l => l.Key)
                .Take(query.PageSize + 1)];
        }

        return Task.FromResult(new OfferPage(
            [.. found.Take(query.PageSize).Select(l => l.Offer)],
            found.Count > query.PageSize ? found[query.PageSize - 1].Key.Encode(query) : null));
    }

    /// <inheritdoc/>
    public Task<DateTimeOffset> PublishAsync(Offer offer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(offer);
        cancellationToken.ThrowIfCancellationRequested();
        var now = _time.GetUtcNow();
        _verifier.Verify(offer, now);
        lock (_gate)
        {
            foreach (var lapsed in _listings.Where(l => (l.Value.Until <= now && !l.Value.IsWithdrawn) || l.Value.Offer.ExpiresAt <= now).Select(l => l.Key).ToArray())
            {
                _listings.Remove(lapsed);
            }

            var key = (offer.Provider, offer.Kind, offer.Model);
            long number = _lastNumber + 1;
            if (_listings.TryGetValue(key, out var listed))
            {
                ListingRules.CheckReplaces(offer, listed.Offer.Id, listed.Offer.IssuedAt, listed.IsWithdrawn);
                number = listed.Number;
            }

            _lastNumber = Math.Max(_lastNumber, number);
            var until = ListingRules.LeaseEnd(now, _lease, offer.ExpiresAt);
            _listings[key] = new Listing(offer, number, until, IsWithdrawn: false);
            return Task.FromResult(until);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<OfferId>> HeartbeatAsync(IReadOnlyList<OfferId> offers, ISigner provider, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(offers);
        ArgumentNullException.ThrowIfNull(provider);
        cancellationToken.ThrowIfCancellationRequested();
        var now = _time.GetUtcNow();
        lock (_gate)
        {
            var mine = _listings.Where(l => l.Key.Provider == provider.PublicKey && l.Value.Until > now).ToDictionary(l => l.Value.Offer.Id, l => l.Key);
            foreach (var offer in offers.Where(mine.ContainsKey))
            {
                var listing = _listings[mine[offer]];
                _listings[mine[offer]] = listing with { Until = ListingRules.LeaseEnd(now, _lease, listing.Offer.ExpiresAt) };
            }

            return Task.FromResult<IReadOnlyList<OfferId>>([.. offers.Where(o => !mine.ContainsKey(o))]);
        }
    }

    /// <inheritdoc/>
    public Task WithdrawAsync(OfferId offer, ISigner provider, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(provider);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            foreach (var (key, listing) in _listings.Where(l => !l.Value.IsWithdrawn && l.Value.Offer.Id == offer).ToArray())
            {
                if (key.Provider != provider.PublicKey)
                {
                    throw new DePinException(DePinErrorCode.InvalidSignature, Fault.Provider, "An offer is withdrawn by the provider that it names.");
                }

                _listings[key] = listing with { Until = DateTimeOffset.MinValue, IsWithdrawn = true };
            }
        }

        return Task.CompletedTask;
    }

    private sealed record Listing(Offer Offer, long Number, DateTimeOffset Until, bool IsWithdrawn);
}
