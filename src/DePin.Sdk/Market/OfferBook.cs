using System.Collections.Concurrent;
using DePin.Sdk.Diagnostics;
using DePin.Sdk.Identity;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DePin.Sdk.Market;

/// <summary>
/// A consumer's copy of a directory, so that no request waits for one: offers are read once, again in the background when they have grown old, and the old
/// ones serve meanwhile. Thread-safe.
/// </summary>
/// <remarks>
/// Signatures are verified when an offer is chosen, not when it is read: verifying 100,000 takes seconds of computing, and a consumer uses few. A chosen
/// offer that is not genuine is dropped until the next read, and another one is chosen.
/// </remarks>
public sealed class OfferBook : IDisposable
{
    private const int MaxDroppedPerSelection = 256;
    private const int MaxVerified = 16_384;

    private readonly IProviderDirectory _directory;
    private readonly OfferBookOptions _options;
    private readonly OfferVerifier _verifier;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _disposed = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<string, OfferShelf> _shelves = [];
    private readonly ConcurrentDictionary<OfferId, Signature> _verified = new();

    /// <summary>Opens a book over a directory; nothing is read yet.</summary>
    /// <param name="directory">Where the offers come from.</param>
    /// <param name="options">Ages and limits; null for the defaults.</param>
    /// <param name="verifier">What makes an offer genuine; null for the defaults.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <param name="logger">Where dropped offers and failures are logged.</param>
    public OfferBook(IProviderDirectory directory, OfferBookOptions? options = null, OfferVerifier? verifier = null, TimeProvider? timeProvider = null, ILogger<OfferBook>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(directory);
        _options = options ?? new OfferBookOptions();
        _options.Validate();
        _directory = directory;
        _verifier = verifier ?? new OfferVerifier();
        _time = timeProvider ?? TimeProvider.System;
        _logger = logger ?? NullLogger<OfferBook>.Instance;
    }

    /// <summary>Chooses an offer and makes sure that it is genuine; null when none is left.</summary>
    /// <param name="query">What is looked for; page size and page token do not count.</param>
    /// <param name="selector">Who chooses.</param>
    /// <param name="context">What the selector is to know.</param>
    /// <param name="cancellationToken">Gives up waiting; the reading goes on for others.</param>
    /// <exception cref="DePinException">Nothing was read yet, and the directory fails.</exception>
    public async ValueTask<Offer?> SelectAsync(OfferQuery query, IOfferSelector selector, SelectionContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(selector);
        ArgumentNullException.ThrowIfNull(context);
        var snapshot = await ShelfOf(query).GetAsync(cancellationToken).ConfigureAwait(false);
        for (int i = 0; i <= MaxDroppedPerSelection; i++)
        {
            var offer = selector.Select(snapshot.Offers, snapshot.Dropped.IsEmpty ? context : context with { Excluded = new ExcludedProviders(context.Excluded, snapshot.Dropped) });
            if (offer is null || IsGenuine(offer, snapshot, context.Now))
            {
                return offer;
            }
        }

        return null;
    }

    /// <summary>The offers as last read. Their signatures are not verified: use <see cref="SelectAsync"/>, or verify the one you take.</summary>
    /// <param name="query">What is looked for; page size and page token do not count.</param>
    /// <param name="cancellationToken">Gives up waiting; the reading goes on for others.</param>
    /// <exception cref="DePinException">Nothing was read yet, and the directory fails.</exception>
    public async ValueTask<OfferSet> GetAsync(OfferQuery query, CancellationToken cancellationToken = default) =>
        (await ShelfOf(query).GetAsync(cancellationToken).ConfigureAwait(false)).Offers;

    /// <summary>Says that the offers seem out of date, for example because a provider no longer knows one: the next use reads them again in the background.</summary>
    /// <param name="query">The query of those offers.</param>
    public void MarkStale(OfferQuery query) => ShelfOf(query).MarkStale();

    /// <summary>Stops reading.</summary>
    public void Dispose()
    {
        _disposed.Cancel();
        _disposed.Dispose();
    }

    private bool IsGenuine(Offer offer, OfferSnapshot snapshot, DateTimeOffset now)
    {
        if (snapshot.Dropped.ContainsKey(offer.Provider))
        {
            return false; // a selector that does not mind the exclusions; it is asked again, a bounded number of times
        }

        // Another signature over the same terms is not the one that was verified.
        var id = offer.Id;
        if (_verified.TryGetValue(id, out var signature) && signature == offer.Signature)
        {
            return true;
        }

        try
        {
            _verifier.Verify(offer, now);
        }
        catch (DePinException e)
        {
            snapshot.Dropped.TryAdd(offer.Provider, 0);
            MarketLog.OfferDropped(_logger, offer.Provider.ToString(), e.Message);
            MarketMetrics.OffersDropped.Add(1, new KeyValuePair<string, object?>(DePinTelemetry.Tags.ErrorCode, e.Code.ToString()));
            return false;
        }

        if (_verified.Count >= MaxVerified)
        {
            _verified.Clear();
        }

        _verified[id] = offer.Signature;
        return true;
    }

    private OfferShelf ShelfOf(OfferQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, this);
        var key = OfferShelf.KeyOf(query);
        lock (_gate)
        {
            if (!_shelves.TryGetValue(key, out var shelf))
            {
                var asked = query with { PageSize = Math.Min(_options.PageSize, _options.MaxOffers), PageToken = null };
                OfferQueryRules.Check(asked);
                if (_shelves.Count >= _options.MaxQueries)
                {
                    _shelves.Remove(_shelves.MinBy(s => s.Value.UsedAt).Key);
                }

                shelf = new OfferShelf(asked, _directory, _options, _time, _logger, _disposed.Token);
                _shelves.Add(key, shelf);
            }

            shelf.UsedAt = _time.GetTimestamp();
            return shelf;
        }
    }
}
