using DePin.Sdk.Payments;
using DePin.Sdk.Settlement;
using static DePin.Sdk.Tests.Payments.PaymentWorld;

namespace DePin.Sdk.Tests.Payments;

public sealed class PayeeTests
{
    private static async Task<(PaymentWorld World, Channel Channel)> OpenAsync(uint deposit = 1_000, TimeSpan? grace = null)
    {
        var world = await CreateAsync();
        var channel = await world.Ledger.OpenAsync(new OpenChannelRequest { Payee = world.PayeeAccount, Deposit = Units(deposit), GracePeriod = grace ?? Grace }, world.Payer);
        return (world, channel);
    }

    private static async Task<SignedVoucher> SignAsync(PaymentWorld world, ChannelId channel, UInt128 units, DateTimeOffset? expires = null, DePin.Sdk.Identity.ISigner? signer = null)
    {
        var voucher = new Voucher(channel, Units(units), expires);
        return new SignedVoucher(voucher, await (signer ?? world.Payer).SignAsync(world.Ledger.GetVoucherSigningBytes(voucher)));
    }

    private static async Task<DePinErrorCode> FailureAsync(Func<Task> action) => (await Assert.ThrowsAnyAsync<DePinException>(action)).Code;

    [Fact]
    public async Task Begin_UnfitChannel_IsRefused()
    {
        var (world, channel) = await OpenAsync();
        await using var _ = world;
        await using var acceptor = world.NewAcceptor();
        Assert.Equal(DePinErrorCode.ChannelNotFound, await FailureAsync(() => acceptor.BeginAsync(new ChannelId(new byte[32]), Units(1))));
        Assert.Equal(DePinErrorCode.InvalidRequest, await FailureAsync(() => acceptor.BeginAsync(channel.Id, new Amount(1, Asset.Parse("depin:local/credit:eur")))));
        await using var other = new PaymentAcceptor(world.Ledger, world.Payer, world.PayeeJournal, null, world.Clock);
        Assert.Equal(DePinErrorCode.InvalidRequest, await FailureAsync(() => other.BeginAsync(channel.Id, Units(1))));
        var hasty = await world.Ledger.OpenAsync(new OpenChannelRequest { Payee = world.PayeeAccount, Deposit = Units(1), GracePeriod = TimeSpan.FromSeconds(59) }, world.Payer);
        Assert.Equal(DePinErrorCode.ChannelState, await FailureAsync(() => acceptor.BeginAsync(hasty.Id, Units(1))));
        await (await acceptor.BeginAsync(channel.Id, Units(1))).DisposeAsync();
        await world.Ledger.RequestCloseAsync(channel.Id, world.Payer);
        world.Clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(DePinErrorCode.ChannelState, await FailureAsync(() => acceptor.BeginAsync(channel.Id, Units(1))));
    }

    [Fact]
    public async Task TryCharge_TwoJobs_ShareOneCreditWindow()
    {
        var (world, channel) = await OpenAsync();
        await using var _ = world;
        await using var acceptor = world.NewAcceptor();
        await using var one = await acceptor.BeginAsync(channel.Id, Units(10));
        await using var two = await acceptor.BeginAsync(channel.Id, Units(10));
        Assert.True(one.TryCharge(Units(6)));
        Assert.True(two.TryCharge(Units(4)));
        Assert.False(two.TryCharge(Units(5)));
        Assert.True(one.TryCharge(Units(5))); // a cost never shrinks, and noting less again changes nothing
        Assert.False(one.TryCharge(Units(7)));
        await two.AcceptAsync(await SignAsync(world, channel.Id, 3));
        Assert.True(one.TryCharge(Units(9)));
        Assert.False(one.TryCharge(Units(10)));
        Assert.Equal(Units(0), two.AvailableCredit);
    }

    [Fact]
    public async Task Accept_BadVouchers_AreInvalidVoucherAndPayNothing()
    {
        var (world, channel) = await OpenAsync();
        await using var _ = world;
        await using var acceptor = world.NewAcceptor();
        await using var payment = await acceptor.BeginAsync(channel.Id, Units(0));
        await payment.AcceptAsync(await SignAsync(world, channel.Id, 10));
        SignedVoucher[] bad =
        [
            await SignAsync(world, channel.Id, 10), // does not grow
            await SignAsync(world, channel.Id, 9),
            await SignAsync(world, channel.Id, 20, signer: world.Payee),
            await SignAsync(world, channel.Id, 1_001),
            await SignAsync(world, channel.Id, 20, world.Clock.GetUtcNow() + TimeSpan.FromMinutes(10)), // would expire unclaimed
            await SignAsync(world, new ChannelId(new byte[32]), 20),
            (await SignAsync(world, channel.Id, 20)) with { Voucher = new Voucher(channel.Id, Units(21)) },
        ];
        foreach (var voucher in bad)
        {
            Assert.Equal(DePinErrorCode.InvalidVoucher, await FailureAsync(() => payment.AcceptAsync(voucher).AsTask()));
        }

        Assert.True(payment.TryCharge(Units(10)));
        Assert.False(payment.TryCharge(Units(11)));
        Assert.Equal(Units(10), (await world.PayeeJournal.FindAsync(channel.Id))!.Voucher!.Voucher.Cumulative);
        await payment.AcceptAsync(await SignAsync(world, channel.Id, 20, world.Clock.GetUtcNow() + TimeSpan.FromHours(1)));
        Assert.True(payment.TryCharge(Units(20)));
    }

