using DePin.Sdk.Identity;
using DePin.Sdk.Payments;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Tests.Payments;

/// <summary>Counts calls and fails one of them, before or after it took effect, as a crash would; every later call fails too.</summary>
internal sealed class CrashPoint(int at, bool afterEffect)
{
    private int _calls;

    public int Calls => Volatile.Read(ref _calls);

    public bool IsCrashed => Calls >= at;

    public async Task<T> RunAsync<T>(Func<Task<T>> call)
    {
        int number = Interlocked.Increment(ref _calls);
        if (number < at)
        {
            return await call();
        }

        if (number == at && afterEffect)
        {
            await call();
        }

        throw new CrashException();
    }

    public Task RunAsync(Func<Task> call) => RunAsync(async () =>
    {
        await call();
        return true;
    });
}

/// <summary>The process is gone.</summary>
internal sealed class CrashException : Exception;

/// <summary>A journal that a crash point cuts off.</summary>
internal sealed class CrashingJournal(IVoucherJournal inner, CrashPoint crash) : IVoucherJournal
{
    public ReadOnlyMemory<byte> Id => inner.Id;

    public Task SaveChannelAsync(Channel channel, CancellationToken cancellationToken = default) => crash.RunAsync(() => inner.SaveChannelAsync(channel, cancellationToken));

    public Task<bool> SaveVoucherAsync(SignedVoucher voucher, CancellationToken cancellationToken = default) => crash.RunAsync(() => inner.SaveVoucherAsync(voucher, cancellationToken));

    public Task SaveDeliveredAsync(ChannelId channel, Amount delivered, CancellationToken cancellationToken = default) => crash.RunAsync(() => inner.SaveDeliveredAsync(channel, delivered, cancellationToken));

    public Task<JournalEntry?> FindAsync(ChannelId channel, CancellationToken cancellationToken = default) => crash.RunAsync(() => inner.FindAsync(channel, cancellationToken));

    public Task<IReadOnlyList<JournalEntry>> ListAsync(CancellationToken cancellationToken = default) => crash.RunAsync(() => inner.ListAsync(cancellationToken));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>A backend that a crash point cuts off.</summary>
internal sealed class CrashingSettlement(ISettlementBackend inner, CrashPoint crash) : ISettlementBackend
{
    public ChainId Chain => inner.Chain;

    public AccountId GetAccount(PublicKey key) => inner.GetAccount(key);

    public Task<Amount> GetBalanceAsync(AccountId account, Asset asset, CancellationToken cancellationToken = default) => crash.RunAsync(() => inner.GetBalanceAsync(account, asset, cancellationToken));

    public Task<Channel> OpenAsync(OpenChannelRequest request, ISigner payer, CancellationToken cancellationToken = default) => crash.RunAsync(() => inner.OpenAsync(request, payer, cancellationToken));

    public Task<Channel> TopUpAsync(ChannelId channel, Amount amount, ISigner payer, CancellationToken cancellationToken = default) => crash.RunAsync(() => inner.TopUpAsync(channel, amount, payer, cancellationToken));

    public Task<Channel?> FindChannelAsync(ChannelId channel, CancellationToken cancellationToken = default) => crash.RunAsync(() => inner.FindChannelAsync(channel, cancellationToken));

    public byte[] GetVoucherSigningBytes(Voucher voucher) => inner.GetVoucherSigningBytes(voucher);

    public bool VerifyVoucher(Channel channel, SignedVoucher voucher) => inner.VerifyVoucher(channel, voucher);

    public Task<IReadOnlyList<SettlementResult>> SettleAsync(IReadOnlyList<SignedVoucher> vouchers, ISigner submitter, CancellationToken cancellationToken = default) => crash.RunAsync(() => inner.SettleAsync(vouchers, submitter, cancellationToken));

    public Task<SettlementResult> CloseAsync(ChannelId channel, SignedVoucher? final, ISigner payee, CancellationToken cancellationToken = default) => crash.RunAsync(() => inner.CloseAsync(channel, final, payee, cancellationToken));

    public Task<Channel> RequestCloseAsync(ChannelId channel, ISigner payer, CancellationToken cancellationToken = default) => crash.RunAsync(() => inner.RequestCloseAsync(channel, payer, cancellationToken));

    public Task<Channel> WithdrawAsync(ChannelId channel, ISigner payer, CancellationToken cancellationToken = default) => crash.RunAsync(() => inner.WithdrawAsync(channel, payer, cancellationToken));
}

/// <summary>A backend whose answers get lost: each operation takes effect, and its outcome is reported as unknown.</summary>
internal sealed class LostAnswers(ISettlementBackend inner) : ISettlementBackend
{
    public int Submitted { get; private set; }

    public bool IsLosing { get; set; } = true;

    public ChainId Chain => inner.Chain;

    public AccountId GetAccount(PublicKey key) => inner.GetAccount(key);

    public Task<Amount> GetBalanceAsync(AccountId account, Asset asset, CancellationToken cancellationToken = default) => inner.GetBalanceAsync(account, asset, cancellationToken);

    public Task<Channel> OpenAsync(OpenChannelRequest request, ISigner payer, CancellationToken cancellationToken = default) => LoseAsync(inner.OpenAsync(request, payer, cancellationToken));

    public Task<Channel> TopUpAsync(ChannelId channel, Amount amount, ISigner payer, CancellationToken cancellationToken = default) => LoseAsync(inner.TopUpAsync(channel, amount, payer, cancellationToken));

    public Task<Channel?> FindChannelAsync(ChannelId channel, CancellationToken cancellationToken = default) => inner.FindChannelAsync(channel, cancellationToken);

    public byte[] GetVoucherSigningBytes(Voucher voucher) => inner.GetVoucherSigningBytes(voucher);

    public bool VerifyVoucher(Channel channel, SignedVoucher voucher) => inner.VerifyVoucher(channel, voucher);

    public Task<IReadOnlyList<SettlementResult>> SettleAsync(IReadOnlyList<SignedVoucher> vouchers, ISigner submitter, CancellationToken cancellationToken = default) => LoseAsync(inner.SettleAsync(vouchers, submitter, cancellationToken));

    public Task<SettlementResult> CloseAsync(ChannelId channel, SignedVoucher? final, ISigner payee, CancellationToken cancellationToken = default) => LoseAsync(inner.CloseAsync(channel, final, payee, cancellationToken));

    public Task<Channel> RequestCloseAsync(ChannelId channel, ISigner payer, CancellationToken cancellationToken = default) => LoseAsync(inner.RequestCloseAsync(channel, payer, cancellationToken));

    public Task<Channel> WithdrawAsync(ChannelId channel, ISigner payer, CancellationToken cancellationToken = default) => LoseAsync(inner.WithdrawAsync(channel, payer, cancellationToken));

    private async Task<T> LoseAsync<T>(Task<T> operation)
    {
        Submitted++;
        var result = await operation;
        return IsLosing ? throw new SettlementException(DePinErrorCode.Unavailable, Fault.Chain, "No answer came.", mayHaveBeenBroadcast: true, transactionId: "lost", isTransient: true) : result;
    }
}
