using System.Diagnostics.Metrics;
using DePin.Sdk.Payments;
using DePin.Sdk.Settlement;
using static DePin.Sdk.Tests.Payments.PaymentWorld;

namespace DePin.Sdk.Tests.Payments;

public sealed class ClaimScheduleTests : IAsyncLifetime
{
    private static readonly Asset Coin = Asset.Parse("eip155:1/slip44:60");
    private readonly CancellationTokenSource _stop = new(TimeSpan.FromMinutes(2));
    private PaymentWorld _world = null!;
    private CostlySettlement _settlement = null!;
    private Task _running = Task.CompletedTask;
    private CancellationTokenSource? _end;

    public async Task InitializeAsync()
    {
        _world = await CreateAsync();

        // At one percent, a claim of one waits for 6,000 units.
        _settlement = new CostlySettlement(_world.Ledger) { Fee = new SettlementFee(Units(50), Units(10)) };
    }

    public async Task DisposeAsync()
    {
        await StopAsync();
        _end?.Dispose();
        _stop.Dispose();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task Run_FeeAboveItsShare_WaitsUntilEnoughIsOwed()
    {
        await using var acceptor = Start();
        var channel = await OweAsync(5_000);
        await AdvanceAsync(TimeSpan.FromHours(2));
        Assert.Empty(_settlement.Batches);

        await OweAsync(6_000, channel);
        await AdvanceAsync(TimeSpan.FromMinutes(11));
        Assert.Equal([1], _settlement.Batches);
        Assert.Equal(Units(6_000), await _world.BalanceOfPayeeAsync());
    }

    [Fact]
    public async Task Run_FeeFalls_ClaimsWhatWaited()
    {
        await using var acceptor = Start();
        await OweAsync(3_000);
        await OweAsync(2_500);
        await AdvanceAsync(TimeSpan.FromHours(1));
        Assert.Empty(_settlement.Batches);
        _settlement.Fee = new SettlementFee(Units(20), Units(4));
        await AdvanceAsync(TimeSpan.FromMinutes(11));
        Assert.Equal([2], _settlement.Batches);
        Assert.Equal(Units(5_500), await _world.BalanceOfPayeeAsync());
    }

    [Fact]
    public async Task Run_OwedForLong_ClaimsAtAFeeBelowItsValue()
    {
        await using var acceptor = Start(new() { MaximumClaimAge = TimeSpan.FromHours(10) });
        await OweAsync(100);
        var dust = await OweAsync(9);
        await AdvanceAsync(TimeSpan.FromHours(5));
        Assert.Empty(_settlement.Batches);
        await AdvanceAsync(TimeSpan.FromHours(5.2));
        Assert.Equal([1], _settlement.Batches);
        Assert.Equal(Units(100), await _world.BalanceOfPayeeAsync());
        Assert.Equal(Units(0), (await _world.Ledger.FindChannelAsync(dust))!.Settled);
    }

    [Fact]
    public async Task Run_MoreUnclaimedThanAllowed_Claims()
    {
        await using var acceptor = Start(new() { MaximumUnclaimed = Units(900) });
        await OweAsync(200);
        await AdvanceAsync(TimeSpan.FromMinutes(11));
        Assert.Empty(_settlement.Batches);
        await OweAsync(700);
        await AdvanceAsync(TimeSpan.FromMinutes(11));
        Assert.Equal([2], _settlement.Batches);
    }

    [Fact]
    public async Task Run_FeeInAnotherAsset_IsConverted()
    {
        _settlement.Fee = new SettlementFee(new Amount(50_000, Coin), new Amount(10_000, Coin));
        await using var acceptor = Start(new() { ConvertFee = (fee, asset) => new Amount(fee.BaseUnits / 1_000, asset) });
        var channel = await OweAsync(5_900);
        await AdvanceAsync(TimeSpan.FromMinutes(11));
        Assert.Empty(_settlement.Batches);
        await OweAsync(6_000, channel);
        await AdvanceAsync(TimeSpan.FromMinutes(11));
        Assert.Equal([1], _settlement.Batches);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // a price source that fails must not keep the money in the channel
    public async Task Run_FeeCannotBeConverted_ClaimsWhatPressesAlone(bool throws)
    {
        _settlement.Fee = new SettlementFee(new Amount(50_000, Coin), new Amount(10_000, Coin));
        await using var acceptor = Start(new() { ConvertFee = throws ? (_, _) => throw new InvalidOperationException("no price") : null });
        await OweAsync(100_000);
        var leaving = await OweAsync(10);
        await AdvanceAsync(TimeSpan.FromHours(1));
        Assert.Empty(_settlement.Batches);
        await _world.Ledger.RequestCloseAsync(leaving, _world.Payer);
        await AdvanceAsync(TimeSpan.FromMinutes(16));
        Assert.Equal([1], _settlement.Batches);
        Assert.Equal(Units(10), await _world.BalanceOfPayeeAsync());
    }

    [Fact]
    public async Task Run_PayerLeaves_PaysAHigherFeeTheNearerTheEnd()
    {
        await using var acceptor = Start();
        var channel = await OweAsync(100); // below its share by far, above its fee
        await AdvanceAsync(TimeSpan.FromMinutes(1));
        await _world.Ledger.RequestCloseAsync(channel, _world.Payer);
        await AdvanceAsync(TimeSpan.FromMinutes(20));
        Assert.Empty(_settlement.Batches);

        await AdvanceAsync(TimeSpan.FromMinutes(15)); // the second half of the hour
        Assert.Equal([1], _settlement.Batches);
        Assert.Equal(Units(100), await _world.BalanceOfPayeeAsync());
    }

    [Fact]
    public async Task Run_ChainOutOfReachWhileAPayerLeaves_TriesFasterTowardsTheEndAndSettles()
    {
        _settlement.Fee = null;
        var channel = await OweAsync(100);
        await _world.Ledger.RequestCloseAsync(channel, _world.Payer);
        await using var acceptor = Start(new() { ClaimInterval = TimeSpan.FromMinutes(20), MinimumGracePeriod = Grace });
        await _world.Clock.WaitForTimersAsync(cancellationToken: _stop.Token);
        Assert.Equal(Units(100), await _world.BalanceOfPayeeAsync()); // the first round finds it

        // Another voucher comes in, and the chain is gone until three seconds before the end.
        await OweAsync(150, channel);
        _settlement.IsReachable = false;
        _settlement.Batches.Clear();
        await AdvanceAsync(Grace / 2, TimeSpan.FromSeconds(20));
        int firstHalf = _settlement.Batches.Count;
        await AdvanceAsync((Grace / 2) - TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1));
        Assert.InRange(firstHalf, 3, 8);
        Assert.True(_settlement.Batches.Count > 3 * firstHalf, $"{firstHalf} attempts in the first half of the window, {_settlement.Batches.Count} in all");
        _settlement.IsReachable = true;
        await AdvanceAsync(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1));
        Assert.Equal(Units(150), await _world.BalanceOfPayeeAsync());
    }

