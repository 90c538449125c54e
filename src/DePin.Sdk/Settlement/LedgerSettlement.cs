using System.Security.Cryptography;
using DePin.Sdk.Diagnostics;
using DePin.Sdk.Identity;

namespace DePin.Sdk.Settlement;

/// <summary>
/// The embedded ledger: accounts and payment channels in memory or in an SQLite file, with no chain behind them. Several
/// processes may share one file. Every operation of a payer or payee is authorized by its signature. Thread-safe.
/// </summary>
public sealed partial class LedgerSettlement : ISettlementBackend, IAsyncDisposable
{
    private const int MaxVouchersPerSettle = 1_000;
    private static readonly TimeSpan MaxGracePeriod = TimeSpan.FromDays(365);

    private readonly LedgerStore _store;
    private readonly SignatureVerifiers _verifiers;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private bool _isDisposed;

    private LedgerSettlement(string? path, TimeProvider? timeProvider, SignatureVerifiers? verifiers)
    {
        _store = new LedgerStore(path);
        _verifiers = verifiers ?? SignatureVerifiers.Default;
        _time = timeProvider ?? TimeProvider.System;
    }

    /// <summary>The ledger's default asset, <c>depin:local/credit:usd</c>: dollars with <see cref="CreditDecimals"/> decimal places.</summary>
    public static Asset Credit { get; } = Asset.Parse("depin:local/credit:usd");

    /// <summary>How many decimal places <see cref="Credit"/> has.</summary>
    public static int CreditDecimals => 6;

    /// <inheritdoc/>
    public ChainId Chain => ChainId.Local;

    /// <summary>An amount of <see cref="Credit"/>.</summary>
    /// <param name="dollars">Zero or more, with at most six decimal places.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or has more places.</exception>
    public static Amount Usd(decimal dollars) => Amount.FromDecimal(dollars, Credit, CreditDecimals);

    /// <summary>Makes a ledger that lasts as long as the object.</summary>
    /// <param name="timeProvider">Tells when vouchers expire and grace periods end; null for the system's clock.</param>
    /// <param name="verifiers">The signature algorithms that are accepted; null for P-256 alone.</param>
    public static LedgerSettlement CreateInMemory(TimeProvider? timeProvider = null, SignatureVerifiers? verifiers = null) => new(null, timeProvider, verifiers);

    /// <summary>Opens a ledger in a file, or makes one there.</summary>
    /// <param name="path">The file; its folder must exist. SQLite keeps two more files beside it.</param>
    /// <param name="timeProvider">Tells when vouchers expire and grace periods end; null for the system's clock.</param>
    /// <param name="verifiers">The signature algorithms that are accepted; null for P-256 alone.</param>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.StorageFailed"/>: the file cannot be opened, or is not a ledger.</exception>
    public static LedgerSettlement Open(string path, TimeProvider? timeProvider = null, SignatureVerifiers? verifiers = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new(path, timeProvider, verifiers);
    }

    /// <inheritdoc/>
    public AccountId GetAccount(PublicKey key) => LedgerAccount.FromKey(key);

    /// <summary>Puts new money into an account. Whoever can open the ledger can do this: on this ledger deposits are made by hand.</summary>
    /// <exception cref="SettlementException">The account is not one of this ledger, the asset is another chain's, or the supply would overflow.</exception>
    public Task DepositAsync(AccountId account, Amount amount, CancellationToken cancellationToken = default) => TransactAsync(
        store =>
        {
            RequireAccount(account);
            RequireAsset(amount.Asset);
            var supply = new Amount(store.GetSupply(amount.Asset), amount.Asset);
            if (amount.BaseUnits > UInt128.MaxValue - supply.BaseUnits)
            {
                throw Refuse(DePinErrorCode.InvalidRequest, Fault.Consumer, $"Depositing {amount} would make the ledger hold more than 2^128-1 base units.");
            }

            store.SetSupply(supply + amount);
            Credited(store, account, amount);
            store.Append("deposit", account, null, amount, _time.GetUtcNow());
            return true;
        },
        cancellationToken);

    /// <summary>Adds up the ledger: what was deposited, and where it is now. Reads everything; meant for audits and tests.</summary>
    public Task<LedgerTotals> GetTotalsAsync(Asset asset, CancellationToken cancellationToken = default) => TransactAsync(
        store => new LedgerTotals(new Amount(store.GetSupply(asset), asset), new Amount(store.SumBalances(asset), asset), new Amount(store.SumEscrow(asset), asset)),
        cancellationToken);

    /// <inheritdoc/>
    public Task<Amount> GetBalanceAsync(AccountId account, Asset asset, CancellationToken cancellationToken = default) =>
        ReadAsync(store => new Amount(store.GetBalance(account, asset), asset), cancellationToken);

    /// <inheritdoc/>
    public Task<Channel?> FindChannelAsync(ChannelId channel, CancellationToken cancellationToken = default) =>
        ReadAsync(store => store.FindChannel(channel), cancellationToken);

