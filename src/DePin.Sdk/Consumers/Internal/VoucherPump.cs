using System.Diagnostics;
using DePin.Sdk.Payments;
using DePin.Sdk.Wire;

namespace DePin.Sdk.Consumers.Internal;

/// <summary>Signs and sends a job's vouchers beside the reading of its outputs, so that no token waits for a signature or a disk.</summary>
/// <param name="payment">The payment of the job.</param>
/// <param name="send">Sends a frame to the provider; does not fail.</param>
/// <param name="failed">Called once when paying fails: the job cannot go on.</param>
/// <param name="parent">The span below which signing shows.</param>
internal sealed class VoucherPump(OutgoingPayment payment, Func<ConsumerFrame, Task> send, Action failed, Activity? parent)
{
    private readonly Lock _gate = new();
    private Amount? _wanted;
    private Task _loop = Task.CompletedTask;
    private bool _running;

    /// <summary>Why paying failed; null while it works.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Notes what the job costs now. Returns at once; does not allocate when no voucher is needed.</summary>
    public void Note(Amount due)
    {
        lock (_gate)
        {
            if (_running)
            {
                _wanted = due;
                return;
            }

            if (Failure is not null || !payment.NeedsVoucher(due))
            {
                return;
            }

            _wanted = due;
            _running = true;
            _loop = Task.Run(RunAsync);
        }
    }

    /// <summary>Completes when nothing is being signed.</summary>
    public Task WhenIdleAsync()
    {
        lock (_gate)
        {
            return _loop;
        }
    }

    private async Task RunAsync()
    {
        Activity.Current = parent;
        while (true)
        {
            Amount due;
            lock (_gate)
            {
                if (_wanted is not { } wanted || Failure is not null || !payment.NeedsVoucher(wanted))
                {
                    _running = false;
                    return;
                }

                due = wanted;
                _wanted = null;
            }

            Settlement.SignedVoucher? voucher;
            try
            {
                voucher = await payment.PayAsync(due, isFinal: false).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // The reader of the job reports it.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                lock (_gate)
                {
                    Failure = failure;
                    _running = false;
                }

                failed();
                return;
            }

            if (voucher is not null)
            {
                // A stream that takes no voucher any more has ended, which its reader finds out, and why.
                await send(new ConsumerFrame { Voucher = WireConvert.ToWire(voucher) }).ConfigureAwait(false);
            }
        }
    }
}
