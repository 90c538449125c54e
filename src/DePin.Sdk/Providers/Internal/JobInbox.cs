using System.Runtime.ExceptionServices;
using DePin.Sdk.Payments;
using DePin.Sdk.Transport;
using DePin.Sdk.Wire;

namespace DePin.Sdk.Providers.Internal;

/// <summary>Reads what the consumer says while its job runs: vouchers, and that it wants no more.</summary>
internal sealed class JobInbox
{
    private const int MaxRest = 64;

    private readonly IDuplexCall<ProviderFrame, ConsumerFrame> _stream;
    private readonly IncomingPayment? _payment;
    private readonly Action<StopReason> _stop;
    private volatile ExceptionDispatchInfo? _failure;

    public JobInbox(IDuplexCall<ProviderFrame, ConsumerFrame> stream, IncomingPayment? payment, Action<StopReason> stop, CancellationToken cancellationToken)
    {
        _stream = stream;
        _payment = payment;
        _stop = stop;
        Completion = ReadAsync(cancellationToken);
    }

    /// <summary>Completes, never faulted, when the consumer ended its side, failed, or reading was cancelled.</summary>
    public Task Completion { get; }

    /// <summary>Reports why reading ended, unless it ended well.</summary>
    public void ThrowIfFailed() => _failure?.Throw();

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await _stream.ReadAsync(cancellationToken).ConfigureAwait(false) is { } frame)
            {
                switch (frame.FrameCase)
                {
                    case ConsumerFrame.FrameOneofCase.Voucher:
                        await AcceptAsync(frame.Voucher).ConfigureAwait(false);
                        break;
                    case ConsumerFrame.FrameOneofCase.Cancel:
                        _stop(StopReason.ConsumerCancelled);
                        break;
                    case ConsumerFrame.FrameOneofCase.Start:
                        throw new DePinException(DePinErrorCode.InvalidFrame, Fault.Consumer, "One stream carries one job; open another stream for the next.");
                    default:
                        throw new DePinException(DePinErrorCode.InvalidFrame, Fault.Consumer, "The consumer sent an empty or unknown frame.");
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await AcceptRestAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Reported by the job, which asks for it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _failure = ExceptionDispatchInfo.Capture(failure);
            _stop(StopReason.InboxFailed);
        }
    }

    /// <summary>The job ended first. Vouchers that have already arrived are money all the same.</summary>
    private async Task AcceptRestAsync()
    {
        try
        {
            for (int i = 0; i < MaxRest && _payment is not null && _stream.TryRead(out var frame); i++)
            {
                if (frame.FrameCase == ConsumerFrame.FrameOneofCase.Voucher)
                {
                    await AcceptAsync(frame.Voucher).ConfigureAwait(false);
                }
            }
        }
        catch (DePinException)
        {
            // There is nobody left to tell.
        }
    }

    private ValueTask AcceptAsync(VoucherMessage voucher)
    {
        if (_payment is null)
        {
            throw new DePinException(DePinErrorCode.InvalidVoucher, Fault.Consumer, "The job is free and takes no vouchers.");
        }

        // Not cancelled with the job: a voucher that arrived is money, whatever becomes of its sender.
        return _payment.AcceptAsync(WireConvert.FromWire(voucher, _payment.Channel.Deposit.Asset), CancellationToken.None);
    }
}
