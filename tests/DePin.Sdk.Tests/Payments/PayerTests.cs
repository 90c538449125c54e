using DePin.Sdk.Payments;
using DePin.Sdk.Settlement;
using static DePin.Sdk.Tests.Payments.PaymentWorld;

namespace DePin.Sdk.Tests.Payments;

public sealed class PayerTests
{
    private static async Task<DePinErrorCode> FailureAsync(Func<Task> action) => (await Assert.ThrowsAnyAsync<DePinException>(action)).Code;

    private static PaymentSessionOptions Options(SpendPolicy? policy = null, int deposits = 10) =>
        new() { GracePeriod = Grace, SpendPolicy = policy ?? new SpendPolicy(), DepositRequests = deposits };

    [Fact]
    public async Task Pay_AsWorkGrows_SignsAtHalfTheWindowAndExactlyAtTheEnd()
    {
        await using var world = await CreateAsync();
        await using var session = world.NewSession();
        await using var payment = await session.BeginAsync(world.PayeeAccount, Units(100), Units(1_000));
        Assert.Null(await payment.PayAsync(Units(0), isFinal: false));
        Assert.False(payment.NeedsVoucher(Units(10)));
        Assert.False(payment.NeedsVoucher(Units(20)));
        Assert.Null(await payment.PayAsync(Units(30), isFinal: false));
        Assert.Null(await payment.PayAsync(Units(49), isFinal: false));
        Assert.True(payment.NeedsVoucher(Units(50)));
        Assert.Equal(Units(50), (await payment.PayAsync(Units(50), isFinal: false))!.Voucher.Cumulative);
        Assert.False(payment.NeedsVoucher(Units(60)));
        Assert.Equal(Units(73), (await payment.PayAsync(Units(73), isFinal: true))!.Voucher.Cumulative);
        Assert.Null(await payment.PayAsync(Units(73), isFinal: true));
        var entry = Assert.Single(await session.ListChannelsAsync());
        Assert.Equal((Units(73), Units(73)), (entry.Voucher!.Voucher.Cumulative, entry.Delivered));
    }

    [Fact]
    public async Task Pay_NoCredit_SignsAheadAtMostMaxAhead()
    {
        await using var world = await CreateAsync();
        await using var session = world.NewSession(new PaymentSessionOptions { GracePeriod = Grace, MaxAhead = Units(100) });
        await using var payment = await session.BeginAsync(world.PayeeAccount, Units(0), Units(1_000));
        Assert.True(payment.NeedsVoucher(Units(0)));
        UInt128 authorized = 0;
        for (uint due = 0; due <= 1_000; due += 5)
        {
            if (await payment.PayAsync(Units(due), isFinal: false) is { } voucher)
            {
                authorized = voucher.Voucher.Cumulative.BaseUnits;
            }

            Assert.InRange(authorized, due, due + 100);
            Assert.True(due == 1_000 || authorized >= due + 5, "the payee can take the next step");
            Assert.True(authorized <= 1_000, "never more than the job may cost");
        }
    }

    [Fact]
    public async Task Pay_AboveTheHighestCost_IsPriceExceededAndSignsNothing()
    {
        await using var world = await CreateAsync();
        await using var session = world.NewSession();
        await using var payment = await session.BeginAsync(world.PayeeAccount, Units(10), Units(100));
        Assert.Null(await payment.PayAsync(Units(3), isFinal: false));
        Assert.True(payment.NeedsVoucher(Units(101)));
        Assert.Equal(DePinErrorCode.PriceExceeded, await FailureAsync(() => payment.PayAsync(Units(101), isFinal: true).AsTask()));
        Assert.Equal(Units(3), payment.Due);
        Assert.Equal(Units(3), (await payment.PayAsync(Units(3), isFinal: true))!.Voucher.Cumulative);
    }

    [Fact]
    public async Task NeedsVoucher_Repeatedly_AllocatesNothing()
    {
        await using var world = await CreateAsync();
        await using var session = world.NewSession();
        await using var payment = await session.BeginAsync(world.PayeeAccount, Units(100_000), Units(100_000));
        payment.NeedsVoucher(Units(1));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (uint due = 2; due < 10_000; due++)
        {
            payment.NeedsVoucher(Units(due));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task Begin_ManyAtOnce_OpensOneChannelForEachPayee()
    {
        await using var world = await CreateAsync();
        using var second = DePin.Sdk.Identity.P256Signer.Create();
        AccountId[] payees = [world.PayeeAccount, world.Ledger.GetAccount(second.PublicKey)];
        await using var session = world.NewSession(Options(deposits: 3));
        var payments = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => session.BeginAsync(payees[i % 2], Units(10), Units(100)))));
        Assert.Equal(2, payments.Select(p => p.Channel).Distinct().Count());
        foreach (var entry in await session.ListChannelsAsync())
        {
            Assert.InRange(entry.Channel.Deposit.BaseUnits, 2_000u, 2_300u); // room for twenty jobs, topped up three at a time
        }

