using System.Diagnostics;
using DePin.Sdk.Diagnostics;
using DePin.Sdk.Verification;
using DePin.Sdk.Wire;

namespace DePin.Sdk.Consumers.Internal;

/// <content>How an attempt ends: the receipt, the rest of the payment, and leaving a stream that nobody reads.</content>
internal sealed partial class JobAttempt
{
    private async Task<Exception?> VerifyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _services.Verifier.VerifyAsync(
                new JobResult
                {
                    Job = _terms.Job,
                    Offer = _terms.Offer,
                    RunNonce = _runNonce,
                    Usage = Usage,
                    OutputHash = _hasher.GetCurrentHash(),
                    Channel = _payment is null ? default : _payment.Channel.Bytes,
                    Receipt = UnverifiedReceipt!,
                },
                cancellationToken).ConfigureAwait(false);
            Receipt = UnverifiedReceipt;
            return null;
        }
        catch (DePinException invalid)
        {
            ConsumerLog.ReceiptInvalid(_services.Logger, _terms.Offer.Endpoint, _terms.Job.Id, invalid);
            return invalid;
        }
    }

    /// <summary>Authorizes what was delivered, no more and no less, and releases what else was reserved.</summary>
    private async Task PayRestAsync(bool send)
    {
        if (_payment is null)
        {
            return;
        }

        Activity.Current = _activity;
        try
        {
            if (_pump is not null)
            {
                await _pump.WhenIdleAsync().ConfigureAwait(false);
            }

            // A voucher that cannot be sent is not worth signing: what is owed is noted and goes into the channel's next one.
            if (await _payment.PayAsync(Due, isFinal: send).ConfigureAwait(false) is { } voucher && send)
            {
                await _stream!.SendAsync(new ConsumerFrame { Voucher = WireConvert.ToWire(voucher) }).ConfigureAwait(false);
            }
        }
#pragma warning disable CA1031 // The answer is there; what could not be signed now is owed and goes into the channel's next voucher.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            ConsumerLog.PaymentFailed(_services.Logger, _terms.Offer.Endpoint, _terms.Job.Id, failure);
        }

        await _payment.DisposeAsync().ConfigureAwait(false);
    }

    private async Task AbandonAsync()
    {
        await Task.Yield();
        using var limit = new CancellationTokenSource(ConsumerServices.CloseTimeout, _services.Time);
        Exception? failure = null;
        try
        {
            await WhenNobodyReadsAsync().ConfigureAwait(false);
            if (_unread is { } unread)
            {
                _unread = null;
                Accept(unread);
            }

            if (_stream is not null)
            {
                await _stream.SendAsync(new ConsumerFrame { Cancel = new JobCancel() }).WaitAsync(limit.Token).ConfigureAwait(false);
                await ReadToReceiptAsync(_stream, limit.Token).ConfigureAwait(false);
            }

            if (UnverifiedReceipt is not null)
            {
                failure = await VerifyAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
#pragma warning disable CA1031 // Nobody waits for it any more; it is in the log and in the span.
        catch (Exception problem)
#pragma warning restore CA1031
        {
            failure = problem;
        }

        if (UnverifiedReceipt is null)
        {
            await CloseStreamAsync().ConfigureAwait(false);
        }

        await PayRestAsync(send: UnverifiedReceipt is not null).ConfigureAwait(false);
        ConsumerLog.JobCancelled(_services.Logger, _terms.Offer.Endpoint, _terms.Job.Id, UnverifiedReceipt is not null);
        End(DeliveryEnding.Cancelled, succeeded: true, failure is OperationCanceledException ? null : failure);
        await LeaveAsync().ConfigureAwait(false);
    }

    /// <summary>A hedge that lost may still be on its way to its first output; stopping the watch ends that.</summary>
    private async Task WhenNobodyReadsAsync()
    {
        if (_beginning is not null)
        {
            await _beginning.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Takes what was on its way when the job was cancelled: it was delivered, and the receipt counts it.</summary>
    private async Task ReadToReceiptAsync(JobStream stream, CancellationToken limit)
    {
        while (UnverifiedReceipt is null)
        {
            var frame = await stream.ReadAsync(limit).ConfigureAwait(false);
            switch (frame?.FrameCase)
            {
                case ProviderFrame.FrameOneofCase.Delta:
                    if (!Accept(frame.Delta))
                    {
                        return;
                    }

                    break;
                case ProviderFrame.FrameOneofCase.Receipt:
                    UnverifiedReceipt = WireConvert.FromWire(frame.Receipt);
                    break;
                case null:
                    throw new DePinException(DePinErrorCode.Unavailable, Fault.Provider, "The provider ended the cancelled job without a receipt.", isTransient: true);
            }
        }
    }

    /// <summary>Lets the last voucher arrive, then closes the stream.</summary>
    private async Task LeaveAsync()
    {
        if (_stream is not null && UnverifiedReceipt is not null)
        {
            using var limit = new CancellationTokenSource(ConsumerServices.CloseTimeout, _services.Time);
            await _stream.FinishAsync(limit.Token).ConfigureAwait(false);
        }

        Release();
    }

    private Task CloseStreamAsync() => _stream?.CloseAsync() ?? Task.CompletedTask;

    private void Release()
    {
        _watch.Dispose();
        _hasher.Dispose();
    }

    private void End(DeliveryEnding ending, bool succeeded, Exception? failure)
    {
        Ending = ending;
        Failure = failure;
        _services.Statistics.RecordEnd(_terms.Offer.Provider, succeeded);
        if (_activity is null)
        {
            return;
        }

        _activity.SetTag(DePinTelemetry.Tags.Outcome, ending.ToString())
            .SetTag(DePinTelemetry.Tags.InputTokens, Usage.InputTokens)
            .SetTag(DePinTelemetry.Tags.OutputTokens, Usage.OutputTokens)
            .SetTag(DePinTelemetry.Tags.Amount, Due.ToString());
        if (failure is not null)
        {
            _activity.SetTag(DePinTelemetry.Tags.ErrorCode, failure is DePinException known ? known.Code.ToString() : failure.GetType().Name)
                .SetStatus(ActivityStatusCode.Error);
        }

        var ambient = Activity.Current;
        _activity.Stop();
        Activity.Current = ambient == _activity ? null : ambient;
    }

    private DePinException Unexpected(string what) =>
        new(DePinErrorCode.InvalidFrame, Fault.Provider, $"The provider at {_terms.Offer.Endpoint} {what}.");
}