    /// <inheritdoc/>
    public async Task<Channel> OpenAsync(OpenChannelRequest request, ISigner payer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(payer);
        RequireAsset(request.Deposit.Asset);
        RequireAccount(request.Payee);
        if (request.Deposit.IsZero)
        {
            throw Refuse(DePinErrorCode.InvalidRequest, Fault.Consumer, "A channel is opened with a deposit above zero.");
        }

        if (request.GracePeriod < TimeSpan.Zero || request.GracePeriod > MaxGracePeriod)
        {
            throw Refuse(DePinErrorCode.InvalidRequest, Fault.Consumer, $"A grace period of {request.GracePeriod} is not between zero and {MaxGracePeriod.TotalDays} days.");
        }

        var salt = request.Salt ?? RandomNumberGenerator.GetBytes(32);
        if (salt.Length != 32)
        {
            throw Refuse(DePinErrorCode.InvalidRequest, Fault.Consumer, $"A salt has 32 bytes, not {salt.Length}.");
        }

        var account = GetAccount(payer.PublicKey);
        var key = request.VoucherKey ?? payer.PublicKey;
        var id = ComputeId(request, account, key, salt);
        await AuthorizeAsync("open", id, request.Deposit, payer, cancellationToken).ConfigureAwait(false);
        return await TransactAsync(
            store =>
            {
                // The same salt and terms name the same channel, whatever became of it: a repeated opening never moves money twice.
                if (store.FindChannel(id) is { } existing)
                {
                    return existing;
                }

                var zero = Amount.Zero(request.Deposit.Asset);
                var channel = new Channel
                {
                    Id = id,
                    Payer = account,
                    Payee = request.Payee,
                    VoucherKey = key,
                    Deposit = request.Deposit,
                    Settled = zero,
                    GracePeriod = request.GracePeriod,
                    Status = ChannelStatus.Open,
                    Refunded = zero,
                };
                Debit(store, account, request.Deposit);
                store.SaveChannel(channel);
                store.Append("open", account, id, request.Deposit, _time.GetUtcNow());
                return channel;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<Channel> TopUpAsync(ChannelId channel, Amount amount, ISigner payer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(payer);
        var account = GetAccount(payer.PublicKey);
        await AuthorizeAsync("top-up", channel, amount, payer, cancellationToken).ConfigureAwait(false);
        return await TransactAsync(
            store =>
            {
                var current = Require(store, channel);
                RequireParty(current.Payer, account, "payer");
                RequireStatus(current, current.Status == ChannelStatus.Open, "topped up");
                if (amount.Asset != current.Deposit.Asset || amount.IsZero)
                {
                    throw Refuse(DePinErrorCode.InvalidRequest, Fault.Consumer, $"Channel {channel} is topped up with more than zero of {current.Deposit.Asset}, not with {amount}.");
                }

                Debit(store, account, amount);
                return Save(store, current with { Deposit = current.Deposit + amount }, "top-up", account, amount).Channel;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SettlementResult>> SettleAsync(IReadOnlyList<SignedVoucher> vouchers, ISigner submitter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(vouchers);
        ArgumentNullException.ThrowIfNull(submitter);
        if (vouchers.Count > MaxVouchersPerSettle || vouchers.DistinctBy(v => v.Voucher.Channel).Count() != vouchers.Count)
        {
            throw Refuse(DePinErrorCode.InvalidRequest, Fault.Provider, $"One settlement takes at most {MaxVouchersPerSettle} vouchers, and one for each channel.");
        }

        using var activity = DePinTelemetry.Source.StartActivity(DePinTelemetry.Spans.Settle);
        await VerifyOutsideLockAsync(vouchers, cancellationToken).ConfigureAwait(false);
        return await TransactAsync<IReadOnlyList<SettlementResult>>(store => [.. vouchers.Select(v => Settle(store, v))], cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<SettlementResult> CloseAsync(ChannelId channel, SignedVoucher? final, ISigner payee, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(payee);
        var account = GetAccount(payee.PublicKey);
        using var activity = DePinTelemetry.Source.StartActivity(DePinTelemetry.Spans.Settle);
        await AuthorizeAsync("close", channel, null, payee, cancellationToken).ConfigureAwait(false);
        if (final is not null)
        {
            if (final.Voucher.Channel != channel)
            {
                throw Refuse(DePinErrorCode.InvalidVoucher, Fault.Provider, $"The last voucher is for channel {final.Voucher.Channel}, not for {channel}.");
            }

            await VerifyOutsideLockAsync([final], cancellationToken).ConfigureAwait(false);
        }

        return await TransactAsync(
            store =>
            {
                var current = Require(store, channel);
                RequireParty(current.Payee, account, "payee");
                RequireStatus(current, current.Status != ChannelStatus.Closed, "closed");
                var settled = final is null ? new SettlementResult(current, Amount.Zero(current.Deposit.Asset), null) : Settle(store, final);
                var (closed, number) = PayBack(store, settled.Channel, "close");
                return new SettlementResult(closed, settled.Paid, settled.TransactionId ?? number);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<Channel> RequestCloseAsync(ChannelId channel, ISigner payer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(payer);
        var account = GetAccount(payer.PublicKey);
        await AuthorizeAsync("request-close", channel, null, payer, cancellationToken).ConfigureAwait(false);
        return await TransactAsync(
            store =>
            {
                var current = Require(store, channel);
                RequireParty(current.Payer, account, "payer");
                RequireStatus(current, current.Status != ChannelStatus.Closed, "closed");
                return current.Status == ChannelStatus.Closing
                    ? current
                    : Save(store, current with { Status = ChannelStatus.Closing, ClosesAt = _time.GetUtcNow() + current.GracePeriod }, "request-close", account, Amount.Zero(current.Deposit.Asset)).Channel;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<Channel> WithdrawAsync(ChannelId channel, ISigner payer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(payer);
        var account = GetAccount(payer.PublicKey);
        await AuthorizeAsync("withdraw", channel, null, payer, cancellationToken).ConfigureAwait(false);
        return await TransactAsync(
            store =>
            {
                var current = Require(store, channel);
                RequireParty(current.Payer, account, "payer");
                RequireStatus(current, current.Status == ChannelStatus.Closing && _time.GetUtcNow() >= current.ClosesAt, "withdrawn from");
                return PayBack(store, current, "withdraw").Channel;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            _isDisposed = true;
            _store.Dispose();
        }
        finally
        {
            _gate.Release();
        }
    }
}
