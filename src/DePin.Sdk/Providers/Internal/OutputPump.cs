using System.Diagnostics;
using DePin.Sdk.Diagnostics;
using DePin.Sdk.Jobs;
using DePin.Sdk.Payments;
using DePin.Sdk.Wire;

namespace DePin.Sdk.Providers.Internal;

/// <summary>
/// Moves outputs from a handler to the consumer: meters and charges each one before it is delivered, hashes it, and sends
/// what is ready together.
/// </summary>
internal sealed class OutputPump : IDisposable
{
    // A handler that needs longer than this for one step, on the caller's thread, would hold back what is ready: from then on outputs leave before it is asked again.
    private static readonly TimeSpan SlowStep = TimeSpan.FromMicroseconds(100);

    private readonly AdmittedJob _job;
    private readonly IncomingPayment? _payment;
    private readonly Func<ProviderFrame, ValueTask> _write;
    private readonly Action _consumerLost;
    private readonly TimeProvider _time;
    private readonly CancellationToken _stop;
    private readonly CancellationToken _abandon;
    private readonly DeltaBatch _batch = new();
    private readonly OutputHasher _hasher = new();
    private readonly long _startedAt;
    private bool _firstSent;
    private volatile bool _insideHandler;

    /// <param name="job">The job.</param>
    /// <param name="payment">What pays for it; null when it is free.</param>
    /// <param name="write">Sends a frame to the consumer.</param>
    /// <param name="consumerLost">Called when sending fails while the handler works: stops the handler.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Asks the handler to stop.</param>
    /// <param name="abandon">Once signalled, the consumer is served by somebody else: nothing may be charged or sent any more.</param>
    public OutputPump(
        AdmittedJob job,
        IncomingPayment? payment,
        Func<ProviderFrame, ValueTask> write,
        Action consumerLost,
        TimeProvider time,
        CancellationToken stop,
        CancellationToken abandon)
    {
        _job = job;
        _payment = payment;
        _write = write;
        _consumerLost = consumerLost;
        _time = time;
        _stop = stop;
        _abandon = abandon;
        _startedAt = time.GetTimestamp();
        Due = Amount.Zero(job.Offer.Price.Asset);
    }

    /// <summary>Usage of what was delivered.</summary>
    public JobUsage Usage { get; private set; }

    /// <summary>What that costs.</summary>
    public Amount Due { get; private set; }

    /// <summary>True while the handler has been asked for an output and has not answered.</summary>
    public bool IsInsideHandler => _insideHandler;

    /// <summary>True while an output is held back until it is paid for; the consumer has been told its cost.</summary>
    public bool IsAwaitingPayment { get; private set; }

    public byte[] OutputHash => _hasher.GetCurrentHash();

    /// <summary>Runs the handler to its end, the cost limit, or the stop signal. What was charged has been sent when it returns, or the consumer is gone.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    /// <exception cref="DePinException">The handler or the payment failed.</exception>
    public async Task<JobOutcome> RunAsync()
    {
        using var activity = DePinTelemetry.Source.StartActivity(DePinTelemetry.Spans.Handler);
        activity?.SetTag(DePinTelemetry.Tags.Model, _job.Model.Model);
        try
        {
            var outcome = await RunHandlerAsync().ConfigureAwait(false);
            await FlushAsync().ConfigureAwait(false);
            return outcome;
        }
        catch (Exception failure)
        {
            if (!_abandon.IsCancellationRequested)
            {
                await FlushAfterFailureAsync().ConfigureAwait(false);
            }

            if (failure is not OperationCanceledException)
            {
                activity?.SetStatus(ActivityStatusCode.Error);
            }

            throw;
        }
        finally
        {
            activity?.SetTag(DePinTelemetry.Tags.InputTokens, Usage.InputTokens);
            activity?.SetTag(DePinTelemetry.Tags.OutputTokens, Usage.OutputTokens);
        }
    }

    public void Dispose() => _hasher.Dispose();

