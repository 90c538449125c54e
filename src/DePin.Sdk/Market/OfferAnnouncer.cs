using DePin.Sdk.Diagnostics;
using DePin.Sdk.Identity;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DePin.Sdk.Market;

/// <summary>Keeps a provider's offers listed: publishes them, renews them, publishes again what the directory forgot, and takes them down at the end.</summary>
public sealed class OfferAnnouncer
{
    private readonly IOfferPublisher _publisher;
    private readonly Func<CancellationToken, ValueTask<IReadOnlyList<Offer>>> _offers;
    private readonly ISigner _signer;
    private readonly OfferAnnouncerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Dictionary<(string Kind, string Model), Offer> _issued = [];
    private readonly Dictionary<(string Kind, string Model), OfferId> _listed = [];
    private readonly Dictionary<(string Kind, string Model), OfferId> _refused = [];

    // Sent, but the answer did not come: the directory may list it.
    private readonly Dictionary<(string Kind, string Model), OfferId> _unanswered = [];
    private volatile IReadOnlyList<Offer> _current = [];
    private TimeSpan _interval;

    /// <summary>Makes an announcer; nothing happens before <see cref="RunAsync"/>.</summary>
    /// <param name="publisher">Where the offers are listed.</param>
    /// <param name="offers">
    /// The offers as they should be listed now, at most one for each kind and model; asked at each heartbeat. Signed ones are published as they are; unsigned
    /// ones are terms, which the announcer issues and signs itself, again before they expire: see <see cref="Current"/>.
    /// </param>
    /// <param name="signer">The provider's key.</param>
    /// <param name="options">Times; null for the defaults.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <param name="logger">Where listings and failures are logged.</param>
    public OfferAnnouncer(
        IOfferPublisher publisher,
        Func<CancellationToken, ValueTask<IReadOnlyList<Offer>>> offers,
        ISigner signer,
        OfferAnnouncerOptions? options = null,
        TimeProvider? timeProvider = null,
        ILogger<OfferAnnouncer>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(publisher);
        ArgumentNullException.ThrowIfNull(offers);
        ArgumentNullException.ThrowIfNull(signer);
        (_publisher, _offers, _signer) = (publisher, offers, signer);
        _options = options ?? new OfferAnnouncerOptions();
        _options.Validate();
        _time = timeProvider ?? TimeProvider.System;
        _logger = logger ?? NullLogger<OfferAnnouncer>.Instance;
        _interval = _options.HeartbeatInterval;
    }

    /// <summary>The signed offers as last announced.</summary>
    public IReadOnlyList<Offer> Current => _current;

    /// <summary>Announces until cancelled, then takes the listings down and returns. Failures are logged and tried again. Call it once.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        int failures = 0;
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                var pause = _interval;
                try
                {
                    await AnnounceAsync(cancellationToken).ConfigureAwait(false);
                    failures = 0;
                    pause = _interval;
                }
                catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
                {
                    failures++;
                    pause = Backoff(failures);
                    MarketLog.ListingFailed(_logger, e, failures, pause);
                }

                await Task.Delay(pause, _time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Asked to stop: what is left is taking the listings down.
        }

