using DePin.Sdk.Payments;
using DePin.Sdk.Settlement;
using static DePin.Sdk.Tests.Payments.PaymentWorld;

namespace DePin.Sdk.Tests.Payments;

public sealed class ConcurrencyTests
{
    [Theory]
    [InlineData(2_000u)]
    [InlineData(40u)]
    [InlineData(0u)]
    public async Task Jobs_ManyOnOneChannel_ArePaidForTogether(uint window)
    {
        const int jobs = 64;
        const int steps = 20;
        await using var world = await CreateAsync(10_000_000);
        using var folder = new TempFolder();
        await using var journal = SqliteVoucherJournal.Open(folder.File("payee.db"));
        await using var session = world.NewSession(new PaymentSessionOptions { GracePeriod = Grace, MaxAhead = Units(500) });
        await using var acceptor = world.NewAcceptor(journal: journal);
        var channels = await Task.WhenAll(Enumerable.Range(0, jobs).Select(job => Task.Run(async () =>
        {
            await using var outgoing = await session.BeginAsync(world.PayeeAccount, Units(window), Units(1_000));
            await using var incoming = await acceptor.BeginAsync(outgoing.Channel, Units(window));
            for (uint due = 0; due <= steps * 5; due += 5)
            {
                // As on a stream: the payee waits for credit while the payer sees the cost and pays.
                var charging = incoming.ChargeAsync(Units(due));
                if (outgoing.NeedsVoucher(Units(due)) && await outgoing.PayAsync(Units(due), isFinal: false) is { } voucher)
                {
                    await incoming.AcceptAsync(voucher);
                }

                await charging;
            }

            if (await outgoing.PayAsync(outgoing.Due, isFinal: true) is { } last)
            {
                await incoming.AcceptAsync(last);
            }

            return outgoing.Channel;
        })));

        var channel = Assert.Single(channels.Distinct());
        const uint total = jobs * steps * 5;
        var result = await acceptor.CloseAsync(channel, await session.SignFinalAsync(channel));
        Assert.InRange(result.Channel.Settled.BaseUnits, total, window >= 10 ? total : total + 500);
        Assert.Equal(Units(total), (await journal.FindAsync(channel))!.Delivered);
        Assert.True((await world.Ledger.GetTotalsAsync(LedgerSettlement.Credit)).IsConserved);
    }
}
