using System.Diagnostics;
using DePin.Sdk.Diagnostics;
using DePin.Sdk.Identity;
using DePin.Sdk.Jobs;
using DePin.Sdk.Market;

namespace DePin.Sdk.Consumers.Internal;

/// <summary>One request from its first provider to its last: which were tried, what they cost, when it must be done.</summary>
internal sealed class RequestRun : IDisposable
{
    private readonly ConsumerServices _services;
    private readonly RoutingOptions _routing;
    private readonly ModelRoute _route;
    private readonly ActivityContext _parent;
    private readonly CancellationToken _caller;
    private readonly DateTimeOffset? _deadline;
    private readonly CancellationTokenSource? _clock;
    private readonly CancellationTokenSource? _either;
    private readonly CancellationToken _over;
    private readonly HashSet<PublicKey> _excluded = [];
    private readonly HashSet<PayingAccount> _closed = [];
    private readonly List<Exception> _failures = [];
    private readonly List<JobAttempt> _attempts = [];
    private int _partFrom;

    public RequestRun(ConsumerServices services, RoutingOptions routing, ModelRoute route, ActivityContext parent, CancellationToken caller)
    {
        _services = services;
        _routing = routing;
        _route = route;
        _parent = parent;
        _caller = caller;
        _over = caller;
        if (routing.RequestTimeout is { } timeout)
        {
            _deadline = services.Time.GetUtcNow() + timeout;
            _clock = new CancellationTokenSource(timeout, services.Time);
            _either = CancellationTokenSource.CreateLinkedTokenSource(_clock.Token, caller);
            _over = _either.Token;
        }

        Budget = new RequestBudget(services.Accounts.LimitsOf(routing), keepsAsset: services.Accounts.All.Count == 1);
        route.Hedges.RequestStarted();
    }

    public RequestBudget Budget { get; }

    /// <summary>Every job that was started, in order.</summary>
    public IReadOnlyList<JobAttempt> Attempts => _attempts;

    /// <summary>
    /// Starts a job at the next provider, and at the one after it when that fails before its answer begins or begins late. Returns the job whose
    /// answer has begun.
    /// </summary>
    /// <param name="work">What is to be done.</param>
    /// <exception cref="DePinException">No provider is left.</exception>
    /// <exception cref="TimeoutException">The deadline passed.</exception>
    public async Task<JobAttempt> StartNextAsync(RequestWork work)
    {
        while (true)
        {
            var first = await TryCreateAsync(work).ConfigureAwait(false) ?? throw FailoverRules.Describe(_route.Model, _failures);
            if (await RaceAsync(first, work).ConfigureAwait(false) is { } winner)
            {
                _route.FirstTokens.Record(winner.TimeToFirstToken ?? TimeSpan.Zero);
                return winner;
            }
        }
    }

    /// <summary>Ends a job that failed, so that another provider can continue, or throws what the caller is to see.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    /// <exception cref="TimeoutException">The deadline passed.</exception>
    public async Task FailAsync(JobAttempt attempt, Exception failure)
    {
        if (_caller.IsCancellationRequested)
        {
            attempt.Abandon();
            _caller.ThrowIfCancellationRequested();
        }

        if (IsLate(failure))
        {
            attempt.Abandon();
            throw Late(failure);
        }

        await attempt.FailAsync(failure).ConfigureAwait(false);
        _failures.Add(failure);
        ConsumerLog.AttemptFailed(_services.Logger, attempt.Terms.Offer.Endpoint, attempt.Terms.Job.Id, failure);
        if (failure is DePinException { Code: DePinErrorCode.OfferExpired or DePinErrorCode.InvalidOffer or DePinErrorCode.ModelNotFound })
        {
            _services.Offers.MarkStale(_route.Query);
        }

        if (!TryOtherAccount(attempt, failure) && !FailoverRules.CanMoveOn(failure))
        {
            throw failure is DePinException known ? new DePinException(known.Code, known.Fault, known.Message, known.IsTransient, known) : failure;
        }
    }