        await WithdrawAllAsync().ConfigureAwait(false);
    }

    private async Task AnnounceAsync(CancellationToken cancellationToken)
    {
        var wanted = new Dictionary<(string, string), Offer>();
        foreach (var terms in await _offers(cancellationToken).ConfigureAwait(false))
        {
            wanted[(terms.Kind, terms.Model)] = await IssueAsync(terms, cancellationToken).ConfigureAwait(false);
        }

        _current = [.. wanted.Values];
        foreach (var (key, id) in _listed.Where(l => !wanted.ContainsKey(l.Key)).ToArray())
        {
            await _publisher.WithdrawAsync(id, _signer, cancellationToken).ConfigureAwait(false);
            _listed.Remove(key);
            MarketLog.OfferWithdrawn(_logger, id.ToString());
        }

        var ids = wanted.ToDictionary(w => w.Key, w => w.Value.Id);
        var renewing = _listed.Where(l => ids[l.Key] == l.Value).ToArray();
        if (renewing.Length > 0)
        {
            foreach (var unknown in await _publisher.HeartbeatAsync([.. renewing.Select(r => r.Value)], _signer, cancellationToken).ConfigureAwait(false))
            {
                foreach (var (key, _) in renewing.Where(r => r.Value == unknown))
                {
                    _listed.Remove(key);
                }
            }
        }

        foreach (var (key, offer) in wanted)
        {
            bool isListed = _listed.TryGetValue(key, out var listed) && listed == ids[key];
            bool isRefused = _refused.TryGetValue(key, out var refused) && refused == ids[key];
            if (!isListed && !isRefused)
            {
                await PublishAsync(key, offer, ids[key], cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task PublishAsync((string Kind, string Model) key, Offer offer, OfferId id, CancellationToken cancellationToken)
    {
        _unanswered[key] = id;
        try
        {
            var until = await _publisher.PublishAsync(offer, cancellationToken).ConfigureAwait(false);
            _listed[key] = id;
            _refused.Remove(key);
            _unanswered.Remove(key);

            // Two heartbeats may get lost before the listing lapses.
            var third = (until - _time.GetUtcNow()) / 3;
            _interval = third > TimeSpan.FromMilliseconds(100) && third < _options.HeartbeatInterval ? third : _options.HeartbeatInterval;
            MarketLog.OfferListed(_logger, id.ToString(), key.Kind, key.Model, until);
        }
        catch (DePinException e) when (!e.IsTransient && e.Code is not DePinErrorCode.Unavailable)
        {
            // The same offer would be refused again; the others go on, and so does this one when its terms change.
            _refused[key] = id;
            _unanswered.Remove(key);
            MarketLog.OfferRefused(_logger, e, key.Kind, key.Model, e.Message);
        }
    }

    private async ValueTask<Offer> IssueAsync(Offer terms, CancellationToken cancellationToken)
    {
        if (!terms.Signature.Bytes.IsEmpty)
        {
            return terms;
        }

        var now = _time.GetUtcNow();
        var key = (terms.Kind, terms.Model);
        if (_issued.TryGetValue(key, out var issued)
            && issued.ExpiresAt - now > _options.OfferLifetime / 2
            && (terms with { IssuedAt = issued.IssuedAt, ExpiresAt = issued.ExpiresAt }).Id == issued.Id)
        {
            return issued;
        }

        var offer = await (terms with { IssuedAt = now, ExpiresAt = now + _options.OfferLifetime }).SignAsync(_signer, cancellationToken).ConfigureAwait(false);
        _issued[key] = offer;
        return offer;
    }

    private TimeSpan Backoff(int failures)
    {
        // Up to a fifth more, so that providers which lost the same directory do not all return at once.
#pragma warning disable CA5394
        double delay = Math.Min(_options.RetryDelay.TotalSeconds * Math.Pow(2, Math.Min(failures - 1, 20)), _options.MaxRetryDelay.TotalSeconds);
        return TimeSpan.FromSeconds(delay * (1 + (Random.Shared.NextDouble() / 5)));
#pragma warning restore CA5394
    }

    private async Task WithdrawAllAsync()
    {
        using var timeout = new CancellationTokenSource(_options.WithdrawTimeout, _time);
        foreach (var id in _listed.Values.Union(_unanswered.Values))
        {
            try
            {
                await _publisher.WithdrawAsync(id, _signer, timeout.Token).ConfigureAwait(false);
                MarketLog.OfferWithdrawn(_logger, id.ToString());
            }
            catch (Exception e) when (e is DePinException or TimeoutException or OperationCanceledException)
            {
                MarketLog.WithdrawFailed(_logger, e, id.ToString());
            }
        }

        _listed.Clear();
        _unanswered.Clear();
    }
}
