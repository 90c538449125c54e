using DePin.Sdk.Diagnostics;
using Microsoft.Extensions.Logging;

namespace DePin.Sdk.Market;

/// <summary>The offers for one query: read once at a time, however many ask.</summary>
internal sealed class OfferShelf(OfferQuery query, IProviderDirectory directory, OfferBookOptions options, TimeProvider time, ILogger logger, CancellationToken disposed)
{
    private readonly Lock _gate = new();
    private OfferSnapshot? _snapshot;
    private Task<OfferSnapshot>? _reading;
    private long _startedAt;
    private bool _stale;

    /// <summary>When it was last asked; guarded by the book.</summary>
    public long UsedAt { get; set; }

    /// <summary>Two queries with the same key match the same offers.</summary>
    public static string KeyOf(OfferQuery query) => string.Join('\0', query.Kind, query.Model, query.Region, query.MaxPricePerMillionOutputTokens, string.Join('\u0001', query.Capabilities.Order(StringComparer.Ordinal)));

    public ValueTask<OfferSnapshot> GetAsync(CancellationToken cancellationToken)
    {
        Task<OfferSnapshot> reading;
        lock (_gate)
        {
            long now = time.GetTimestamp();
            if (_snapshot is { } snapshot)
            {
                bool empty = snapshot.Offers.Count == 0;
                bool fresh = !_stale && !empty && time.GetElapsedTime(snapshot.ReadAt, now) < options.RefreshInterval;
                if (fresh || (_reading is null && time.GetElapsedTime(_startedAt, now) < options.RetryInterval))
                {
                    return ValueTask.FromResult(snapshot);
                }

                reading = StartReading(now);
                if (!empty)
                {
                    return ValueTask.FromResult(snapshot);
                }
            }
            else
            {
                reading = StartReading(now);
            }
        }

        return new ValueTask<OfferSnapshot>(reading.WaitAsync(cancellationToken));
    }

    public void MarkStale()
    {
        lock (_gate)
        {
            _stale = true;
        }
    }

    private Task<OfferSnapshot> StartReading(long now)
    {
        if (_reading is { } running)
        {
            return running;
        }

        _startedAt = now;
        _stale = false;

        // On the pool: a directory that works synchronously must not hold the gate.
        _reading = Task.Run(ReadAsync, CancellationToken.None);

        // Where the old offers serve, nobody awaits this reading; its failure is logged.
        _ = _reading.ContinueWith(static t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return _reading;
    }

    private async Task<OfferSnapshot> ReadAsync()
    {
        try
        {
            var offers = OfferSet.Create(await ReadPagesAsync().ConfigureAwait(false));
            MarketLog.OffersRead(logger, offers.Count, query.Kind, query.Model);
            MarketMetrics.Refreshes.Add(1, MarketMetrics.Outcome("ok"));
            var snapshot = new OfferSnapshot(offers, time.GetTimestamp());
            lock (_gate)
            {
                _snapshot = snapshot;
            }

            return snapshot;
        }
        catch (Exception e) when (!disposed.IsCancellationRequested)
        {
            int known;
            lock (_gate)
            {
                _stale = true;
                known = _snapshot?.Offers.Count ?? 0;
            }

            MarketLog.DirectoryFailed(logger, e, known, query.Kind, query.Model);
            MarketMetrics.Refreshes.Add(1, MarketMetrics.Outcome("failed"));
            throw;
        }
        finally
        {
            lock (_gate)
            {
                _reading = null;
            }
        }
    }

    private async Task<List<Offer>> ReadPagesAsync()
    {
        // A directory that hands out empty pages for ever must not keep the reader.
        int maxPages = (4 * (options.MaxOffers / query.PageSize)) + 16;
        var offers = new List<Offer>();
        var page = query;
        for (int i = 0; i < maxPages; i++)
        {
            var (found, next) = await directory.QueryAsync(page, disposed).ConfigureAwait(false);
            offers.AddRange(found.Take(options.MaxOffers - offers.Count));
            if (string.IsNullOrEmpty(next))
            {
                return offers;
            }

            if (offers.Count >= options.MaxOffers)
            {
                break;
            }

            page = page with { PageToken = next };
        }

        MarketLog.OffersLeftOut(logger, options.MaxOffers, query.Kind, query.Model);
        return offers;
    }
}