    [Fact]
    public async Task Run_RestartInTheMiddleOfTheWindow_SettlesAtOnce()
    {
        var channel = await OweAsync(100);
        await using (Start())
        {
            await AdvanceAsync(TimeSpan.FromMinutes(1));
            await StopAsync();
        }

        await _world.Ledger.RequestCloseAsync(channel, _world.Payer);
        _world.Clock.Advance(TimeSpan.FromMinutes(55));
        await using var restarted = Start();
        await _world.Clock.WaitForTimersAsync(cancellationToken: _stop.Token);
        Assert.Equal(Units(100), await _world.BalanceOfPayeeAsync());
    }

    [Fact]
    public async Task Run_SettlementTakesLong_OthersAreNotHeldUpAndNothingIsSentTwice()
    {
        _settlement.Fee = null;
        var held = new TaskCompletionSource();
        _settlement.Hold = held.Task;
        await OweAsync(100);
        await using var acceptor = Start();
        await AdvanceAsync(TimeSpan.FromMinutes(30));
        Assert.Equal([1], _settlement.Batches);
        _settlement.Hold = Task.CompletedTask;
        await OweAsync(70);
        await AdvanceAsync(TimeSpan.FromMinutes(11));
        Assert.Equal([1, 1], _settlement.Batches);
        Assert.Equal(Units(70), await _world.BalanceOfPayeeAsync());

        var all = acceptor.ClaimAsync(_stop.Token);
        Assert.False(all.IsCompleted); // it waits for what runs
        held.SetResult();
        Assert.Empty(await all);
        Assert.Equal([1, 1], _settlement.Batches);
        Assert.Equal(Units(170), await _world.BalanceOfPayeeAsync());
    }

    [Fact]
    public async Task Close_WhileAClaimRuns_WaitsForIt()
    {
        _settlement.Fee = null;
        var held = new TaskCompletionSource();
        _settlement.Hold = held.Task;
        var channel = await OweAsync(100);
        await using var acceptor = Start();
        await AdvanceAsync(TimeSpan.FromMinutes(1));
        var closing = acceptor.CloseAsync(channel, null, _stop.Token);
        Assert.False(closing.IsCompleted);
        held.SetResult();
        var result = await closing;
        Assert.Equal((ChannelStatus.Closed, Units(0), Units(100)), (result.Channel.Status, result.Paid, result.Channel.Settled));
    }

    [Fact]
    public async Task Run_LongGracePeriods_AreLookedAtSeldom()
    {
        await using var acceptor = Start();
        for (int i = 0; i < 10; i++)
        {
            await OweAsync(10, grace: TimeSpan.FromDays(1));
        }

        await AdvanceAsync(TimeSpan.FromDays(1), TimeSpan.FromMinutes(5));
        Assert.InRange(_settlement.Looks, 40, 60); // four times a day each
    }

