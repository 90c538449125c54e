using DePin.Sdk.Payments;
using DePin.Sdk.Settlement;
using static DePin.Sdk.Tests.Payments.PaymentWorld;

namespace DePin.Sdk.Tests.Payments;

/// <summary>Either side dies at each of its calls to the journal and the ledger; then both go on from what is stored.</summary>
public sealed class CrashTests
{
    private const uint Window = 20;
    private const uint Step = 4;

    public static TheoryData<bool, bool> Sides => new() { { true, false }, { true, true }, { false, false }, { false, true } };

    [Theory]
    [MemberData(nameof(Sides))]
    public async Task Crash_AtEveryCall_LosesAtMostTheWindowAndNothingIsPaidTwice(bool payerDies, bool afterEffect)
    {
        int at = 0;
        bool crashed;
        do
        {
            crashed = await RunAsync(new CrashPoint(++at, afterEffect), payerDies);
        }
        while (crashed);
        Assert.InRange(at, 10, 200); // every call of the run was a crash once
    }

    // Returns whether the crash point was reached.
    private static async Task<bool> RunAsync(CrashPoint crash, bool payerDies)
    {
        await using var world = await CreateAsync(10_000);
        uint received = 0; // what arrived at the consumer, in all jobs
        try
        {
            var session = payerDies
                ? world.NewSession(settlement: new CrashingSettlement(world.Ledger, crash), journal: new CrashingJournal(world.PayerJournal, crash))
                : world.NewSession();
            var acceptor = payerDies
                ? world.NewAcceptor()
                : world.NewAcceptor(settlement: new CrashingSettlement(world.Ledger, crash), journal: new CrashingJournal(world.PayeeJournal, crash));
            for (int job = 0; job < 2; job++)
            {
                var outgoing = await session.BeginAsync(world.PayeeAccount, Units(Window), Units(1_000));
                var incoming = await acceptor.BeginAsync(outgoing.Channel, Units(Window));
                outgoing.LimitCredit(incoming.AvailableCredit);
                await SendAsync(outgoing, incoming, 0, false);
                for (uint due = Step; due <= 10 * Step; due += Step)
                {
                    Assert.True(incoming.TryCharge(Units(due)), "an honest payer never runs out of credit");
                    received += Step;
                    await SendAsync(outgoing, incoming, due, false);
                }

                await SendAsync(outgoing, incoming, 10 * Step, true);
                await outgoing.DisposeAsync();
                await incoming.DisposeAsync();
            }

            await acceptor.ClaimAsync();
        }
        catch (CrashException)
        {
        }

        // Both start again from what is stored, and do one more job.
        await using var payer = world.NewSession();
        await using var payee = world.NewAcceptor();
        ChannelId channel;
        await using (var outgoing = await payer.BeginAsync(world.PayeeAccount, Units(Window), Units(1_000)))
        await using (var incoming = await payee.BeginAsync(outgoing.Channel, Units(Window)))
        {
            channel = outgoing.Channel;
            Assert.Equal(10, await RunJobAsync(outgoing, incoming, 10, Step));
            received += 10 * Step;
        }

        Assert.Single(await payer.ListChannelsAsync()); // an opening that was cut short is found again, not repeated
        var result = await payee.CloseAsync(channel, await payer.SignFinalAsync(channel));
        var paid = (await world.BalanceOfPayeeAsync()).BaseUnits;
        Assert.Equal(result.Channel.Settled.BaseUnits, paid);
        Assert.InRange(paid, received - UInt128.Min(received, Window), received + Window);
        var totals = await world.Ledger.GetTotalsAsync(LedgerSettlement.Credit);
        Assert.True(totals.IsConserved && totals.Escrowed.IsZero, totals.ToString());
        Assert.Equal(Units(10_000 - paid), await world.BalanceOfPayerAsync());
        return crash.IsCrashed;
    }

    private static async Task SendAsync(OutgoingPayment outgoing, IncomingPayment incoming, uint due, bool isFinal)
    {
        if (await outgoing.PayAsync(Units(due), isFinal) is { } voucher)
        {
            await incoming.AcceptAsync(voucher);
        }
    }

    [Fact]
    public async Task Unknown_Outcomes_AreLookedUpAndNotRepeated()
    {
        await using var world = await CreateAsync(1_000);
        var lossy = new LostAnswers(world.Ledger);
        await using var session = world.NewSession(new PaymentSessionOptions { GracePeriod = Grace, DepositRequests = 1 }, settlement: lossy);
        await using var acceptor = world.NewAcceptor(settlement: lossy);

        // The opening is repeated with the same salt, and the ledger knows it.
        await Assert.ThrowsAsync<SettlementException>(() => session.BeginAsync(world.PayeeAccount, Units(0), Units(100)));
        lossy.IsLosing = false;
        var first = await session.BeginAsync(world.PayeeAccount, Units(0), Units(100));
        Assert.Equal(Units(900), await world.BalanceOfPayerAsync());

        // The top-up is found to have happened.
        lossy.IsLosing = true;
        var second = await session.BeginAsync(world.PayeeAccount, Units(0), Units(100));
        Assert.Equal(first.Channel, second.Channel);
        Assert.Equal(Units(800), await world.BalanceOfPayerAsync());

        await using (var incoming = await acceptor.BeginAsync(first.Channel, Units(0)))
        {
            await incoming.AcceptAsync((await first.PayAsync(Units(60), isFinal: true))!);
        }

        // So is the settlement, and the close.
        int before = lossy.Submitted;
        var claimed = Assert.Single(await acceptor.ClaimAsync());
        Assert.Equal((Units(60), 1), (claimed.Paid, lossy.Submitted - before));
        Assert.Empty(await acceptor.ClaimAsync());
        var closed = await acceptor.CloseAsync(first.Channel, null);
        Assert.Equal((ChannelStatus.Closed, Units(140)), (closed.Channel.Status, closed.Channel.Refunded));
        Assert.Equal((Units(60), Units(940)), (await world.BalanceOfPayeeAsync(), await world.BalanceOfPayerAsync()));
        Assert.Equal(2, lossy.Submitted - before);
    }

    [Fact]
    public async Task Jobs_ThatBreakOff_AreSquaredByTheCreditThatThePayeeReports()
    {
        await using var world = await CreateAsync();
        await using var session = world.NewSession();
        await using var acceptor = world.NewAcceptor();
        for (int round = 0; round < 100; round++)
        {
            await using var outgoing = await session.BeginAsync(world.PayeeAccount, Units(20), Units(1_000));
            await using var incoming = await acceptor.BeginAsync(outgoing.Channel, Units(20));
            Assert.Equal(10, await RunJobAsync(outgoing, incoming, 10, 3, finish: false));

            // Three more outputs were delivered into a stream that was already gone.
            for (uint due = 33; due <= 39; due += 3)
            {
                incoming.TryCharge(Units(due));
            }
        }
    }
}
