using DePin.Sdk.Payments;
using DePin.Sdk.Settlement;
using static DePin.Sdk.Tests.Payments.PaymentWorld;

namespace DePin.Sdk.Tests.Payments;

public sealed class PaymentFlowTests
{
    [Theory]
    [InlineData(100u, 7u)]
    [InlineData(10u, 10u)]
    [InlineData(1u, 1u)]
    [InlineData(1_000u, 1u)]
    public async Task Job_InArrears_IsPaidExactly(uint window, uint step)
    {
        await using var world = await CreateAsync();
        await using var session = world.NewSession();
        await using var acceptor = world.NewAcceptor();
        await using (var outgoing = await session.BeginAsync(world.PayeeAccount, Units(window), Units(10_000)))
        await using (var incoming = await acceptor.BeginAsync(outgoing.Channel, Units(window)))
        {
            Assert.Equal(50, await RunJobAsync(outgoing, incoming, 50, step));
        }

        await acceptor.ClaimAsync();
        Assert.Equal(Units(50 * step), await world.BalanceOfPayeeAsync());
        Assert.True((await world.Ledger.GetTotalsAsync(LedgerSettlement.Credit)).IsConserved);
    }

    [Fact]
    public async Task Jobs_NoCredit_ArePaidAheadAndTheSurplusCarriesOver()
    {
        await using var world = await CreateAsync();
        await using var session = world.NewSession(new PaymentSessionOptions { GracePeriod = Grace, MaxAhead = Units(40) });
        await using var acceptor = world.NewAcceptor();
        ChannelId channel = default;
        for (int job = 0; job < 10; job++)
        {
            await using var outgoing = await session.BeginAsync(world.PayeeAccount, Units(0), Units(1_000));
            await using var incoming = await acceptor.BeginAsync(outgoing.Channel, Units(0));
            Assert.Equal(33, await RunJobAsync(outgoing, incoming, 33, 3));
            channel = outgoing.Channel;
        }

        var best = await session.SignFinalAsync(channel);
        Assert.InRange(best!.Voucher.Cumulative.BaseUnits, 990u, 1_030u);
    }
}
