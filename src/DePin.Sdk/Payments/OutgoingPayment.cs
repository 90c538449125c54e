using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Payments;

/// <summary>The payment for one job, from the payer's side. Dispose it when the job has ended; what was not spent returns to the spend policy.</summary>
public sealed class OutgoingPayment : IAsyncDisposable
{
    private readonly PaymentSession _session;
    private readonly OutgoingChannel _account;
    private readonly Asset _asset;
    private bool _isComplete;
    private int _disposed;

    internal OutgoingPayment(PaymentSession session, OutgoingChannel account, Amount window, Amount maxCost, Amount ahead)
    {
        _session = session;
        _account = account;
        _asset = maxCost.Asset;
        MaxCost = maxCost.BaseUnits;
        Window = window.BaseUnits;
        Ahead = ahead.BaseUnits;
        Channel = account.Channel.Id;
        Payee = account.Channel.Payee;
        account.Begin(this);
    }

    /// <summary>The channel that carries it.</summary>
    public ChannelId Channel { get; }

    /// <summary>What the job costs so far, as delivered.</summary>
    public Amount Due => new(DueUnits, _asset);

    internal AccountId Payee { get; }

    internal UInt128 MaxCost { get; }

    internal UInt128 Ahead { get; }

    // These three belong to the account and change under its lock.
    internal UInt128 Window { get; set; }

    internal UInt128 DueUnits { get; set; }

    internal UInt128 SentCumulative { get; set; }

    /// <summary>
    /// Notes the job's cumulative cost; true when <see cref="PayAsync"/> is to be asked for a voucher, or would refuse the cost. Does not allocate: ask it for every delta.
    /// </summary>
    public bool NeedsVoucher(Amount due)
    {
        RequireAsset(due);
        return !_account.TryNote(this, due.BaseUnits, out bool needsVoucher) || needsVoucher;
    }

    /// <summary>
    /// Takes over what the payee says it extends when it accepts the job (<see cref="IncomingPayment.AvailableCredit"/>), before anything is delivered. It settles what
    /// a job that broke off left open between the two sides; a payee that says nothing extends its whole window. What is conceded counts as spent, so that
    /// a payee whose jobs keep breaking off runs into the spend policy.
    /// </summary>
    public void LimitCredit(Amount available)
    {
        RequireAsset(available);
        _session.CountConceded(Payee, _account.LimitCredit(this, available.BaseUnits));
    }

    /// <summary>
    /// Notes the job's cumulative cost and signs a voucher when one is needed: at the start when the payee extends no credit, when half of the
    /// credit window is used, and at the end. The voucher is in the journal when the task completes. Null when none is needed.
    /// On a new stream the best voucher of the channel may come again, because the payee may not have got it.
    /// </summary>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.PriceExceeded"/>: the cost is above the maximum that was agreed.</exception>
    public ValueTask<SignedVoucher?> PayAsync(Amount due, bool isFinal, CancellationToken cancellationToken = default)
    {
        RequireAsset(due);
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        if (!_account.TryNote(this, due.BaseUnits, out bool needsVoucher))
        {
            throw new DePinException(DePinErrorCode.PriceExceeded, Fault.Provider, $"The job costs {due.BaseUnits} base units already, and at most {MaxCost} were agreed; it is not paid further.");
        }

        return isFinal || needsVoucher ? SignAsync(isFinal, cancellationToken) : default;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await _session.EndAsync(this, _account, _isComplete || DueUnits == UInt128.Zero).ConfigureAwait(false);
        }
    }

    /// <summary>Proves to the payee that the job may be paid from the channel; see <see cref="JobStartProof"/>.</summary>
    internal ValueTask<Signature> SignStartAsync(ReadOnlySpan<byte> jobHash, ReadOnlySpan<byte> offerId, CancellationToken cancellationToken) =>
        _session.SignStartAsync(Channel, jobHash, offerId, cancellationToken);

    private async ValueTask<SignedVoucher?> SignAsync(bool isFinal, CancellationToken cancellationToken)
    {
        var voucher = await _session.SignAsync(this, _account, isFinal, cancellationToken).ConfigureAwait(false);
        if (voucher is not null)
        {
            SentCumulative = voucher.Voucher.Cumulative.BaseUnits;
        }

        _isComplete |= isFinal;
        return voucher;
    }

    private void RequireAsset(Amount amount)
    {
        if (amount.Asset != _asset)
        {
            throw new ArgumentException($"The job is paid in {_asset}, not in {amount.Asset}.", nameof(amount));
        }
    }
}
