using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Payments;

/// <summary>
/// The payer's side: keeps one channel for each provider, signs cumulative vouchers as delivery grows, and holds to a
/// <see cref="SpendPolicy"/>. A voucher is in the journal before it leaves. Thread-safe.
/// </summary>
public sealed class PaymentSession : IAsyncDisposable
{
    /// <summary>Prepares to pay. Channels that the journal holds are used again.</summary>
    public PaymentSession(ISettlementBackend settlement, ISigner payer, IVoucherJournal journal, PaymentSessionOptions? options = null, TimeProvider? timeProvider = null)
        => throw new NotImplementedException();

    /// <summary>Gets ready to pay for one job: opens or tops up the channel to the payee, and reserves the highest cost in the spend policy.</summary>
    /// <param name="payee">Who is to be paid.</param>
    /// <param name="creditWindow">How much unpaid work the payee extends (its offer).</param>
    /// <param name="maxCost">The most that the job may cost.</param>
    /// <param name="cancellationToken">Gives up before money moves.</param>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.SpendLimitExceeded"/> or <see cref="DePinErrorCode.InsufficientFunds"/>.</exception>
    public Task<OutgoingPayment> BeginAsync(AccountId payee, Amount creditWindow, Amount maxCost, CancellationToken cancellationToken = default)
        => throw new NotImplementedException();

    /// <summary>The channels that are not closed, as the journal holds them.</summary>
    public Task<IReadOnlyList<JournalEntry>> ListChannelsAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>A voucher for everything owed on a channel (the best one already signed when nothing more is owed); null when nothing ever was. Jobs in flight are not counted.</summary>
    public Task<SignedVoucher?> SignFinalAsync(ChannelId channel, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Records what a channel became after a cooperative close.</summary>
    public Task<Channel> RefreshAsync(ChannelId channel, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Starts the grace period of a channel whose provider does not answer.</summary>
    public Task<Channel> RequestCloseAsync(ChannelId channel, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Takes back the rest of a channel whose grace period is over.</summary>
    public Task<Channel> WithdrawAsync(ChannelId channel, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
