using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Tests.Payments;

/// <summary>A backend that has a fee, can be out of reach, and says what it was asked to settle.</summary>
internal sealed class CostlySettlement(ISettlementBackend inner) : ISettlementBackend
{
    public SettlementFee? Fee { get; set; }

    public bool IsReachable { get; set; } = true;

    /// <summary>How many vouchers came in each settlement that was tried.</summary>
    public List<int> Batches { get; } = [];

    /// <summary>How many channels were looked up.</summary>
    public int Looks { get; private set; }

    /// <summary>Settlements wait for it.</summary>
    public Task Hold { get; set; } = Task.CompletedTask;

    public ChainId Chain => inner.Chain;

    public AccountId GetAccount(PublicKey key) => inner.GetAccount(key);

    public Task<Amount> GetBalanceAsync(AccountId account, Asset asset, CancellationToken cancellationToken = default) => inner.GetBalanceAsync(account, asset, cancellationToken);

    public Task<Channel> OpenAsync(OpenChannelRequest request, ISigner payer, CancellationToken cancellationToken = default) => inner.OpenAsync(request, payer, cancellationToken);

    public Task<Channel> TopUpAsync(ChannelId channel, Amount amount, ISigner payer, CancellationToken cancellationToken = default) => inner.TopUpAsync(channel, amount, payer, cancellationToken);

    public Task<Channel?> FindChannelAsync(ChannelId channel, CancellationToken cancellationToken = default)
    {
        Looks++;
        return Reach(() => inner.FindChannelAsync(channel, cancellationToken));
    }

    public Task<SettlementFee?> GetSettlementFeeAsync(CancellationToken cancellationToken = default) => Reach(() => Task.FromResult(Fee));

    public byte[] GetVoucherSigningBytes(Voucher voucher) => inner.GetVoucherSigningBytes(voucher);

    public bool VerifyVoucher(Channel channel, SignedVoucher voucher) => inner.VerifyVoucher(channel, voucher);

    public async Task<IReadOnlyList<SettlementResult>> SettleAsync(IReadOnlyList<SignedVoucher> vouchers, ISigner submitter, CancellationToken cancellationToken = default)
    {
        Batches.Add(vouchers.Count);
        if (!Hold.IsCompleted)
        {
            await Hold;
        }

        return await Reach(() => inner.SettleAsync(vouchers, submitter, cancellationToken));
    }

    public Task<SettlementResult> CloseAsync(ChannelId channel, SignedVoucher? final, ISigner payee, CancellationToken cancellationToken = default) => inner.CloseAsync(channel, final, payee, cancellationToken);

    public Task<Channel> RequestCloseAsync(ChannelId channel, ISigner payer, CancellationToken cancellationToken = default) => inner.RequestCloseAsync(channel, payer, cancellationToken);

    public Task<Channel> WithdrawAsync(ChannelId channel, ISigner payer, CancellationToken cancellationToken = default) => inner.WithdrawAsync(channel, payer, cancellationToken);

    private Task<T> Reach<T>(Func<Task<T>> call) =>
        IsReachable ? call() : throw new SettlementException(DePinErrorCode.Unavailable, Fault.Chain, "The chain cannot be reached.", isTransient: true);
}
