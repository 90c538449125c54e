using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Tests.Payments;

/// <summary>A ledger where the payee's settlement of a closing channel closes it.</summary>
internal sealed class LastWordSettlement(ISettlementBackend inner) : ISettlementBackend
{
    private readonly TaskCompletionSource _isSettling = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What was tried to be settled, in order.</summary>
    public List<UInt128> Tried { get; } = [];

    /// <summary>Settlements wait for it.</summary>
    public Task Hold { get; set; } = Task.CompletedTask;

    /// <summary>Completes when the first settlement has begun.</summary>
    public Task IsSettling => _isSettling.Task;

    public bool SettlesWhileClosing => false;

    public ChainId Chain => inner.Chain;

    public AccountId GetAccount(PublicKey key) => inner.GetAccount(key);

    public Task<Amount> GetBalanceAsync(AccountId account, Asset asset, CancellationToken cancellationToken = default) => inner.GetBalanceAsync(account, asset, cancellationToken);

    public Task<Channel> OpenAsync(OpenChannelRequest request, ISigner payer, CancellationToken cancellationToken = default) => inner.OpenAsync(request, payer, cancellationToken);

    public Task<Channel> TopUpAsync(ChannelId channel, Amount amount, ISigner payer, CancellationToken cancellationToken = default) => inner.TopUpAsync(channel, amount, payer, cancellationToken);

    public Task<Channel?> FindChannelAsync(ChannelId channel, CancellationToken cancellationToken = default) => inner.FindChannelAsync(channel, cancellationToken);

    public byte[] GetVoucherSigningBytes(Voucher voucher) => inner.GetVoucherSigningBytes(voucher);

    public bool VerifyVoucher(Channel channel, SignedVoucher voucher) => inner.VerifyVoucher(channel, voucher);

    public async Task<IReadOnlyList<SettlementResult>> SettleAsync(IReadOnlyList<SignedVoucher> vouchers, ISigner submitter, CancellationToken cancellationToken = default)
    {
        Tried.AddRange(vouchers.Select(voucher => voucher.Voucher.Cumulative.BaseUnits));
        _isSettling.TrySetResult();
        await Hold.WaitAsync(cancellationToken);
        var results = new List<SettlementResult>();
        foreach (var voucher in vouchers)
        {
            var channel = await inner.FindChannelAsync(voucher.Voucher.Channel, cancellationToken);
            results.Add(channel!.Status == ChannelStatus.Closing
                ? await inner.CloseAsync(channel.Id, voucher, submitter, cancellationToken)
                : (await inner.SettleAsync([voucher], submitter, cancellationToken))[0]);
        }

        return results;
    }

    public Task<SettlementResult> CloseAsync(ChannelId channel, SignedVoucher? final, ISigner payee, CancellationToken cancellationToken = default) => inner.CloseAsync(channel, final, payee, cancellationToken);

    public Task<Channel> RequestCloseAsync(ChannelId channel, ISigner payer, CancellationToken cancellationToken = default) => inner.RequestCloseAsync(channel, payer, cancellationToken);

    public Task<Channel> WithdrawAsync(ChannelId channel, ISigner payer, CancellationToken cancellationToken = default) => inner.WithdrawAsync(channel, payer, cancellationToken);
}
