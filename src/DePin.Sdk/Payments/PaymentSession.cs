using DePin.Sdk.Diagnostics;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DePin.Sdk.Payments;

/// <summary>
/// The payer's side: keeps one channel for each provider, signs cumulative vouchers as delivery grows, and holds to a
/// <see cref="SpendPolicy"/>. A voucher is in the journal before it leaves. Thread-safe.
/// </summary>
public sealed class PaymentSession : IAsyncDisposable
{
    private readonly ISettlementBackend _settlement;
    private readonly ISigner _payer;
    private readonly AccountId _account;
    private readonly PayerJournal _journal;
    private readonly PaymentSessionOptions _options;
    private readonly ILogger _logger;
    private readonly OutgoingChannels _channels;
    private readonly SpendAccount _spend;

    /// <summary>Prepares to pay. Channels that the journal holds are used again.</summary>
    /// <param name="settlement">Where channels live.</param>
    /// <param name="payer">The key of the account that pays; it signs vouchers.</param>
    /// <param name="journal">Where channels and vouchers are kept; one process at a time may pay from it. It stays the caller's to dispose.</param>
    /// <param name="options">How to pay; null for the defaults.</param>
    /// <param name="timeProvider">The clock of the hourly limit; null for the system's.</param>
    /// <param name="logger">Told of openings and top-ups.</param>
    public PaymentSession(
        ISettlementBackend settlement,
        ISigner payer,
        IVoucherJournal journal,
        PaymentSessionOptions? options = null,
        TimeProvider? timeProvider = null,
        ILogger<PaymentSession>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(settlement);
        ArgumentNullException.ThrowIfNull(payer);
        ArgumentNullException.ThrowIfNull(journal);
        _settlement = settlement;
        _payer = payer;
        _options = options ?? new PaymentSessionOptions();
        _options.Validate();
        _account = settlement.GetAccount(payer.PublicKey);
        _journal = new PayerJournal(journal);
        _logger = logger ?? NullLogger<PaymentSession>.Instance;
        _channels = new OutgoingChannels(settlement, payer, _account, _journal, _options, _logger);
        _spend = new SpendAccount(_options.SpendPolicy, timeProvider ?? TimeProvider.System);
    }

    /// <summary>Gets ready to pay for one job: opens or tops up the channel to the payee, and reserves the highest cost in the spend policy.</summary>
    /// <param name="payee">Who is to be paid.</param>
    /// <param name="creditWindow">How much unpaid work the payee extends (its offer).</param>
    /// <param name="maxCost">The most that the job may cost.</param>
    /// <param name="cancellationToken">Gives up before money moves.</param>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.SpendLimitExceeded"/> or <see cref="DePinErrorCode.InsufficientFunds"/>.</exception>
    public async Task<OutgoingPayment> BeginAsync(AccountId payee, Amount creditWindow, Amount maxCost, CancellationToken cancellationToken = default)
    {
        if (creditWindow.Asset != maxCost.Asset)
        {
            throw new ArgumentException($"The credit window is in {creditWindow.Asset} and the highest cost in {maxCost.Asset}; both are in the offer's asset.", nameof(creditWindow));
        }

        if (maxCost.IsZero)
        {
            throw new ArgumentException("A job that may cost nothing needs no payment.", nameof(maxCost));
        }

        var ahead = _options.MaxAhead ?? maxCost with { BaseUnits = UInt128.Max(UInt128.One, maxCost.BaseUnits / 4) };
        if (ahead.Asset != maxCost.Asset)
        {
            throw new ArgumentException($"PaymentSessionOptions.MaxAhead is in {ahead.Asset}, and the job is paid in {maxCost.Asset}.", nameof(maxCost));
        }

        _spend.Reserve(payee, maxCost);
        try
        {
            return await _channels.BeginAsync(
                payee,
                maxCost,
                account => new OutgoingPayment(this, account, creditWindow, maxCost, Amount.Min(ahead, maxCost)),
                cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            _spend.Release(payee, maxCost.BaseUnits, UInt128.Zero);
            throw;
        }
    }

    /// <summary>The channels that are not closed, as the journal holds them.</summary>
    public async Task<IReadOnlyList<JournalEntry>> ListChannelsAsync(CancellationToken cancellationToken = default) =>
        [.. (await _journal.ListAsync(cancellationToken).ConfigureAwait(false)).Where(e => e.Channel.Payer == _account)];

    /// <summary>
    /// A voucher for exactly what is owed on a channel; null when nothing was ever signed or owed. Jobs in flight are not counted. Where more was signed
    /// ahead than was delivered, it is lower than the best one, which stays good: a payee that is honest settles for it when it closes.
    /// </summary>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.ChannelNotFound"/>: it is not a channel of this payer.</exception>
    public async Task<SignedVoucher?> SignFinalAsync(ChannelId channel, CancellationToken cancellationToken = default)
    {
        var account = await _channels.FindAsync(channel, cancellationToken).ConfigureAwait(false);
        await account.SignGate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (account.DecideFinal() is not { } total)
            {
                return account.Best;
            }

            // A lower one than the best is not kept: the journal answers for the highest.
            return account.Best is { } best && total < best.Voucher.Cumulative.BaseUnits
                ? await SignAsync(new Voucher(channel, new Amount(total, account.Asset)), cancellationToken).ConfigureAwait(false)
                : await SignAsync(account, total, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            account.SignGate.Release();
        }
    }

    /// <summary>Looks at a channel and records how it stands: after a cooperative close, and when a provider refuses the channel. One that is not open any more is not used for the next job.</summary>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.ChannelNotFound"/>.</exception>
    public async Task<Channel> RefreshAsync(ChannelId channel, CancellationToken cancellationToken = default)
    {
        var account = await _channels.FindAsync(channel, cancellationToken).ConfigureAwait(false);
        var seen = await _settlement.FindChannelAsync(channel, cancellationToken).ConfigureAwait(false)
            ?? throw new DePinException(DePinErrorCode.ChannelNotFound, Fault.Consumer, $"There is no channel {channel} on this ledger or chain.");
        await _channels.SeeAsync(account, seen, cancellationToken).ConfigureAwait(false);
        return seen;
    }

    /// <summary>Starts the grace period of a channel whose provider does not answer.</summary>
    public Task<Channel> RequestCloseAsync(ChannelId channel, CancellationToken cancellationToken = default) =>
        ChangeAsync(channel, _settlement.RequestCloseAsync, static seen => seen.Status != ChannelStatus.Open, cancellationToken);

    /// <summary>Takes back the rest of a channel whose grace period is over.</summary>
    public Task<Channel> WithdrawAsync(ChannelId channel, CancellationToken cancellationToken = default) =>
        ChangeAsync(channel, _settlement.WithdrawAsync, static seen => seen.Status == ChannelStatus.Closed, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _channels.Dispose();
        return ValueTask.CompletedTask;
    }

    internal ValueTask<Signature> SignStartAsync(ChannelId channel, ReadOnlySpan<byte> jobHash, ReadOnlySpan<byte> offerId, CancellationToken cancellationToken) =>
        _payer.SignAsync(JobStartProof.GetSigningBytes(channel, jobHash, offerId), cancellationToken);

    internal async Task<SignedVoucher?> SignAsync(OutgoingPayment job, OutgoingChannel account, bool isFinal, CancellationToken cancellationToken)
    {
        // One at a time: who waits here finds that the voucher before it often covers its own cost too.
        await account.SignGate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var (ready, total) = account.Decide(job, isFinal);
            return total is { } sign ? await SignAsync(account, sign, cancellationToken).ConfigureAwait(false) : ready;
        }
        finally
        {
            account.SignGate.Release();
        }
    }