    [Fact]
    public async Task ClaimWorthwhile_AndClaim_DifferInTheFee()
    {
        await using var acceptor = _world.NewAcceptor(settlement: _settlement);
        await OweAsync(100);
        Assert.Empty(await acceptor.ClaimWorthwhileAsync());
        Assert.Equal(Units(100), Assert.Single(await acceptor.ClaimAsync()).Paid);
    }

    [Fact]
    public async Task Run_MoneyAtRisk_IsCounted()
    {
        // Other tests count at the same time.
        var isOurs = new AsyncLocal<bool> { Value = true };
        var atRisk = new List<int>();
        long lost = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name is "depin.channels.at_risk" or "depin.vouchers.lost")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<int>((_, value, _, _) => Ours(() => atRisk.Add(value)));
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => Ours(() => lost += value));
        listener.Start();
        var channel = await OweAsync(40); // less than its fee
        await using var acceptor = Start();
        await _world.Ledger.RequestCloseAsync(channel, _world.Payer);
        await AdvanceAsync(TimeSpan.FromMinutes(25));
        Assert.DoesNotContain(1, atRisk);
        await AdvanceAsync(TimeSpan.FromMinutes(20));
        Assert.Equal(1, atRisk[^1]);
        await AdvanceAsync(TimeSpan.FromMinutes(16));
        await _world.Ledger.WithdrawAsync(channel, _world.Payer);
        await AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal((0, 1L), (atRisk[^1], lost));

        void Ours(Action count)
        {
            if (isOurs.Value)
            {
                count();
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Crash_AtEveryCallWhileAPayerLeaves_NothingIsLostOrPaidTwice(bool afterEffect)
    {
        _settlement.Fee = null;
        int at = 0;
        CrashPoint crash;
        do
        {
            crash = new CrashPoint(++at, afterEffect);
            var before = await _world.BalanceOfPayeeAsync();
            var channel = await OweAsync(7);
            await _world.Ledger.RequestCloseAsync(channel, _world.Payer);
            var doomed = new PaymentAcceptor(new CrashingSettlement(_world.Ledger, crash), _world.Payee, new CrashingJournal(_world.PayeeJournal, crash), null, _world.Clock);
            using (var stop = new CancellationTokenSource())
            {
                var running = doomed.RunAsync(stop.Token);
                await _world.Clock.WaitForTimersAsync(cancellationToken: _stop.Token);
                await stop.CancelAsync();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
            }

            await using (var restarted = Start())
            {
                await _world.Clock.WaitForTimersAsync(cancellationToken: _stop.Token);
                await StopAsync();
            }

            Assert.Equal(before + Units(7), await _world.BalanceOfPayeeAsync());
        }
        while (crash.IsCrashed);
        Assert.InRange(at, 4, 50);
    }

    private PaymentAcceptor Start(PaymentAcceptorOptions? options = null)
    {
        var acceptor = _world.NewAcceptor(options, _settlement);
        _end?.Dispose();
        _end = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        _running = RunAsync(acceptor, _end.Token);
        return acceptor;
    }

    private static async Task RunAsync(PaymentAcceptor acceptor, CancellationToken ended) =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => acceptor.RunAsync(ended));

    private async Task StopAsync()
    {
        if (_end is not null)
        {
            await _end.CancelAsync();
        }

        await _running;
    }

    // The clock moves in small steps, and at each step the schedule gets as far as it can.
    private async Task AdvanceAsync(TimeSpan by, TimeSpan? step = null)
    {
        var size = step ?? TimeSpan.FromSeconds(20);
        for (var left = by; left > TimeSpan.Zero; left -= size)
        {
            await _world.Clock.WaitForTimersAsync(cancellationToken: _stop.Token);
            _world.Clock.Advance(left < size ? left : size);
        }

        await _world.Clock.WaitForTimersAsync(cancellationToken: _stop.Token);
    }

    private async Task<ChannelId> OweAsync(UInt128 units, ChannelId? channel = null, TimeSpan? grace = null)
    {
        var open = channel is { } known
            ? (await _world.Ledger.FindChannelAsync(known))!
            : await _world.Ledger.OpenAsync(new OpenChannelRequest { Payee = _world.PayeeAccount, Deposit = Units(100_000), GracePeriod = grace ?? Grace }, _world.Payer);
        var voucher = new Voucher(open.Id, Units(units));
        await _world.PayeeJournal.SaveChannelAsync(open);
        await _world.PayeeJournal.SaveVoucherAsync(new SignedVoucher(voucher, await _world.Payer.SignAsync(_world.Ledger.GetVoucherSigningBytes(voucher))));
        return open.Id;
    }
}
