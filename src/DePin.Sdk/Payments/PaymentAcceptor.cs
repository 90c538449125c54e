using System.Collections.Concurrent;
using DePin.Sdk.Diagnostics;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DePin.Sdk.Payments;

/// <summary>
/// The payee's side: checks channels and vouchers, keeps them in the journal before the work that they pay for is delivered,
/// stops work at the credit limit, and claims when it is worth the fee and on close. Thread-safe.
/// </summary>
public sealed class PaymentAcceptor : IAsyncDisposable
{
    private readonly ISettlementBackend _settlement;
    private readonly IVoucherJournal _journal;
    private readonly ILogger _logger;
    private readonly VoucherClaims _claims;
    private readonly ClaimSchedule _schedule;
    private readonly ConcurrentDictionary<ChannelId, IncomingChannel> _accounts = new();
    private readonly ConcurrentDictionary<Task, byte> _recordings = new();

    /// <summary>Prepares to be paid.</summary>
    /// <param name="settlement">Where channels live.</param>
    /// <param name="payee">The key of the account that is paid; it signs claims.</param>
    /// <param name="journal">Where vouchers are kept. It stays the caller's to dispose.</param>
    /// <param name="options">How to take payment; null for the defaults.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <param name="logger">Told of claims and losses.</param>
    public PaymentAcceptor(
        ISettlementBackend settlement,
        ISigner payee,
        IVoucherJournal journal,
        PaymentAcceptorOptions? options = null,
        TimeProvider? timeProvider = null,
        ILogger<PaymentAcceptor>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(settlement);
        ArgumentNullException.ThrowIfNull(payee);
        ArgumentNullException.ThrowIfNull(journal);
        Options = options ?? new PaymentAcceptorOptions();
        Options.Validate();
        Time = timeProvider ?? TimeProvider.System;
        Payee = settlement.GetAccount(payee.PublicKey);
        _settlement = settlement;
        _journal = journal;
        _logger = logger ?? NullLogger<PaymentAcceptor>.Instance;
        _claims = new VoucherClaims(settlement, payee, journal, Payee, Time, _logger);
        _schedule = new ClaimSchedule(_claims, settlement, Options, Time, _logger);
        _claims.ChannelSeen += channel => Observe(channel);
    }

    /// <summary>The account that is paid.</summary>
    public AccountId Payee { get; }

    internal PaymentAcceptorOptions Options { get; }

    internal TimeProvider Time { get; }

    /// <summary>Gets ready to be paid for one job.</summary>
    /// <param name="channel">The channel that the consumer named.</param>
    /// <param name="creditWindow">How much unpaid work is extended on the channel, over all its jobs. Its asset must be the channel's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DePinException">The channel does not exist, is not open, pays somebody else or in another asset, or gives too short a grace period.</exception>
    public async Task<IncomingPayment> BeginAsync(ChannelId channel, Amount creditWindow, CancellationToken cancellationToken = default) =>
        new(this, await FindAsync(channel, creditWindow, cancellationToken).ConfigureAwait(false), creditWindow);

    /// <summary>Settles the best voucher of every channel that owes something, whatever the fee. One that fails does not hold up the others.</summary>
    public Task<IReadOnlyList<SettlementResult>> ClaimAsync(CancellationToken cancellationToken = default) => _claims.ClaimAsync(cancellationToken);

    /// <summary>Settles what is worth its fee at the moment, as <see cref="RunAsync"/> does; where settling is free, everything.</summary>
    public Task<IReadOnlyList<SettlementResult>> ClaimWorthwhileAsync(CancellationToken cancellationToken = default) => _schedule.ClaimWorthwhileAsync(cancellationToken);

    /// <summary>Settles a channel's best voucher (or <paramref name="final"/>, when it is higher and valid) and closes the channel. Closing a closed channel again returns how it stands.</summary>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.ChannelNotFound"/>; or <see cref="DePinErrorCode.ChannelState"/>: jobs are running on the channel, try again when they have ended.</exception>
    public async Task<SettlementResult> CloseAsync(ChannelId channel, SignedVoucher? final, CancellationToken cancellationToken = default)
    {
        if (_accounts.TryGetValue(channel, out var account) && account.Jobs > 0)
        {
            throw new DePinException(DePinErrorCode.ChannelState, Fault.Consumer, $"Channel {channel} carries {account.Jobs} running jobs; close it when they have ended.", isTransient: true);
        }

        var result = await _claims.CloseAsync(channel, final, cancellationToken).ConfigureAwait(false);
        _accounts.TryRemove(channel, out _);
        return result;
    }