    /// <summary>Begins the next part of the request: providers that did well may be asked again, and attempts count anew.</summary>
    public void Renew()
    {
        _partFrom = _attempts.Count;
        _excluded.Clear();
        _excluded.UnionWith(_attempts.Where(a => a.Ending == DeliveryEnding.Failed).Select(a => a.Terms.Offer.Provider));
    }

    /// <summary>Throws when the deadline has passed or the caller gave up.</summary>
    public void ThrowIfOver()
    {
        _caller.ThrowIfCancellationRequested();
        if (_services.Time.GetUtcNow() >= _deadline)
        {
            throw Late(null);
        }
    }

    /// <summary>Stops the clock.</summary>
    public void Dispose()
    {
        _either?.Dispose();
        _clock?.Dispose();
    }

    /// <summary>What each provider delivered, as far as it is known now.</summary>
    public ProviderDelivery[] Describe() => [.. _attempts.Select(a => a.Describe())];

    /// <summary>True when the account that could not pay is not the only one left: the request goes on with the others.</summary>
    private bool TryOtherAccount(JobAttempt attempt, Exception failure)
    {
        if (!attempt.IsUnpaid || !FailoverRules.IsOfAccount(failure) || _services.Accounts.On(attempt.Terms.Offer.Payee.Chain) is not { } account || _closed.Count >= _services.Accounts.All.Count - 1)
        {
            return false;
        }

        _closed.Add(account);
        return true;
    }

    /// <summary>The first job to begin its answer: the given one, or a hedge; null when both failed.</summary>
    private async Task<JobAttempt?> RaceAsync(JobAttempt first, RequestWork work)
    {
        var begun = first.BeginAsync();
        if (!begun.IsCompleted && _route.Hedges.IsEnabled)
        {
            using var stop = new CancellationTokenSource();
            var late = Task.Delay(_route.GetHedgeDelay(), _services.Time, stop.Token);
            bool isLate = await Task.WhenAny(begun, late).ConfigureAwait(false) == late && !begun.IsCompleted;
            await stop.CancelAsync().ConfigureAwait(false);
            if (isLate && await TryHedgeAsync(work).ConfigureAwait(false) is { } second)
            {
                return await RaceAsync(first, begun, second, second.BeginAsync()).ConfigureAwait(false);
            }
        }

        return await WinsAsync(first, begun).ConfigureAwait(false) ? first : null;
    }

    private async Task<JobAttempt?> RaceAsync(JobAttempt first, Task firstBegun, JobAttempt second, Task secondBegun)
    {
        try
        {
            bool firstEnds = await Task.WhenAny(firstBegun, secondBegun).ConfigureAwait(false) == firstBegun;
            var (ahead, aheadBegun, behind, behindBegun) = firstEnds ? (first, firstBegun, second, secondBegun) : (second, secondBegun, first, firstBegun);
            if (await WinsAsync(ahead, aheadBegun).ConfigureAwait(false))
            {
                behind.Abandon();
                ConsumerMetrics.HedgeEnded(_route.Model, won: ahead == second);
                return ahead;
            }

            return await WinsAsync(behind, behindBegun).ConfigureAwait(false) ? behind : null;
        }
        catch
        {
            // The request is over: whatever still runs is not wanted any more.
            AbandonRunning();
            throw;
        }
    }

    private async Task<bool> WinsAsync(JobAttempt attempt, Task begun)
    {
        try
        {
            await begun.ConfigureAwait(false);
            return true;
        }
        catch (Exception failure) when (failure is DePinException or TimeoutException or OperationCanceledException)
        {
            await FailAsync(attempt, failure).ConfigureAwait(false);
            return false;
        }
    }

    private void AbandonRunning()
    {
        foreach (var attempt in _attempts)
        {
            if (attempt.Ending == DeliveryEnding.Running)
            {
                attempt.Abandon();
            }
        }
    }

