using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Payments;

/// <summary>
/// The payee's side: checks channels and vouchers, keeps them in the journal before the work that they pay for is delivered,
/// stops work at the credit limit, and claims on a schedule and on close. Thread-safe.
/// </summary>
public sealed class PaymentAcceptor : IAsyncDisposable
{
    /// <summary>Prepares to be paid.</summary>
    public PaymentAcceptor(ISettlementBackend settlement, ISigner payee, IVoucherJournal journal, PaymentAcceptorOptions? options = null, TimeProvider? timeProvider = null)
        => throw new NotImplementedException();

    /// <summary>The account that is paid.</summary>
    public AccountId Payee => throw new NotImplementedException();

    /// <summary>Gets ready to be paid for one job.</summary>
    /// <param name="channel">The channel that the consumer named.</param>
    /// <param name="creditWindow">How much unpaid work is extended on the channel, over all its jobs. Its asset must be the channel's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DePinException">The channel does not exist, is not open, pays somebody else or in another asset, or gives too short a grace period.</exception>
    public Task<IncomingPayment> BeginAsync(ChannelId channel, Amount creditWindow, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Settles the best voucher of every channel that owes something. One that fails does not hold up the others.</summary>
    public Task<IReadOnlyList<SettlementResult>> ClaimAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Settles a channel's best voucher (or <paramref name="final"/>, when it is higher and valid) and closes the channel.</summary>
    public Task<SettlementResult> CloseAsync(ChannelId channel, SignedVoucher? final, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Claims on the schedule, and at once where a payer asked to close, until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