    [Fact]
    public async Task Accept_OvertakenByAnotherStream_IsPassedOver()
    {
        var (world, channel) = await OpenAsync();
        await using var _ = world;
        await using var acceptor = world.NewAcceptor();
        await using var one = await acceptor.BeginAsync(channel.Id, Units(0));
        await using var two = await acceptor.BeginAsync(channel.Id, Units(0));
        await one.AcceptAsync(await SignAsync(world, channel.Id, 50));
        await two.AcceptAsync(await SignAsync(world, channel.Id, 40));
        await two.AcceptAsync(await SignAsync(world, channel.Id, 50));
        Assert.Equal(DePinErrorCode.InvalidVoucher, await FailureAsync(async () => await two.AcceptAsync(await SignAsync(world, channel.Id, 50))));
        Assert.Equal(DePinErrorCode.InvalidVoucher, await FailureAsync(async () => await one.AcceptAsync(await SignAsync(world, channel.Id, 40))));
        Assert.Equal(Units(50), two.AvailableCredit);
    }

    [Fact]
    public async Task Accept_AboveAToppedUpDeposit_LooksAgain()
    {
        var (world, channel) = await OpenAsync(100);
        await using var _ = world;
        await using var acceptor = world.NewAcceptor();
        await using var payment = await acceptor.BeginAsync(channel.Id, Units(500));
        Assert.True(payment.TryCharge(Units(100)));
        Assert.False(payment.TryCharge(Units(101))); // no voucher could pay for it
        await world.Ledger.TopUpAsync(channel.Id, Units(100), world.Payer);
        await payment.AcceptAsync(await SignAsync(world, channel.Id, 150));
        Assert.True(payment.TryCharge(Units(200)));
        Assert.Equal(DePinErrorCode.PaymentRequired, await FailureAsync(() => payment.ChargeAsync(Units(201))));
    }

    [Fact]
    public async Task Charge_NoVoucherInTime_IsPaymentRequired()
    {
        var (world, channel) = await OpenAsync();
        await using var _ = world;
        await using var acceptor = world.NewAcceptor();
        await using var payment = await acceptor.BeginAsync(channel.Id, Units(10));
        await payment.ChargeAsync(Units(10));
        var waiting = payment.ChargeAsync(Units(11));
        await world.Clock.WaitForTimersAsync();
        Assert.False(waiting.IsCompleted);
        world.Clock.Advance(TimeSpan.FromSeconds(10));
        var error = await Assert.ThrowsAsync<DePinException>(() => waiting);
        Assert.Equal((DePinErrorCode.PaymentRequired, Fault.Consumer), (error.Code, error.Fault));
    }

