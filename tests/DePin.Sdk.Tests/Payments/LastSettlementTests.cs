using DePin.Sdk.Payments;
using DePin.Sdk.Settlement;
using static DePin.Sdk.Tests.Payments.PaymentWorld;

namespace DePin.Sdk.Tests.Payments;

/// <summary>Being paid where the payee's settlement of a closing channel is its last.</summary>
public sealed class LastSettlementTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private PaymentWorld _world = null!;
    private LastWordSettlement _settlement = null!;

    public async Task InitializeAsync()
    {
        _world = await CreateAsync();
        _settlement = new LastWordSettlement(_world.Ledger);
    }

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Claim_ClosingChannel_ClosesItAndOwesNothingMore()
    {
        await using var acceptor = _world.NewAcceptor(settlement: _settlement);
        var channel = await OpenAsync();
        await using (var payment = await acceptor.BeginAsync(channel.Id, Units(10)))
        {
            await payment.AcceptAsync(await SignAsync(channel.Id, 300));
            await _world.Ledger.RequestCloseAsync(channel.Id, _world.Payer);
            var result = Assert.Single(await acceptor.ClaimAsync());
            Assert.Equal((ChannelStatus.Closed, Units(300), Units(700)), (result.Channel.Status, result.Paid, result.Channel.Refunded));

            // No work is done for a channel that is closed, whatever its payer signs.
            var refusal = await Assert.ThrowsAsync<DePinException>(async () => await payment.AcceptAsync(await SignAsync(channel.Id, 900)));
            Assert.Equal(DePinErrorCode.InvalidVoucher, refusal.Code);
            Assert.False(payment.TryCharge(Units(301)));
        }

        Assert.Empty(await acceptor.ClaimAsync());
        Assert.Equal(DePinErrorCode.ChannelState, (await Assert.ThrowsAsync<DePinException>(() => acceptor.BeginAsync(channel.Id, Units(10)))).Code);
        Assert.Equal(ChannelStatus.Closed, (await acceptor.CloseAsync(channel.Id, null)).Channel.Status);
        Assert.Equal([(UInt128)300], _settlement.Tried);
        Assert.Equal((Units(300), Units(999_700)), (await _world.BalanceOfPayeeAsync(), await _world.BalanceOfPayerAsync()));
    }

    [Fact]
    public async Task Accept_WhileTheLastSettlementIsOnItsWay_IsRefused()
    {
        await using var acceptor = _world.NewAcceptor(settlement: _settlement);
        var channel = await OpenAsync();
        await using var payment = await acceptor.BeginAsync(channel.Id, Units(10));
        var account = await acceptor.FindAsync(channel.Id, Units(10), default);
        await payment.AcceptAsync(await SignAsync(channel.Id, 300));
        await _world.Ledger.RequestCloseAsync(channel.Id, _world.Payer);
        await acceptor.RefreshAsync(account, default);
        var hold = new TaskCompletionSource();
        _settlement.Hold = hold.Task;
        var claim = acceptor.ClaimAsync();
        await _settlement.IsSettling.WaitAsync(Patience);

        await Assert.ThrowsAsync<DePinException>(async () => await payment.AcceptAsync(await SignAsync(channel.Id, 900)));
        Assert.False(payment.TryCharge(Units(301)));
        hold.SetResult();
        Assert.Equal(Units(300), Assert.Single(await claim.WaitAsync(Patience)).Channel.Settled);
        Assert.False(payment.TryCharge(Units(301)));
    }

    [Fact]
    public async Task Claim_VoucherRecordedSinceItWasListed_GoesWithIt()
    {
        var channel = await OpenAsync();
        var better = await SignAsync(channel.Id, 800);
        var journal = new GrowingJournal(_world.PayeeJournal, () => _world.PayeeJournal.SaveVoucherAsync(better));
        await using var acceptor = _world.NewAcceptor(settlement: _settlement, journal: journal);
        await using (var payment = await acceptor.BeginAsync(channel.Id, Units(10)))
        {
            await payment.AcceptAsync(await SignAsync(channel.Id, 300));
        }

        await _world.Ledger.RequestCloseAsync(channel.Id, _world.Payer);
        var result = Assert.Single(await acceptor.ClaimAsync());
        Assert.Equal((ChannelStatus.Closed, Units(800)), (result.Channel.Status, result.Paid));
    }

    private Task<Channel> OpenAsync() => _world.Ledger.OpenAsync(new OpenChannelRequest { Payee = _world.PayeeAccount, Deposit = Units(1_000), GracePeriod = Grace }, _world.Payer);

    private async Task<SignedVoucher> SignAsync(ChannelId channel, UInt128 total)
    {
        var voucher = new Voucher(channel, Units(total));
        return new SignedVoucher(voucher, await _world.Payer.SignAsync(_world.Ledger.GetVoucherSigningBytes(voucher)));
    }

    /// <summary>A journal that takes one more voucher right after it was listed.</summary>
    private sealed class GrowingJournal(IVoucherJournal inner, Func<Task> grow) : IVoucherJournal
    {
        public ReadOnlyMemory<byte> Id => inner.Id;

        public Task SaveChannelAsync(Channel channel, CancellationToken cancellationToken = default) => inner.SaveChannelAsync(channel, cancellationToken);

        public Task<bool> SaveVoucherAsync(SignedVoucher voucher, CancellationToken cancellationToken = default) => inner.SaveVoucherAsync(voucher, cancellationToken);

        public Task SaveDeliveredAsync(ChannelId channel, Amount delivered, CancellationToken cancellationToken = default) => inner.SaveDeliveredAsync(channel, delivered, cancellationToken);

        public Task<JournalEntry?> FindAsync(ChannelId channel, CancellationToken cancellationToken = default) => inner.FindAsync(channel, cancellationToken);

        public async Task<IReadOnlyList<JournalEntry>> ListAsync(CancellationToken cancellationToken = default)
        {
            var listed = await inner.ListAsync(cancellationToken);
            await grow();
            return listed;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
