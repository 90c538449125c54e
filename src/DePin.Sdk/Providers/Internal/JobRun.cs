using System.Security.Cryptography;
using DePin.Sdk.Diagnostics;
using DePin.Sdk.Jobs;
using DePin.Sdk.Payments;
using DePin.Sdk.Transport;
using DePin.Sdk.Wire;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace DePin.Sdk.Providers.Internal;

/// <summary>One job, from its admission to its receipt and last voucher.</summary>
internal sealed class JobRun(
    AdmittedJob job,
    JobGate gate,
    IDuplexCall<ProviderFrame, ConsumerFrame> stream,
    PaymentAcceptor? acceptor,
    ProviderOptions options,
    ILogger logger,
    TimeProvider time) : IDisposable
{
    private readonly JobStop _stop = new(options.StopTimeout, time);

    // Drawn anew even when a job is sent again: two receipts for one run would be held against the provider.
    private readonly byte[] _runNonce = RandomNumberGenerator.GetBytes(JobReceipt.RunNonceLength);
    private volatile bool _started;
    private Task<JobOutcome>? _work;

    public AdmittedJob Job => job;

    /// <summary>Ends the job because the provider shuts down.</summary>
    /// <param name="onlyIfQueued">Leaves it alone once it runs.</param>
    public void Drain(bool onlyIfQueued)
    {
        if (!onlyIfQueued || !_started)
        {
            _stop.Request(StopReason.Drained);
        }
    }

    /// <summary>Serves the job, once its consumer may use the channel. Money that is owed is recorded on every path.</summary>
    public async Task RunAsync(ChannelGuard guard, JobRegistry jobs, CancellationToken cancellationToken)
    {
        var registration = cancellationToken.UnsafeRegister(static state => ((JobStop)state!).Request(StopReason.ConsumerGone), _stop);
        await using (registration.ConfigureAwait(false))
        {
            try
            {
                _stop.At(job.Request.Deadline, options.JobTimeout);
                gate.ThrowIfFull();
                await guard.AuthorizeAsync(job, _stop.Requested).ConfigureAwait(false);
                jobs.Add(this);
                try
                {
                    ProviderLog.JobAdmitted(logger, job.Request.Id, job.Model.Model);
                    await ServeAsync().ConfigureAwait(false);
                }
                finally
                {
                    jobs.Remove(this);
                }
            }
            catch (OperationCanceledException) when (_stop.Requested.IsCancellationRequested)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw Refusal();
            }
        }
    }

    /// <summary>Frees what the job held; a handler that hangs keeps what it needs.</summary>
    public void Dispose()
    {
        if (_work is null or { IsCompleted: true })
        {
            _stop.Dispose();
        }
    }

    private async Task ServeAsync()
    {
        if (job.Channel is not { } channel)
        {
            await ServeAsync(payment: null).ConfigureAwait(false);
            return;
        }

        var payment = await acceptor!.BeginAsync(channel, job.Offer.CreditWindow, _stop.Requested).ConfigureAwait(false);
        await using (payment.ConfigureAwait(false))
        {
            await ServeAsync(payment).ConfigureAwait(false);
        }
    }

    private async Task ServeAsync(IncomingPayment? payment)
    {
        using var inboxStop = new CancellationTokenSource();
        var pump = new OutputPump(job, payment, Write, () => _stop.Request(StopReason.ConsumerGone), time, _stop.Requested, _stop.Abandoned);
        _work = WorkAsync(gate.Enter(), pump, payment);
        var inbox = new JobInbox(stream, payment, _stop.Request, inboxStop.Token);
        long startedAt = time.GetTimestamp();
        string result = "Failed";
        try
        {
            var outcome = await RestAsync(_work, pump).ConfigureAwait(false);
            inbox.ThrowIfFailed();
            if (payment is not null)
            {
                await payment.RecordAsync().ConfigureAwait(false);
            }

            await SendReceiptAsync(pump, outcome).ConfigureAwait(false);
            result = outcome.ToString();
            if (payment is not null)
            {
                await AwaitLastVoucherAsync(inbox).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.Reason == StopReason.InboxFailed)
        {
            inbox.ThrowIfFailed();
            throw;
        }
        finally
        {
            ProviderMetrics.Delivered(pump.Usage, pump.Due, time.GetElapsedTime(startedAt), result, job.Model);
            ProviderLog.JobEnded(logger, job.Request.Id, result, pump.Usage.InputTokens, pump.Usage.OutputTokens);
            await inboxStop.CancelAsync().ConfigureAwait(false);
            await inbox.Completion.ConfigureAwait(false);
        }
    }

    /// <summary>Waits for the job's turn and runs it. It gives its place back as soon as the handler is done: who is slow to pay holds up nobody.</summary>
    private async Task<JobOutcome> WorkAsync(JobTicket ticket, OutputPump pump, IncomingPayment? payment)
    {
        using (ticket)
        {
            if (ticket.QueuePosition > 0)
            {
                await Write(Accepted(ticket.QueuePosition, payment)).ConfigureAwait(false);
                await ticket.WaitAsync(_stop.Requested).ConfigureAwait(false);
            }

            _started = true;
            _stop.At(job.Request.Deadline, options.JobTimeout);
            await Write(Accepted(queuePosition: 0, payment)).ConfigureAwait(false);
            return await pump.RunAsync().ConfigureAwait(false);
        }
    }

    /// <summary>How the work came to rest; a handler that does not stop is left behind.</summary>
    private async Task<JobOutcome> RestAsync(Task<JobOutcome> work, OutputPump pump)
    {
        await Task.WhenAny(work, _stop.WhenAbandoned).ConfigureAwait(false);
        if (!work.IsCompleted && pump.IsInsideHandler)
        {
            ProviderLog.HandlerStuck(logger, job.Request.Id, job.Model.Model);
            throw HandlerFailure.Stuck();
        }

        try
        {
            return await work.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!_stop.Abandoned.IsCancellationRequested)
        {
            switch (_stop.Reason)
            {
                case StopReason.ConsumerCancelled:
                    return JobOutcome.Cancelled;

                // While an output waits for its payment, the consumer has been told a higher usage than a receipt could state: the job breaks off without one.
                case StopReason.Deadline when _started && !pump.IsAwaitingPayment:
                    return JobOutcome.Cancelled;
                case StopReason.Drained when _started && !pump.IsAwaitingPayment:
                    return JobOutcome.Drained;
                default:
                    throw;
            }
        }
    }

    private async Task SendReceiptAsync(OutputPump pump, JobOutcome outcome)
    {
        var receipt = new JobReceipt
        {
            JobId = job.Request.Id,
            RunNonce = _runNonce,
            JobHash = job.Hash,
            OfferId = job.Offer.Id.Bytes,
            Provider = options.Signer!.PublicKey,
            Model = job.Model.Model,
            ModelHash = job.Model.ModelHash,
            OutputHash = pump.OutputHash,
            Usage = pump.Usage,
            Amount = pump.Due,
            Channel = job.Channel?.Bytes ?? default,
            Outcome = outcome,
            CompletedAt = time.GetUtcNow(),
        };
        var signature = await options.Signer.SignAsync(receipt.GetSigningBytes(), _stop.Abandoned).ConfigureAwait(false);
        await Write(new ProviderFrame { Receipt = WireConvert.ToWire(receipt with { Signature = signature }) }).ConfigureAwait(false);
    }

    private async Task AwaitLastVoucherAsync(JobInbox inbox)
    {
        try
        {
            await inbox.Completion.WaitAsync(options.FinalVoucherTimeout, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            ProviderLog.LastVoucherMissing(logger, job.Request.Id);
        }

        inbox.ThrowIfFailed();
    }

    // What is left of the credit on the channel, which its other jobs may have used.
    private ProviderFrame Accepted(int queuePosition, IncomingPayment? payment) => new()
    {
        Accepted = new JobAccepted
        {
            JobHash = UnsafeByteOperations.UnsafeWrap(job.Hash),
            CreditWindow = WireConvert.ToWire((payment?.AvailableCredit ?? job.Offer.CreditWindow).BaseUnits),
            QueuePosition = (uint)queuePosition,
            RunNonce = UnsafeByteOperations.UnsafeWrap(_runNonce),
        },
    };

    private ValueTask Write(ProviderFrame frame) => stream.WriteAsync(frame, _stop.Abandoned);

    private Exception Refusal() => _stop.Reason switch
    {
        StopReason.Deadline => new TimeoutException("The job's deadline passed before it was done."),
        StopReason.Drained => JobRegistry.Draining(),
        _ => new DePinException(DePinErrorCode.Unavailable, Fault.Network, "The consumer went away or took too long to read.", isTransient: true),
    };
}