    /// <summary>
    /// Claims what is worth its fee, and what a payer who asked to close would otherwise take away, until cancelled: the closer the end of
    /// the grace period, the higher a fee is paid and the sooner a failure is followed by another attempt.
    /// </summary>
    public Task RunAsync(CancellationToken cancellationToken) => _schedule.RunAsync(cancellationToken);

    /// <summary>Waits for what is being recorded and settled. What is owed stays in the journal for the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_recordings.Keys).ConfigureAwait(false);
        await _claims.WaitForClaimsAsync().ConfigureAwait(false);
        _schedule.Dispose();
    }

    /// <summary>The account of a channel that fits; no job begins on it. Throws what <see cref="BeginAsync"/> throws.</summary>
    internal async ValueTask<IncomingChannel> FindAsync(ChannelId channel, Amount creditWindow, CancellationToken cancellationToken)
    {
        if (!_accounts.TryGetValue(channel, out var account))
        {
            account = await LoadAsync(channel, creditWindow, cancellationToken).ConfigureAwait(false);
        }
        else if (Time.GetElapsedTime(account.SeenAt) >= Options.ChannelRefreshInterval)
        {
            await RefreshAsync(account, cancellationToken).ConfigureAwait(false);
        }

        RequireFit(account.Channel, creditWindow);
        return account;
    }

    internal async ValueTask AcceptAsync(IncomingChannel account, SignedVoucher voucher, CancellationToken cancellationToken)
    {
        var channel = account.Channel;
        using var activity = DePinTelemetry.Source.StartActivity(DePinTelemetry.Spans.VoucherAccept);
        activity?.SetTag(DePinTelemetry.Tags.Channel, channel.Id.ToString());
        if (voucher.Voucher.Channel != channel.Id)
        {
            throw Reject(channel.Id, $"it is for channel {voucher.Voucher.Channel}");
        }

        if (voucher.Voucher.Cumulative.Asset != channel.Deposit.Asset)
        {
            throw Reject(channel.Id, "it is in another asset");
        }

        if (account.Best is { } best && best == voucher)
        {
            return; // a payer repeats its best voucher on each new stream
        }

        if (voucher.Voucher.ExpiresAt is { } expires && expires < Time.GetUtcNow() + (2 * Options.ClaimInterval))
        {
            throw Reject(channel.Id, $"it expires at {expires:O}, before it is sure to be claimed");
        }

        if (voucher.Voucher.Cumulative > channel.Deposit)
        {
            await RefreshAsync(account, cancellationToken).ConfigureAwait(false);
            channel = account.Channel;
            if (voucher.Voucher.Cumulative > channel.Deposit)
            {
                throw Reject(channel.Id, $"it is for {voucher.Voucher.Cumulative.BaseUnits} base units of a deposit of {channel.Deposit.BaseUnits}");
            }
        }

        if (channel.Status == ChannelStatus.Closed || (channel.ClosesAt is { } closes && closes <= Time.GetUtcNow() + (2 * Options.WatchInterval)))
        {
            throw Reject(channel.Id, "the channel closes before it is sure to be claimed; open another");
        }

        RequireClaimable(account);
        if (!_settlement.VerifyVoucher(channel, voucher))
        {
            throw Reject(channel.Id, "it is not signed by the channel's voucher key, or has expired");
        }

        if (account.Best is { } held && held.Voucher.Cumulative >= voucher.Voucher.Cumulative)
        {
            return; // overtaken on another stream
        }

        // Both go into one write: what was delivered must not look paid for twice after a crash.
        var recording = RecordDeliveredAsync(account);
        await _journal.SaveVoucherAsync(voucher, cancellationToken).ConfigureAwait(false);
        await recording.ConfigureAwait(false);

        // A claim may have begun meanwhile that does not carry it.
        RequireClaimable(account);
        account.Authorize(voucher);
        PaymentMetrics.VouchersAccepted.Add(1);
    }

    /// <summary>Where the next settlement of a closing channel is its last, no work is done for a voucher that comes while that one is on its way.</summary>
    private void RequireClaimable(IncomingChannel account)
    {
        if (_settlement.SettlesWhileClosing || account.Channel.Status == ChannelStatus.Open)
        {
            return;
        }

        // In this order: a claim tells how the channel stands before it ends.
        bool isBusy = _claims.IsBusy(account.Channel.Id);
        if (isBusy || account.Channel.Status == ChannelStatus.Closed)
        {
            throw Reject(account.Channel.Id, "the channel's last voucher is being settled; open another");
        }
    }

    internal DePinException Reject(ChannelId channel, string reason)
    {
        PaymentMetrics.VouchersRejected.Add(1);
        PaymentLog.VoucherRejected(_logger, channel, reason);
        return new DePinException(DePinErrorCode.InvalidVoucher, Fault.Consumer, $"The voucher on channel {channel} is refused: {reason}.");
    }

    internal async Task RefreshAsync(IncomingChannel account, CancellationToken cancellationToken)
    {
        var seen = await _settlement.FindChannelAsync(account.Channel.Id, cancellationToken).ConfigureAwait(false) ?? throw NotFound(account.Channel.Id);
        var known = account.Channel;
        account.Observe(seen, Time.GetTimestamp());
        if (JournalRules.Merge(known, seen) != known)
        {
            await _journal.SaveChannelAsync(seen, cancellationToken).ConfigureAwait(false);
        }
    }

    internal void RecordDeliveredInBackground(IncomingChannel account, UInt128 window)
    {
        if (account.TakeRecording(window, always: false) is { } delivered)
        {
            var recording = RecordAsync(account, delivered);
            if (!recording.IsCompleted)
            {
                _recordings.TryAdd(recording, 0);
                _ = recording.ContinueWith(static (task, all) => ((ConcurrentDictionary<Task, byte>)all!).TryRemove(task, out _), _recordings, TaskScheduler.Default);
            }
        }
    }

    internal Task RecordDeliveredAsync(IncomingChannel account) =>
        account.TakeRecording(UInt128.Zero, always: true) is { } delivered ? RecordAsync(account, delivered) : Task.CompletedTask;

    // Never throws: a total that is not recorded costs the payee at most the credit it extends, and the next voucher records it again.
    private async Task RecordAsync(IncomingChannel account, Amount delivered)
    {
        bool succeeded = false;
        try
        {
            await _journal.SaveDeliveredAsync(account.Channel.Id, delivered).ConfigureAwait(false);
            succeeded = true;
        }
        catch (Exception ex) when (ex is DePinException or ObjectDisposedException)
        {
            PaymentLog.DeliveredNotSaved(_logger, ex, account.Channel.Id);
        }
        finally
        {
            account.Recorded(delivered, succeeded);
        }
    }

    private async Task<IncomingChannel> LoadAsync(ChannelId id, Amount creditWindow, CancellationToken cancellationToken)
    {
        var seenAt = Time.GetTimestamp();
        var seen = await _settlement.FindChannelAsync(id, cancellationToken).ConfigureAwait(false) ?? throw NotFound(id);
        RequireFit(seen, creditWindow);
        await _journal.SaveChannelAsync(seen, cancellationToken).ConfigureAwait(false);
        var entry = await _journal.FindAsync(id, cancellationToken).ConfigureAwait(false);
        return _accounts.GetOrAdd(id, new IncomingChannel(seen, entry, seenAt));
    }

    private void RequireFit(Channel channel, Amount creditWindow)
    {
        if (channel.Payee != Payee)
        {
            throw new DePinException(DePinErrorCode.InvalidRequest, Fault.Consumer, $"Channel {channel.Id} pays {channel.Payee}, not {Payee}.");
        }

        if (channel.Deposit.Asset != creditWindow.Asset)
        {
            throw new DePinException(DePinErrorCode.InvalidRequest, Fault.Consumer, $"Channel {channel.Id} pays in {channel.Deposit.Asset}; {creditWindow.Asset} is needed.");
        }

        if (channel.Status != ChannelStatus.Open)
        {
            throw new DePinException(DePinErrorCode.ChannelState, Fault.Consumer, $"Channel {channel.Id} is {channel.Status}; open another.");
        }

        if (channel.GracePeriod < Options.MinimumGracePeriod)
        {
            throw new DePinException(DePinErrorCode.ChannelState, Fault.Consumer, $"Channel {channel.Id} gives {channel.GracePeriod} to settle; at least {Options.MinimumGracePeriod} is needed.");
        }
    }

    private void Observe(Channel channel)
    {
        if (_accounts.TryGetValue(channel.Id, out var account))
        {
            account.Observe(channel, Time.GetTimestamp());
        }
    }

    private static DePinException NotFound(ChannelId channel) =>
        new(DePinErrorCode.ChannelNotFound, Fault.Consumer, $"There is no channel {channel} on this ledger or chain.");
}
