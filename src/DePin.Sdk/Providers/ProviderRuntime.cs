using System.Diagnostics;
using DePin.Sdk.Diagnostics;
using DePin.Sdk.Identity;
using DePin.Sdk.Market;
using DePin.Sdk.Payments;
using DePin.Sdk.Providers.Internal;
using DePin.Sdk.Transport;
using DePin.Sdk.Wire;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DePin.Sdk.Providers;

/// <summary>A provider: makes offers, admits jobs, runs them while they are paid for, and signs receipts. Any transport can serve it. Thread-safe.</summary>
public sealed class ProviderRuntime : IProviderService, IAsyncDisposable
{
    private readonly ProviderOptions _options;
    private readonly Dictionary<ServedModel, JobGate> _gates;
    private readonly PaymentAcceptor? _acceptor;
    private readonly SqliteVoucherJournal? _ownJournal;
    private readonly OfferIssuer _offers;
    private readonly JobAdmission _admission;
    private readonly ChannelGuard _guard;
    private readonly ChannelCloser _closer;
    private readonly JobRegistry _jobs = new();
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;

    /// <summary>Prepares to serve.</summary>
    /// <param name="options">Who the provider is and how it works. Do not change them afterwards.</param>
    /// <param name="models">What it serves.</param>
    /// <param name="endpoint">Says where consumers reach it, where <see cref="ProviderOptions.Endpoint"/> does not; asked when offers are made.</param>
    /// <param name="loggerFactory">Where it logs.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <exception cref="ArgumentException">The options make no sense; the message says what to write.</exception>
    public ProviderRuntime(
        ProviderOptions options,
        IReadOnlyCollection<ServedModel> models,
        Func<Uri>? endpoint = null,
        ILoggerFactory? loggerFactory = null,
        TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(models);
        var problems = options.Validate(models);
        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join(' ', problems), nameof(options));
        }

        if (options.Endpoint is null && endpoint is null)
        {
            throw new ArgumentException("Endpoint is not set; write o.Endpoint = new Uri(\"http://203.0.113.7:5001/\").", nameof(options));
        }

        _options = options;
        _loggers = loggerFactory ?? NullLoggerFactory.Instance;
        _logger = _loggers.CreateLogger<ProviderRuntime>();
        _time = timeProvider ?? TimeProvider.System;
        _gates = models.ToDictionary(model => model, model => new JobGate(model));
        if (options.Journal is not null || options.DataDirectory is not null)
        {
            _ownJournal = options.Journal is null ? OpenJournal(options.DataDirectory!) : null;
            _acceptor = new PaymentAcceptor(options.Settlement!, options.Signer!, options.Journal ?? _ownJournal!, options.Payments, _time, _loggers.CreateLogger<PaymentAcceptor>());
        }

        Payee = options.Settlement!.GetAccount(options.Signer!.PublicKey);
        _offers = new OfferIssuer(options, [.. models], Payee, () => options.Endpoint ?? endpoint!(), _time);
        _admission = new JobAdmission(options, _offers, _time);
        _guard = new ChannelGuard(options, _acceptor, _time);
        _closer = new ChannelCloser(options, _acceptor, _jobs, _logger);
    }

    /// <summary>The key that signs offers and receipts.</summary>
    public PublicKey PublicKey => _options.Signer!.PublicKey;

    /// <summary>The account that is paid.</summary>
    public AccountId Payee { get; }

    /// <summary>The signed offers, as a directory would list them.</summary>
    public async Task<IReadOnlyList<Offer>> GetOffersAsync(CancellationToken cancellationToken = default) =>
        await _offers.GetCurrentAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>How it is doing.</summary>
    public ProviderStatus GetStatus() => new(
        _jobs.IsDraining,
        [.. _gates.Select(entry => new ModelStatus(
            entry.Key.Kind, entry.Key.Model, entry.Key.Price, entry.Value.Running, entry.Value.Queued, entry.Key.MaxConcurrentJobs, entry.Key.MaxQueuedJobs))]);

    /// <inheritdoc/>
    public async Task RunJobAsync(IDuplexCall<ProviderFrame, ConsumerFrame> stream, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(metadata);
        using var activity = StartActivity(metadata);
        try
        {
            var job = await _admission.AdmitAsync(await ReadStartAsync(stream, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            activity?.SetTag(DePinTelemetry.Tags.JobId, job.Request.Id.ToString());
            activity?.SetTag(DePinTelemetry.Tags.JobKind, job.Model.Kind);
            activity?.SetTag(DePinTelemetry.Tags.Model, job.Model.Model);
            using var run = new JobRun(job, _gates[job.Model], stream, _acceptor, _options, _logger, _time);
            await run.RunAsync(_guard, _jobs, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (Report(failure, activity, cancellationToken) is { } told)
        {
            throw told;
        }
    }

    /// <inheritdoc/>
    public async Task<ListOffersResponse> ListOffersAsync(ListOffersRequest request, CancellationToken cancellationToken)
    {
        var response = new ListOffersResponse();
        response.Offers.AddRange((await GetOffersAsync(cancellationToken).ConfigureAwait(false)).Select(OfferWire.ToWire));
        return response;
    }

    /// <inheritdoc/>
    public Task<CloseChannelResponse> CloseChannelAsync(CloseChannelRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _closer.CloseAsync(request, cancellationToken);
    }

    /// <summary>Claims what is owed on the schedule and keeps the offers listed, until cancelled; then takes the listings down and returns.</summary>
    public Task RunAsync(CancellationToken cancellationToken)
    {
        var announcing = _options.Publisher is { } publisher
            ? new OfferAnnouncer(publisher, _offers.GetCurrentAsync, _options.Signer!, timeProvider: _time, logger: _loggers.CreateLogger<OfferAnnouncer>()).RunAsync(cancellationToken)
            : Task.CompletedTask;
        return Task.WhenAll(ClaimOnScheduleAsync(cancellationToken), announcing);
    }

    /// <summary>
    /// Takes no more jobs. Those that wait are refused, those that run may end in the time given and are then stopped with
    /// <see cref="Jobs.JobOutcome.Drained"/> and a receipt. Then what is owed is claimed, as far as it is worth the fee. It cannot be undone.
    /// </summary>
    /// <param name="timeout">How long running jobs may go on; zero stops them at once.</param>
    /// <param name="cancellationToken">Stops running jobs at once, and does not wait for the claim.</param>
    public async Task DrainAsync(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.Zero);
        var idle = _jobs.BeginDrain();
        var jobs = _jobs.Snapshot();
        ProviderLog.Draining(_logger, jobs.Count);
        foreach (var job in jobs)
        {
            job.Drain(onlyIfQueued: true);
        }

        if (!await EndsWithinAsync(idle, timeout, cancellationToken).ConfigureAwait(false))
        {
            foreach (var job in _jobs.Snapshot())
            {
                job.Drain(onlyIfQueued: false);
            }

            // A stopped job takes at most this long to rest, and its consumer to send the last voucher.
            if (!await EndsWithinAsync(idle, _options.StopTimeout + _options.FinalVoucherTimeout, cancellationToken).ConfigureAwait(false))
            {
                ProviderLog.DrainIncomplete(_logger, _jobs.Snapshot().Count);
            }
        }

        if (_acceptor is not null)
        {
            await ClaimAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Gives up what it holds. Drain it first: jobs that still run are cut off.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_acceptor is not null)
        {
            await _acceptor.DisposeAsync().ConfigureAwait(false);
        }

        if (_ownJournal is not null)
        {
            await _ownJournal.DisposeAsync().ConfigureAwait(false);
        }

        _offers.Dispose();
    }

    private static SqliteVoucherJournal OpenJournal(string directory)
    {
        Directory.CreateDirectory(directory);
        return SqliteVoucherJournal.Open(Path.Combine(directory, "vouchers.db"));
    }

    private static Activity? StartActivity(IReadOnlyDictionary<string, string> metadata)
    {
        var parent = default(ActivityContext);
        if (metadata.TryGetValue("traceparent", out var traceparent))
        {
            ActivityContext.TryParse(traceparent, metadata.GetValueOrDefault("tracestate"), isRemote: true, out parent);
        }

        return DePinTelemetry.Source.StartActivity(DePinTelemetry.Spans.Job, ActivityKind.Server, parent);
    }

    private async Task<ConsumerFrame?> ReadStartAsync(IDuplexCall<ProviderFrame, ConsumerFrame> stream, CancellationToken cancellationToken)
    {
        if (_jobs.IsDraining)
        {
            throw JobRegistry.Draining();
        }

        using var patience = new CancellationTokenSource(_options.JobStartTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await stream.ReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"No job came within {_options.JobStartTimeout}; send the JobStart as soon as the stream is open.");
        }
    }

    /// <summary>What the consumer is told; null to pass the failure on as it is.</summary>
    private DePinException? Report(Exception failure, Activity? activity, CancellationToken cancellationToken)
    {
        if (failure is OperationCanceledException && cancellationToken.IsCancellationRequested)
        {
            activity?.SetTag(DePinTelemetry.Tags.Outcome, "Abandoned");
            return null;
        }

        var told = failure is DePinException or TimeoutException ? null : HandlerFailure.Describe(failure);
        var known = told ?? failure as DePinException;
        var code = known?.Code.ToString() ?? "DeadlineExceeded";
        activity?.SetTag(DePinTelemetry.Tags.ErrorCode, code);
        activity?.SetStatus(ActivityStatusCode.Error);
        ProviderMetrics.Refused(code);
        if (known is { Code: DePinErrorCode.ProviderFailed })
        {
            ProviderLog.JobFailed(_logger, known.InnerException ?? known);
        }
        else
        {
            ProviderLog.JobRefused(_logger, code, failure.Message);
        }

        return told;
    }

    private async Task<bool> EndsWithinAsync(Task task, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            await task.WaitAsync(timeout, _time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception end) when (end is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }

    private async Task ClaimOnScheduleAsync(CancellationToken cancellationToken)
    {
        try
        {
            await (_acceptor?.RunAsync(cancellationToken) ?? Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Asked to stop.
        }
    }

    private async Task ClaimAsync(CancellationToken cancellationToken)
    {
        try
        {
            var results = await _acceptor!.ClaimWorthwhileAsync(cancellationToken).ConfigureAwait(false);
            ProviderLog.Claimed(_logger, results.Count);
        }
        catch (DePinException failure)
        {
            ProviderLog.ClaimFailed(_logger, failure);
        }
    }
}
