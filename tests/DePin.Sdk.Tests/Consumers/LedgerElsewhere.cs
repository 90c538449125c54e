using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;
using Channel = DePin.Sdk.Settlement.Channel;

namespace DePin.Sdk.Tests.Consumers;

/// <summary>A second ledger, which says that it is another chain.</summary>
internal sealed class LedgerElsewhere : ISettlementBackend, IAsyncDisposable
{
    private const string Here = "depin:local";
    private const string There = "depin:elsewhere";

    private readonly LedgerSettlement _ledger = LedgerSettlement.CreateInMemory();

    public static Asset Credit { get; } = Out(LedgerSettlement.Credit);

    /// <summary>What every question and change throws; null while the chain can be reached.</summary>
    public Func<Exception>? Failure { get; set; }

    public ChainId Chain { get; } = ChainId.Parse(There);

    public static Amount Usd(decimal dollars) => LedgerSettlement.Usd(dollars) with { Asset = Credit };

    public Task DepositAsync(AccountId account, Amount amount) => _ledger.DepositAsync(In(account), In(amount));

    public AccountId GetAccount(PublicKey key) => Out(_ledger.GetAccount(key));

    public async Task<Amount> GetBalanceAsync(AccountId account, Asset asset, CancellationToken cancellationToken = default) =>
        Out(await Reach()._ledger.GetBalanceAsync(In(account), In(asset), cancellationToken));

    public async Task<Channel> OpenAsync(OpenChannelRequest request, ISigner payer, CancellationToken cancellationToken = default) =>
        Out(await Reach()._ledger.OpenAsync(request with { Payee = In(request.Payee), Deposit = In(request.Deposit) }, payer, cancellationToken));

    public async Task<Channel> TopUpAsync(ChannelId channel, Amount amount, ISigner payer, CancellationToken cancellationToken = default) =>
        Out(await Reach()._ledger.TopUpAsync(channel, In(amount), payer, cancellationToken));

    public async Task<Channel?> FindChannelAsync(ChannelId channel, CancellationToken cancellationToken = default) =>
        await Reach()._ledger.FindChannelAsync(channel, cancellationToken) is { } found ? Out(found) : null;

    public byte[] GetVoucherSigningBytes(Voucher voucher) => _ledger.GetVoucherSigningBytes(In(voucher));

    public bool VerifyVoucher(Channel channel, SignedVoucher voucher) => _ledger.VerifyVoucher(In(channel), In(voucher));

    public async Task<IReadOnlyList<SettlementResult>> SettleAsync(IReadOnlyList<SignedVoucher> vouchers, ISigner submitter, CancellationToken cancellationToken = default) =>
        [.. (await Reach()._ledger.SettleAsync([.. vouchers.Select(In)], submitter, cancellationToken)).Select(Out)];

    public async Task<SettlementResult> CloseAsync(ChannelId channel, SignedVoucher? final, ISigner payee, CancellationToken cancellationToken = default) =>
        Out(await Reach()._ledger.CloseAsync(channel, final is null ? null : In(final), payee, cancellationToken));

    public async Task<Channel> RequestCloseAsync(ChannelId channel, ISigner payer, CancellationToken cancellationToken = default) =>
        Out(await Reach()._ledger.RequestCloseAsync(channel, payer, cancellationToken));

    public async Task<Channel> WithdrawAsync(ChannelId channel, ISigner payer, CancellationToken cancellationToken = default) =>
        Out(await Reach()._ledger.WithdrawAsync(channel, payer, cancellationToken));

    public ValueTask DisposeAsync() => _ledger.DisposeAsync();

    private LedgerElsewhere Reach() => Failure is { } failure ? throw failure() : this;

    private static string Move(string text, string from, string to) => text.StartsWith(from, StringComparison.Ordinal) ? to + text[from.Length..] : text;

    private static Asset Out(Asset asset) => Asset.Parse(Move(asset.ToString(), Here, There));

    private static Asset In(Asset asset) => Asset.Parse(Move(asset.ToString(), There, Here));

    private static AccountId Out(AccountId account) => AccountId.Parse(Move(account.ToString(), Here, There));

    private static AccountId In(AccountId account) => AccountId.Parse(Move(account.ToString(), There, Here));

    private static Amount Out(Amount amount) => amount with { Asset = Out(amount.Asset) };

    private static Amount In(Amount amount) => amount with { Asset = In(amount.Asset) };

    private static Voucher In(Voucher voucher) => voucher with { Cumulative = In(voucher.Cumulative) };

    private static SignedVoucher In(SignedVoucher voucher) => voucher with { Voucher = In(voucher.Voucher) };

    private static SettlementResult Out(SettlementResult result) => result with { Channel = Out(result.Channel), Paid = Out(result.Paid) };

    private static Channel Out(Channel channel) => channel with
    {
        Payer = Out(channel.Payer), Payee = Out(channel.Payee), Deposit = Out(channel.Deposit), Settled = Out(channel.Settled), Refunded = Out(channel.Refunded),
    };

    private static Channel In(Channel channel) => channel with
    {
        Payer = In(channel.Payer), Payee = In(channel.Payee), Deposit = In(channel.Deposit), Settled = In(channel.Settled), Refunded = In(channel.Refunded),
    };
}