        await Task.WhenAll(payments.Select(p => p.DisposeAsync().AsTask()));
    }

    [Theory]
    [InlineData(1_000u, 1_000u)]
    [InlineData(350u, 350u)]
    [InlineData(100u, 100u)]
    public async Task Begin_BalanceBelowTheUsualDeposit_DepositsWhatThereIs(uint funds, uint expected)
    {
        await using var world = await CreateAsync(funds);
        await using var session = world.NewSession();
        await using var payment = await session.BeginAsync(world.PayeeAccount, Units(10), Units(100));
        Assert.Equal(Units(expected), Assert.Single(await session.ListChannelsAsync()).Channel.Deposit);
    }

    [Fact]
    public async Task Begin_BalanceTooLow_IsInsufficientFundsAndReservesNothing()
    {
        await using var world = await CreateAsync(99);
        await using var session = world.NewSession(Options(new SpendPolicy { Total = Units(100) }));
        Assert.Equal(DePinErrorCode.InsufficientFunds, await FailureAsync(() => session.BeginAsync(world.PayeeAccount, Units(10), Units(100))));
        await world.Ledger.DepositAsync(world.PayerAccount, Units(1));
        await using var payment = await session.BeginAsync(world.PayeeAccount, Units(10), Units(100));
    }

    [Fact]
    public async Task Restart_Session_UsesItsChannelAgainAndForgetsNothing()
    {
        await using var world = await CreateAsync();
        ChannelId first;
        await using (var session = world.NewSession())
        await using (var payment = await session.BeginAsync(world.PayeeAccount, Units(100), Units(1_000)))
        {
            first = payment.Channel;
            await payment.PayAsync(Units(30), isFinal: false); // breaks off: owed, but below half of the window
        }

        await using var restarted = world.NewSession();
        await using (var payment = await restarted.BeginAsync(world.PayeeAccount, Units(100), Units(1_000)))
        {
            Assert.Equal(first, payment.Channel);
            Assert.Equal(Units(50), (await payment.PayAsync(Units(20), isFinal: true))!.Voucher.Cumulative);
        }

        Assert.Equal(Units(50), (await restarted.SignFinalAsync(first))!.Voucher.Cumulative);
    }

    [Fact]
    public async Task Begin_AfterTheChannelClosed_OpensAnother()
    {
        await using var world = await CreateAsync();
        await using var session = world.NewSession();
        var seen = new HashSet<ChannelId>();
        for (int round = 0; round < 4; round++)
        {
            await using var payment = await session.BeginAsync(world.PayeeAccount, Units(10), Units(100));
            Assert.True(seen.Add(payment.Channel));
            if (round % 2 == 0)
            {
                await world.Ledger.CloseAsync(payment.Channel, null, world.Payee);
                await session.RefreshAsync(payment.Channel);
            }
            else
            {
                await session.RequestCloseAsync(payment.Channel);
            }
        }

        await using var restarted = world.NewSession();
        await using var next = await restarted.BeginAsync(world.PayeeAccount, Units(10), Units(100));
        Assert.DoesNotContain(next.Channel, seen);
        world.Clock.Advance(Grace);
        foreach (var entry in (await restarted.ListChannelsAsync()).Where(e => e.Channel.Status == ChannelStatus.Closing))
        {
            Assert.Equal(ChannelStatus.Closed, (await restarted.WithdrawAsync(entry.Channel.Id)).Status);
        }

        Assert.Single(await restarted.ListChannelsAsync());
    }

    [Fact]
    public async Task SignFinal_NothingOwed_IsNullAndUnknownChannelsAreRefused()
    {
        await using var world = await CreateAsync();
        await using var session = world.NewSession();
        await using var payment = await session.BeginAsync(world.PayeeAccount, Units(100), Units(100));
        Assert.Null(await session.SignFinalAsync(payment.Channel));
        Assert.False(payment.NeedsVoucher(Units(7)));
        Assert.Null(await session.SignFinalAsync(payment.Channel)); // the job still runs
        await payment.DisposeAsync();
        Assert.Equal(Units(7), (await session.SignFinalAsync(payment.Channel))!.Voucher.Cumulative);
        Assert.Equal(DePinErrorCode.ChannelNotFound, await FailureAsync(() => session.SignFinalAsync(new ChannelId(new byte[32]))));
    }

    [Fact]
    public async Task Policy_EachLimit_StopsWhatPassesIt()
    {
        await using var world = await CreateAsync();
        using var second = DePin.Sdk.Identity.P256Signer.Create();
        var other = world.Ledger.GetAccount(second.PublicKey);
        await using var session = world.NewSession(Options(new SpendPolicy { PerRequest = Units(100), PerHour = Units(150), PerProvider = Units(220), Total = Units(300) }));
        Assert.Equal(DePinErrorCode.SpendLimitExceeded, await FailureAsync(() => session.BeginAsync(world.PayeeAccount, Units(10), Units(101))));

        async Task SpendAsync(AccountId payee, uint reserve, uint spend)
        {
            await using var payment = await session.BeginAsync(payee, Units(10), Units(reserve));
            await payment.PayAsync(Units(spend), isFinal: true);
        }

        await using (var held = await session.BeginAsync(world.PayeeAccount, Units(10), Units(100)))
        {
            // What is reserved counts until the job ends.
            Assert.Equal(DePinErrorCode.SpendLimitExceeded, await FailureAsync(() => SpendAsync(other, 51, 1)));
        }

        await SpendAsync(other, 100, 60); // 60 in this hour
        await SpendAsync(other, 90, 90); // 150
        Assert.Equal(DePinErrorCode.SpendLimitExceeded, await FailureAsync(() => SpendAsync(world.PayeeAccount, 1, 1)));
        world.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(DePinErrorCode.SpendLimitExceeded, await FailureAsync(() => SpendAsync(world.PayeeAccount, 1, 1)));
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(DePinErrorCode.SpendLimitExceeded, await FailureAsync(() => SpendAsync(other, 71, 1))); // 150 + 71 > 220
        await SpendAsync(other, 70, 70); // 220
        world.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(DePinErrorCode.SpendLimitExceeded, await FailureAsync(() => SpendAsync(world.PayeeAccount, 81, 1))); // 220 + 81 > 300
        await SpendAsync(world.PayeeAccount, 80, 80);
    }

    [Fact]
    public async Task Policy_WorkConcededAfterABreak_CountsAsSpent()
    {
        await using var world = await CreateAsync();
        await using var session = world.NewSession(Options(new SpendPolicy { Total = Units(150) }));
        await using (var broken = await session.BeginAsync(world.PayeeAccount, Units(40), Units(100)))
        {
            broken.LimitCredit(Units(40));
            Assert.False(broken.NeedsVoucher(Units(10))); // 10 arrived, then the stream broke
        }

        // The payee says that it had delivered 40, the whole window: 30 that never arrived are conceded.
        await using (var next = await session.BeginAsync(world.PayeeAccount, Units(40), Units(100)))
        {
            next.LimitCredit(Units(0));
        }

        Assert.Equal(DePinErrorCode.SpendLimitExceeded, await FailureAsync(() => session.BeginAsync(world.PayeeAccount, Units(40), Units(111))));
        await using var last = await session.BeginAsync(world.PayeeAccount, Units(40), Units(110));
    }

    [Fact]
    public async Task Policy_InAnotherAsset_ForbidsThePayment()
    {
        await using var world = await CreateAsync();
        await using var session = world.NewSession(Options(new SpendPolicy { Total = new Amount(1_000, Asset.Parse("depin:local/credit:eur")) }));
        Assert.Equal(DePinErrorCode.SpendLimitExceeded, await FailureAsync(() => session.BeginAsync(world.PayeeAccount, Units(10), Units(1))));
    }

    [Fact]
    public void Options_OutOfRange_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => new PaymentSessionOptions { DepositRequests = 0 }.Validate());
        Assert.Throws<ArgumentException>(() => new PaymentSessionOptions { GracePeriod = TimeSpan.Zero }.Validate());
        Assert.Throws<ArgumentException>(() => new PaymentSessionOptions { MaxAhead = Units(0) }.Validate());
        Assert.Throws<ArgumentException>(() => new PaymentAcceptorOptions { ClaimInterval = TimeSpan.Zero }.Validate());
        new PaymentSessionOptions().Validate();
        new PaymentAcceptorOptions().Validate();
    }
}