    // Spent on no job of its own: there is no reservation that it comes out of.
    internal void CountConceded(AccountId payee, UInt128 conceded)
    {
        if (conceded != UInt128.Zero)
        {
            _spend.Release(payee, reserved: UInt128.Zero, spent: conceded);
        }
    }

    internal async Task EndAsync(OutgoingPayment job, OutgoingChannel account, bool isComplete)
    {
        account.End(job, isComplete);
        _spend.Release(job.Payee, job.MaxCost, job.DueUnits);
        try
        {
            await RecordDeliveredAsync(account).ConfigureAwait(false);
        }
        catch (Exception ex) when (ex is DePinException or ObjectDisposedException)
        {
            PaymentLog.DeliveredNotSaved(_logger, ex, job.Channel);
        }
    }

    private async Task<SignedVoucher> SignAsync(OutgoingChannel account, UInt128 total, CancellationToken cancellationToken)
    {
        using var activity = DePinTelemetry.Source.StartActivity(DePinTelemetry.Spans.VoucherSign);
        var id = account.Channel.Id;
        activity?.SetTag(DePinTelemetry.Tags.Channel, id.ToString());
        var signed = await SignAsync(new Voucher(id, new Amount(total, account.Asset)), cancellationToken).ConfigureAwait(false);

        // Both go into one write: after a crash the surplus that was signed must not look larger than it is.
        var recording = RecordDeliveredAsync(account);
        var saving = _journal.SaveVoucherAsync(signed, CancellationToken.None);
        await Task.WhenAll(recording, saving).ConfigureAwait(false);
        if (!await saving.ConfigureAwait(false) && (await _journal.FindAsync(id, CancellationToken.None).ConfigureAwait(false))?.Voucher is { } higher)
        {
            signed = higher;
        }

        account.Signed(signed);
        PaymentMetrics.VouchersSigned.Add(1);
        return signed;
    }

    private async Task<SignedVoucher> SignAsync(Voucher voucher, CancellationToken cancellationToken) =>
        new(voucher, await _payer.SignAsync(_settlement.GetVoucherSigningBytes(voucher), cancellationToken).ConfigureAwait(false));

    private async Task RecordDeliveredAsync(OutgoingChannel account)
    {
        if (account.TakeUnrecorded() is { } delivered)
        {
            await _journal.SaveDeliveredAsync(account.Channel.Id, delivered).ConfigureAwait(false);
            account.Recorded(delivered);
        }
    }

    private async Task<Channel> ChangeAsync(ChannelId id, Func<ChannelId, ISigner, CancellationToken, Task<Channel>> change, Func<Channel, bool> isDone, CancellationToken cancellationToken)
    {
        var account = await _channels.FindAsync(id, cancellationToken).ConfigureAwait(false);
        Channel seen;
        try
        {
            seen = await change(id, _payer, cancellationToken).ConfigureAwait(false);
        }
        catch (SettlementException ex)
        {
            // Refused or unknown: how the channel stands decides, and is recorded either way.
            if (await _settlement.FindChannelAsync(id, cancellationToken).ConfigureAwait(false) is not { } now)
            {
                throw;
            }

            await _channels.SeeAsync(account, now, cancellationToken).ConfigureAwait(false);
            if (!ex.MayHaveBeenBroadcast || !isDone(now))
            {
                throw;
            }

            return now;
        }

        await _channels.SeeAsync(account, seen, cancellationToken).ConfigureAwait(false);
        return seen;
    }
}
