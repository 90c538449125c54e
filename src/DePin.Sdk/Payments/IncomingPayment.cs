using DePin.Sdk.Diagnostics;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Payments;

/// <summary>The payment for one job, from the payee's side. Dispose it when the job has ended, however it ended.</summary>
public sealed class IncomingPayment : IAsyncDisposable
{
    private readonly PaymentAcceptor _acceptor;
    private readonly IncomingChannel _account;
    private readonly Amount _window;
    private UInt128 _charged;
    private UInt128 _lastOnStream;
    private int _disposed;

    internal IncomingPayment(PaymentAcceptor acceptor, IncomingChannel account, Amount window)
    {
        _acceptor = acceptor;
        _account = account;
        _window = window;
        Channel = account.Channel;
        account.JobBegan();
    }

    /// <summary>The channel as it was when the job began.</summary>
    public Channel Channel { get; }

    /// <summary>
    /// How much more work the channel allows before its payer must pay: what was paid ahead plus the unused part of the credit window. Tell it to the
    /// consumer when the job is accepted, so that both count from the same number.
    /// </summary>
    public Amount AvailableCredit => new(_account.Available(_window.BaseUnits), _window.Asset);

    /// <summary>Notes the job's cumulative cost if the credit allows it; false when the consumer must pay first. Does not allocate: ask it before every output.</summary>
    public bool TryCharge(Amount due)
    {
        RequireAsset(due);
        if (!_account.TryCharge(ref _charged, due.BaseUnits, _window.BaseUnits))
        {
            return false;
        }

        _acceptor.RecordDeliveredInBackground(_account, _window.BaseUnits);
        return true;
    }

    /// <summary>
    /// Waits until vouchers cover the cost to within the credit window, and notes it. A consumer pays for what it sees: send what is
    /// delivered so far, and the cost that is waited for, before waiting.
    /// </summary>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.PaymentRequired"/>: none came in time; or the channel's deposit is used up.</exception>
    public async Task ChargeAsync(Amount due, CancellationToken cancellationToken = default)
    {
        var changed = _account.WhenChanged();
        if (TryCharge(due))
        {
            return;
        }

        PaymentMetrics.CreditWaits.Add(1);
        if (_account.PassesDeposit(_charged, due.BaseUnits))
        {
            await _acceptor.RefreshAsync(_account, cancellationToken).ConfigureAwait(false);
            changed = _account.WhenChanged();
            if (TryCharge(due))
            {
                return;
            }

            if (_account.PassesDeposit(_charged, due.BaseUnits))
            {
                throw PaymentRequired($"the deposit of {_account.Channel.Deposit} is used up; top it up");
            }
        }

        var time = _acceptor.Time;
        var began = time.GetTimestamp();
        while (true)
        {
            var rest = _acceptor.Options.VoucherTimeout - time.GetElapsedTime(began);
            try
            {
                await changed.WaitAsync(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                throw PaymentRequired($"no voucher for {due} came within {_acceptor.Options.VoucherTimeout}");
            }

            changed = _account.WhenChanged();
            if (TryCharge(due))
            {
                return;
            }
        }
    }

    /// <summary>Verifies and keeps a voucher, then lets waiting work go on. One that other jobs of the channel have overtaken is passed over.</summary>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.InvalidVoucher"/>: the signature is wrong, it is for another channel, it does not grow on this stream, it is above the deposit, or it expired.</exception>
    public async ValueTask AcceptAsync(SignedVoucher voucher, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(voucher);
        var cumulative = voucher.Voucher.Cumulative;
        if (voucher.Voucher.Channel == Channel.Id && cumulative.Asset == _window.Asset && cumulative.BaseUnits <= _lastOnStream)
        {
            throw _acceptor.Reject(Channel.Id, $"it is for {cumulative.BaseUnits} base units after one for {_lastOnStream} on the same stream");
        }

        await _acceptor.AcceptAsync(_account, voucher, cancellationToken).ConfigureAwait(false);
        _lastOnStream = cumulative.BaseUnits;
    }

    /// <summary>Records what was delivered so far. Call it before a receipt leaves, so that a signed debt survives a crash.</summary>
    public Task RecordAsync() => _acceptor.RecordDeliveredAsync(_account);

    /// <summary>Records what was delivered and ends the job's account.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            try
            {
                await _acceptor.RecordDeliveredAsync(_account).ConfigureAwait(false);
            }
            finally
            {
                // A channel whose jobs never end could never be closed.
                _account.JobEnded();
            }
        }
    }

    private DePinException PaymentRequired(string reason) =>
        new(DePinErrorCode.PaymentRequired, Fault.Consumer, $"Work on channel {Channel.Id} stopped: {reason}.");

    private void RequireAsset(Amount due)
    {
        if (due.Asset != _window.Asset)
        {
            throw new ArgumentException($"The channel pays in {_window.Asset}, not in {due.Asset}.", nameof(due));
        }
    }
}
