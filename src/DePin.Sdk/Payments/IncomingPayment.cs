using DePin.Sdk.Settlement;

namespace DePin.Sdk.Payments;

/// <summary>The payment for one job, from the payee's side. Dispose it when the job has ended, however it ended.</summary>
public sealed class IncomingPayment : IAsyncDisposable
{
    internal IncomingPayment()
    {
    }

    /// <summary>The channel as it was when the job began.</summary>
    public Channel Channel => throw new NotImplementedException();

    /// <summary>Notes the job's cumulative cost if the credit allows it; false when the consumer must pay first. Does not allocate: ask it before every output.</summary>
    public bool TryCharge(Amount due) => throw new NotImplementedException();

    /// <summary>Waits until vouchers cover the cost to within the credit window, and notes it.</summary>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.PaymentRequired"/>: none came in time; or the channel's deposit is used up.</exception>
    public Task ChargeAsync(Amount due, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Verifies and keeps a voucher, then lets waiting work go on. One that other jobs of the channel have overtaken is passed over.</summary>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.InvalidVoucher"/>: the signature is wrong, it is for another channel, it does not grow on this stream, it is above the deposit, or it expired.</exception>
    public ValueTask AcceptAsync(SignedVoucher voucher, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Records what was delivered and ends the job's account.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