    private async Task<JobOutcome> RunHandlerAsync()
    {
        var outputs = Start();
        await using (outputs.ConfigureAwait(false))
        {
            // The first output leaves before the second is asked for; afterwards the handler's own pace decides.
            bool flushFirst = false;
            while (true)
            {
                if (flushFirst || !_firstSent || _batch.IsFull)
                {
                    await FlushAsync().ConfigureAwait(false);
                }

                _insideHandler = true;
                _stop.ThrowIfCancellationRequested();
                long askedAt = _time.GetTimestamp();
#pragma warning disable CA2012 // Consumed once: below, or by FlushBesideAsync, which then throws.
                var next = Ask(outputs);
#pragma warning restore CA2012
                flushFirst = _time.GetElapsedTime(askedAt) > SlowStep;
                if (!next.IsCompleted && _batch.HasNews)
                {
                    await FlushBesideAsync(next).ConfigureAwait(false);
                }

                bool more;
                try
                {
                    more = await next.ConfigureAwait(false);
                }
                catch (Exception failure) when (!IsStop(failure))
                {
                    throw HandlerFailure.Describe(failure);
                }

                _insideHandler = false;
                _abandon.ThrowIfCancellationRequested();
                if (!more)
                {
                    return JobOutcome.Completed;
                }

                var update = outputs.Current;
                var due = CostOf(update.Usage);
                if (_job.Request.MaxCost is { } limit && due > limit)
                {
                    // A meter that only corrects itself has nothing to deliver: the correction is not billed, and the job goes on.
                    if (update.Output.IsEmpty)
                    {
                        continue;
                    }

                    return JobOutcome.CostLimit;
                }

                if (_payment is not null && !_payment.TryCharge(due))
                {
                    await WaitForPaymentAsync(update.Usage, due).ConfigureAwait(false);
                }

                Usage = update.Usage;
                Due = due;
                _batch.Add(update.Output);
                if (!update.Output.IsEmpty)
                {
                    _hasher.Append(update.Output.Span);
                }
            }
        }
    }

    private IAsyncEnumerator<JobUpdate> Start()
    {
        try
        {
            return _job.Model.Handler.RunAsync(_job.Request, _stop).GetAsyncEnumerator(_stop);
        }
        catch (Exception failure) when (!IsStop(failure))
        {
            throw HandlerFailure.Describe(failure);
        }
    }

    private ValueTask<bool> Ask(IAsyncEnumerator<JobUpdate> outputs)
    {
        try
        {
            return outputs.MoveNextAsync();
        }
        catch (Exception failure) when (!IsStop(failure))
        {
            throw HandlerFailure.Describe(failure);
        }
    }

    private bool IsStop(Exception failure) => failure is OperationCanceledException && _stop.IsCancellationRequested;

    private Amount CostOf(JobUsage usage)
    {
        if (usage.InputTokens < Usage.InputTokens || usage.OutputTokens < Usage.OutputTokens)
        {
            throw HandlerFailure.InvalidUsage();
        }

        return _job.Offer.Price.CostOf(usage);
    }

    private ValueTask FlushAsync()
    {
        if (!_batch.HasNews)
        {
            return ValueTask.CompletedTask;
        }

        if (!_firstSent)
        {
            _firstSent = true;
            ProviderMetrics.FirstOutput(_time.GetElapsedTime(_startedAt), _job.Model);
        }

        return _write(_batch.Take(Usage, Due));
    }

    /// <summary>Sends what is ready while the handler works on the next output. An enumerator may not be disposed while it works, so a failure waits for it.</summary>
    private async ValueTask FlushBesideAsync(ValueTask<bool> next)
    {
        try
        {
            await FlushAsync().ConfigureAwait(false);
        }
        catch
        {
            _consumerLost();
            try
            {
                await next.ConfigureAwait(false);
            }
#pragma warning disable CA1031 // The failure to send is the one that counts.
            catch (Exception)
#pragma warning restore CA1031
            {
            }

            throw;
        }
    }

    /// <summary>Sends what is ready with the cost of the output that waits, so that the consumer knows what to pay.</summary>
    private async ValueTask WaitForPaymentAsync(JobUsage usage, Amount due)
    {
        IsAwaitingPayment = true;
        await _write(_batch.Take(usage, due)).ConfigureAwait(false);
        await _payment!.ChargeAsync(due, _stop).ConfigureAwait(false);
        IsAwaitingPayment = false;
        _abandon.ThrowIfCancellationRequested();
    }

    private async ValueTask FlushAfterFailureAsync()
    {
        try
        {
            await FlushAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The failure that came first is the one that counts.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }
}
