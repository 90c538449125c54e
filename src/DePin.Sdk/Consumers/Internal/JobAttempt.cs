using System.Diagnostics;
using System.Runtime.CompilerServices;
using DePin.Sdk.Diagnostics;
using DePin.Sdk.Identity;
using DePin.Sdk.Jobs;
using DePin.Sdk.Payments;
using DePin.Sdk.Transport;
using DePin.Sdk.Wire;

namespace DePin.Sdk.Consumers.Internal;

/// <summary>
/// One job at one provider, from its payment to its receipt. Read by one caller at a time; <see cref="Abandon"/> may come at any time.
/// Exactly one of <see cref="CompleteAsync"/>, <see cref="FailAsync"/> and <see cref="Abandon"/> ends it.
/// </summary>
#pragma warning disable CA1001 // Its ending, which is a protocol with the provider, releases what it holds.
internal sealed partial class JobAttempt
#pragma warning restore CA1001
{
    private readonly ConsumerServices _services;
    private readonly RequestBudget _budget;
    private readonly JobTerms _terms;
    private readonly DeltaRules _rules;
    private readonly JobWatch _watch;
    private readonly Activity? _activity;
    private readonly byte[] _jobHash;
    private readonly OutputHasher _hasher = new();
    private readonly long _startedAt;
    private JobStream? _stream;
    private OutgoingPayment? _payment;
    private VoucherPump? _pump;
    private Task? _beginning;
    private JobDelta? _unread;
    private byte[] _runNonce = [];
    private bool _accepted;
    private int _abandoned;

    public JobAttempt(ConsumerServices services, RequestBudget budget, JobTerms terms, int number, ActivityContext parent, CancellationToken caller)
    {
        _services = services;
        _budget = budget;
        _terms = terms;
        _jobHash = terms.Job.ComputeHash();
        _rules = new DeltaRules(terms.Offer.Price, terms.Job.MaxCost!.Value, terms.MaxInputTokens, terms.Routing.MaxUnseenOutputTokens);
        _watch = new JobWatch(services.Time, caller);
        _startedAt = services.Time.GetTimestamp();
        Due = Amount.Zero(terms.Offer.Price.Asset);
        var ambient = Activity.Current;
        _activity = DePinTelemetry.Source.StartActivity(DePinTelemetry.Spans.Attempt, ActivityKind.Client, parent);
        Activity.Current = ambient;
        _activity?.SetTag(DePinTelemetry.Tags.Attempt, number)
            .SetTag(DePinTelemetry.Tags.JobId, terms.Job.Id.ToString())
            .SetTag(DePinTelemetry.Tags.JobKind, terms.Job.Kind)
            .SetTag(DePinTelemetry.Tags.Model, terms.Job.Model)
            .SetTag("server.address", terms.Offer.Endpoint.Host);
        services.Statistics.RecordStart(terms.Offer.Provider);
    }

    public JobTerms Terms => _terms;

    /// <summary>True when the job costs something and its payment could not be prepared (yet).</summary>
    public bool IsUnpaid => _payment is null && !_terms.Offer.Price.IsFree;

    /// <summary>What was delivered completely.</summary>
    public JobUsage Usage { get; private set; }

    /// <summary>What that costs.</summary>
    public Amount Due { get; private set; }

    public TimeSpan? TimeToFirstToken { get; private set; }

    public TimeSpan? TimeToLastToken { get; private set; }

    public DeliveryEnding Ending { get; private set; }

    public Exception? Failure { get; private set; }

    /// <summary>The receipt, once verified.</summary>
    public JobReceipt? Receipt { get; private set; }

    /// <summary>The receipt as it came.</summary>
    public JobReceipt? UnverifiedReceipt { get; private set; }

    /// <summary>Prepares the payment, connects, sends the job, and waits until the answer begins. What came then comes out of <see cref="ReadAsync"/> first.</summary>
    /// <exception cref="DePinException">The provider refuses, fails, or begins no answer in time.</exception>
    public Task BeginAsync() => _beginning = BeginCoreAsync();

    /// <summary>
    /// The next delta that bills what it may; null when the receipt came instead. The delta counts, and is paid, once it is passed to <see cref="Accept"/>.
    /// </summary>
    /// <exception cref="DePinException">The provider failed, died, fell silent, or overcharges.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<JobDelta?> ReadAsync()
    {
        if (_unread is { } unread)
        {
            _unread = null;
            return unread;
        }

        // The stream holds nothing after the receipt.
        while (UnverifiedReceipt is null)
        {
            if (_pump?.Failure is { } unpaid)
            {
                throw PaymentFailure.Describe(unpaid);
            }

            var frame = await ReadFrameAsync().ConfigureAwait(false);
            switch (frame?.FrameCase)
            {
                case ProviderFrame.FrameOneofCase.Delta when _accepted:
                    _rules.Check(frame.Delta, Usage);
                    return frame.Delta;
                case ProviderFrame.FrameOneofCase.Accepted when !_accepted:
                    TakeAccepted(frame.Accepted);
                    break;
                case ProviderFrame.FrameOneofCase.Receipt when _accepted:
                    UnverifiedReceipt = WireConvert.FromWire(frame.Receipt);
                    return null;
                case null:
                    throw new DePinException(DePinErrorCode.Unavailable, Fault.Provider, $"The provider at {_terms.Offer.Endpoint} ended the job without a receipt.", isTransient: true);
                default:
                    throw Unexpected($"sent {frame.FrameCase} where the protocol has no place for it");
            }
        }

        return null;
    }

    /// <summary>Counts a delta as delivered and sees to its payment. False, and nothing counted, when the whole request may not cost so much.</summary>
    public bool Accept(JobDelta delta)
    {
        var (usage, due) = _rules.Check(delta, Usage);
        if (!_budget.TrySpend(due - Due))
        {
            return false;
        }

        _rules.Count(delta);
        foreach (var output in delta.Outputs)
        {
            _hasher.Append(output.Span);
        }

        if (delta.Outputs.Count > 0)
        {
            TimeToLastToken = _services.Time.GetElapsedTime(_startedAt);
        }

        Usage = usage;
        Due = due;
        _pump?.Note(due);
        return true;
    }

    /// <summary>Verifies the receipt and pays the rest. What is left to say to the provider is said in the background.</summary>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.InvalidReceipt"/>: the receipt does not verify; what was delivered is paid all the same.</exception>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        Exception? invalid = await VerifyAsync(cancellationToken).ConfigureAwait(false);
        await PayRestAsync(send: true).ConfigureAwait(false);
        End(invalid is null ? DeliveryEnding.Completed : DeliveryEnding.WithoutReceipt, succeeded: invalid is null, invalid);
        _services.Background.Track(LeaveAsync());
        if (invalid is not null)
        {
            throw invalid;
        }
    }

    /// <summary>Ends a job whose provider failed: what it delivered stays owed, the rest is released.</summary>
    public async Task FailAsync(Exception failure, bool answerComplete = false)
    {
        // First the stream: a voucher on its way to a provider that does not read would be waited for below.
        await CloseStreamAsync().ConfigureAwait(false);
        await PayRestAsync(send: false).ConfigureAwait(false);
        bool ownFault = FailoverRules.IsOwnFault(failure);
        End(answerComplete ? DeliveryEnding.WithoutReceipt : DeliveryEnding.Failed, succeeded: ownFault, failure);
        Release();
    }

    /// <summary>Cancels the job: the provider is told, its receipt is waited for a moment, and what was delivered is paid, all in the background.</summary>
    public void Abandon()
    {
        if (Interlocked.Exchange(ref _abandoned, 1) == 0)
        {
            _watch.Stop();
            _services.Background.Track(AbandonAsync());
        }
    }

    public ProviderDelivery Describe() => new()
    {
        Provider = _terms.Offer.Provider,
        Endpoint = _terms.Offer.Endpoint,
        JobId = _terms.Job.Id,
        Usage = Usage,
        Amount = Due,
        TimeToFirstToken = TimeToFirstToken,
        TimeToLastToken = TimeToLastToken,
        Ending = Ending,
        Failure = Failure,
        Receipt = Receipt,
    };

    private async Task BeginCoreAsync()
    {
        await OpenAsync().ConfigureAwait(false);
        while (await ReadAsync().ConfigureAwait(false) is { } delta)
        {
            if (delta.Outputs.Count > 0)
            {
                _unread = delta;
                _watch.Heard();
                TimeToFirstToken = _services.Time.GetElapsedTime(_startedAt);
                _services.Statistics.RecordFirstToken(_terms.Offer.Provider, TimeToFirstToken.Value);
                _activity?.AddEvent(new ActivityEvent("first_token"));
                return;
            }

            // Only the meter moved: the prompt is read, or payment is asked for ahead.
            if (!Accept(delta))
            {
                throw new DePinException(DePinErrorCode.PriceExceeded, Fault.Consumer, $"The provider at {_terms.Offer.Endpoint} asks {WireConvert.FromWire(delta.AmountDue)} before its first output; raise MaxCostPerRequest or choose another provider.");
            }
        }
    }

    private async Task OpenAsync()
    {
        Activity.Current = _activity;
        var offer = _terms.Offer;
        Signature? proof = null;
        if (!offer.Price.IsFree)
        {
            _payment = await _services.Accounts.On(offer.Payee.Chain)!.Payments.BeginAsync(offer.Payee, offer.CreditWindow, _terms.Job.MaxCost!.Value, _watch.Token).ConfigureAwait(false);
            proof = await _payment.SignStartAsync(_jobHash, _terms.OfferId.Bytes.Span, _watch.Token).ConfigureAwait(false);
        }

        _watch.Token.ThrowIfCancellationRequested();
        var call = await _services.Connector.Connect(offer.Endpoint).RunJobAsync(new CallOptions { Deadline = _terms.CloseBy }, _watch.Token).ConfigureAwait(false);
        _stream = new JobStream(call, _terms, _services.Logger);
        _watch.Expect(_terms.Routing.FirstTokenTimeout);
        await call.WriteAsync(new ConsumerFrame { Start = _terms.CreateStart(_payment?.Channel, proof) }, _watch.Token).ConfigureAwait(false);
        if (_payment is not null)
        {
            _pump = new VoucherPump(_payment, _stream.SendAsync, _watch.Stop, _activity);
            _pump.Note(Due);
        }
    }

    /// <summary>A provider accepts twice when the job has to wait for its turn: when it enters the queue, and when it begins.</summary>
    private void TakeAccepted(JobAccepted accepted)
    {
        if (!accepted.JobHash.Span.SequenceEqual(_jobHash))
        {
            throw Unexpected("accepted another job than the one it was sent");
        }

        if (accepted.RunNonce.Length != JobReceipt.RunNonceLength)
        {
            throw Unexpected("accepted the job without a nonce of its run, which the receipt is to carry");
        }

        _runNonce = accepted.RunNonce.ToByteArray();
        if (accepted.QueuePosition > 0)
        {
            return;
        }

        _accepted = true;
        if (_payment is not null)
        {
            _payment.LimitCredit(new Amount(WireConvert.FromWire(accepted.CreditWindow), Due.Asset));
            _pump!.Note(Due);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ProviderFrame?> ReadFrameAsync()
    {
        if (!_watch.Token.IsCancellationRequested && _stream!.TryRead(out var ready))
        {
            return ready;
        }

        // Before the first output the clock runs from the start, whatever else the provider says.
        bool begun = TimeToFirstToken is not null;
        if (begun)
        {
            _watch.Expect(_terms.Routing.StallTimeout);
        }

        try
        {
            _watch.Token.ThrowIfCancellationRequested();
            return await _stream!.ReadAsync(_watch.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_watch.Token.IsCancellationRequested)
        {
            throw Interrupted();
        }
        finally
        {
            if (begun)
            {
                _watch.Heard();
            }
        }
    }

    private Exception Interrupted()
    {
        if (_watch.Stalled)
        {
            return TimeToFirstToken is null
                ? new DePinException(DePinErrorCode.Unavailable, Fault.Provider, $"The provider at {_terms.Offer.Endpoint} began no answer within {_terms.Routing.FirstTokenTimeout}.", isTransient: true)
                : new DePinException(DePinErrorCode.Unavailable, Fault.Provider, $"The provider at {_terms.Offer.Endpoint} sent nothing for {_terms.Routing.StallTimeout} in the middle of its answer.", isTransient: true);
        }

        return _pump?.Failure is { } unpaid ? PaymentFailure.Describe(unpaid) : new OperationCanceledException(_watch.Token);
    }
}