    [Fact]
    public async Task Charge_VoucherOnAnotherStream_GoesOn()
    {
        var (world, channel) = await OpenAsync();
        await using var _ = world;
        await using var acceptor = world.NewAcceptor();
        await using var one = await acceptor.BeginAsync(channel.Id, Units(10));
        await using var two = await acceptor.BeginAsync(channel.Id, Units(10));
        Assert.True(one.TryCharge(Units(10)));
        var waiting = one.ChargeAsync(Units(15));
        await two.AcceptAsync(await SignAsync(world, channel.Id, 4));
        Assert.False(waiting.IsCompleted);
        await two.AcceptAsync(await SignAsync(world, channel.Id, 5));
        await waiting;
        using var cancel = new CancellationTokenSource();
        var cancelled = one.ChargeAsync(Units(16), cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
    }

    [Fact]
    public async Task TryCharge_Repeatedly_AllocatesNothing()
    {
        var (world, channel) = await OpenAsync(1_000_000);
        await using var _ = world;
        await using var acceptor = world.NewAcceptor();
        await using var payment = await acceptor.BeginAsync(channel.Id, Units(1_000_000));
        Assert.True(payment.TryCharge(Units(1)));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (uint i = 2; i < 10_000; i++)
        {
            payment.TryCharge(Units(i));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task Restart_Payee_CountsFromTheJournal()
    {
        var (world, channel) = await OpenAsync();
        await using var _ = world;
        await using (var acceptor = world.NewAcceptor())
        await using (var payment = await acceptor.BeginAsync(channel.Id, Units(10)))
        {
            await payment.AcceptAsync(await SignAsync(world, channel.Id, 25));
            Assert.True(payment.TryCharge(Units(33)));
        }

        await using var restarted = world.NewAcceptor();
        await using var next = await restarted.BeginAsync(channel.Id, Units(10));
        Assert.Equal(Units(2), next.AvailableCredit);
        var claimed = Assert.Single(await restarted.ClaimAsync());
        Assert.Equal(Units(25), claimed.Paid);
        Assert.Empty(await restarted.ClaimAsync());
    }

    [Fact]
    public async Task Run_PayerAsksToClose_SettlesInsideTheWindowEvenAfterARestart()
    {
        var (world, channel) = await OpenAsync(1_000, TimeSpan.FromMinutes(1));
        await using var _ = world;
        await using (var acceptor = world.NewAcceptor())
        await using (var payment = await acceptor.BeginAsync(channel.Id, Units(0)))
        {
            await payment.AcceptAsync(await SignAsync(world, channel.Id, 25));
        }

        await world.Ledger.RequestCloseAsync(channel.Id, world.Payer);
        await using var restarted = world.NewAcceptor();
        using var stop = new CancellationTokenSource();
        var running = restarted.RunAsync(stop.Token);
        await world.Clock.WaitForTimersAsync(); // the first round is over
        Assert.Equal(Units(25), await world.BalanceOfPayeeAsync());

        // A voucher that comes while closing is settled by the next look.
        var late = await SignAsync(world, channel.Id, 40);
        await world.PayeeJournal.SaveVoucherAsync(late);
        world.Clock.Advance(TimeSpan.FromSeconds(20));
        await world.Clock.WaitForTimersAsync();
        Assert.Equal(Units(40), await world.BalanceOfPayeeAsync());
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task Run_OnSchedule_ClaimsEveryInterval()
    {
        var (world, channel) = await OpenAsync();
        await using var _ = world;
        await using var acceptor = world.NewAcceptor(new PaymentAcceptorOptions { ClaimInterval = TimeSpan.FromSeconds(15) });
        await using var payment = await acceptor.BeginAsync(channel.Id, Units(0));
        using var stop = new CancellationTokenSource();
        var running = acceptor.RunAsync(stop.Token);
        for (uint round = 1; round <= 3; round++)
        {
            await world.Clock.WaitForTimersAsync();
            await payment.AcceptAsync(await SignAsync(world, channel.Id, round * 10));
            Assert.Equal(Units((round - 1) * 10), await world.BalanceOfPayeeAsync());
            world.Clock.Advance(TimeSpan.FromSeconds(15));
            await world.Clock.WaitForTimersAsync();
            Assert.Equal(Units(round * 10), await world.BalanceOfPayeeAsync());
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task Close_FinalVoucherOfThePayer_IsTakenWhenHigherAndValid()
    {
        var (world, channel) = await OpenAsync();
        await using var _ = world;
        await using var acceptor = world.NewAcceptor();
        var payment = await acceptor.BeginAsync(channel.Id, Units(0));
        await payment.AcceptAsync(await SignAsync(world, channel.Id, 30));
        Assert.Equal(DePinErrorCode.ChannelState, await FailureAsync(() => acceptor.CloseAsync(channel.Id, null)));
        await payment.DisposeAsync();
        var forged = await SignAsync(world, channel.Id, 900, signer: world.Payee);
        var result = await acceptor.CloseAsync(channel.Id, forged);
        Assert.Equal((Units(30), ChannelStatus.Closed), (result.Paid, result.Channel.Status));
        var again = await acceptor.CloseAsync(channel.Id, await SignAsync(world, channel.Id, 50));
        Assert.Equal((Units(0), Units(970)), (again.Paid, again.Channel.Refunded));
        Assert.Empty(await world.PayeeJournal.ListAsync());
    }

    [Fact]
    public async Task Claim_OneChannelFails_TheOthersAreSettled()
    {
        var (world, bad) = await OpenAsync(10);
        await using var _ = world;
        await using var acceptor = world.NewAcceptor();
        var good = await world.Ledger.OpenAsync(new OpenChannelRequest { Payee = world.PayeeAccount, Deposit = Units(10), GracePeriod = Grace }, world.Payer);
        foreach (var channel in new[] { bad, good })
        {
            await using var payment = await acceptor.BeginAsync(channel.Id, Units(0));
            await payment.AcceptAsync(await SignAsync(world, channel.Id, 10));
        }

        // The payer is gone from one of them before the claim.
        await world.Ledger.RequestCloseAsync(bad.Id, world.Payer);
        world.Clock.Advance(Grace);
        await world.Ledger.WithdrawAsync(bad.Id, world.Payer);
        var result = Assert.Single(await acceptor.ClaimAsync());
        Assert.Equal((good.Id, Units(10)), (result.Channel.Id, result.Paid));
        Assert.Empty(await acceptor.ClaimAsync());
    }
}