    private async Task<JobAttempt?> TryHedgeAsync(RequestWork work)
    {
        if (!_route.Hedges.TryTake())
        {
            return null;
        }

        var hedge = await TryCreateAsync(work).ConfigureAwait(false);
        if (hedge is null)
        {
            _route.Hedges.Return();
            return null;
        }

        ConsumerMetrics.HedgeStarted(_route.Model);
        ConsumerLog.Hedged(_services.Logger, hedge.Terms.Offer.Endpoint, hedge.Terms.Job.Id);
        return hedge;
    }

    /// <summary>A job at the next provider that fits; null when none is left.</summary>
    private async Task<JobAttempt?> TryCreateAsync(RequestWork work)
    {
        ThrowIfOver();
        if (_attempts.Count - _partFrom >= _routing.MaxAttempts || await SelectAsync(work.Expected).ConfigureAwait(false) is not { } offer)
        {
            return null;
        }

        _excluded.Add(offer.Provider);
        var remaining = Budget.Use(offer.Price.Asset);
        if (remaining.IsZero && !offer.Price.IsFree)
        {
            return null;
        }

        var job = new JobRequest
        {
            Id = JobId.New(),
            Kind = _route.Kind,
            Model = _route.Model,
            Payload = work.Payload,
            Deadline = _deadline,
            MaxCost = work.MaxCost(offer, remaining, MaxInputTokens(work)),
        };
        var terms = new JobTerms(offer, offer.Id, job, _routing, MaxInputTokens(work), _deadline + ConsumerServices.CloseTimeout);
        var attempt = new JobAttempt(_services, Budget, terms, _attempts.Count + 1, _parent, _over);
        _attempts.Add(attempt);
        return attempt;
    }

    private long MaxInputTokens(RequestWork work) => (long)work.Payload.Length + _routing.MaxUnseenInputTokens;

    private async ValueTask<Offer?> SelectAsync(JobUsage expected)
    {
        using var activity = DePinTelemetry.Source.StartActivity(DePinTelemetry.Spans.Select, ActivityKind.Internal, _parent);
        try
        {
            // What is expected is a guess. When it is too dear everywhere, a short answer may still be affordable; the limit holds in any case.
            return await SelectCoreAsync(expected).ConfigureAwait(false)
                ?? (Budget.Remaining is [null] ? null : await SelectCoreAsync(expected with { OutputTokens = 1 }).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!_caller.IsCancellationRequested && _over.IsCancellationRequested)
        {
            throw Late(null);
        }
    }

    // Prices in different assets do not compare: the first asset with a provider that can be paid is taken.
    private async ValueTask<Offer?> SelectCoreAsync(JobUsage expected)
    {
        foreach (var remaining in Budget.Remaining)
        {
            if (await SelectCoreAsync(expected, remaining).ConfigureAwait(false) is { } offer)
            {
                return offer;
            }
        }

        return null;
    }

    private async ValueTask<Offer?> SelectCoreAsync(JobUsage expected, Amount? remaining)
    {
        while (true)
        {
            var offer = await _services.Offers.SelectAsync(
                _route.Query,
                _services.Selector,
                new SelectionContext
                {
                    Statistics = _services.Statistics,
                    Now = _services.Time.GetUtcNow(),
                    Excluded = _excluded,
                    ExpectedUsage = expected,
                    MaxCost = remaining,
                },
                _over).ConfigureAwait(false);

            // Money reaches only accounts on its own chain.
            if (offer is null || offer.Price.IsFree || (_services.Accounts.On(offer.Payee.Chain) is { } account && !_closed.Contains(account)))
            {
                return offer;
            }

            _excluded.Add(offer.Provider);
        }
    }

    private bool IsLate(Exception failure) =>
        _services.Time.GetUtcNow() >= _deadline && failure is TimeoutException or DePinException or OperationCanceledException;

    private TimeoutException Late(Exception? cause) =>
        new($"The request to '{_route.Model}' was not answered within {_routing.RequestTimeout}.", cause);
}
