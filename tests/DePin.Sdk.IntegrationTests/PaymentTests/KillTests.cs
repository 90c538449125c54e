using System.Globalization;
using DePin.Sdk.Identity;
using DePin.Sdk.Payments;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.IntegrationTests.PaymentTests;

public sealed class KillTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("depin-kill-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Journal_KilledInTheMiddle_LosesNoAcknowledgedVoucher()
    {
        const int cycles = 22;
        const int channels = 4;
        var path = Path.Combine(_folder.FullName, "journal.db");
        var random = new Random(5);
        var floor = new UInt128[channels];
        for (int cycle = 0; cycle < cycles; cycle++)
        {
            var acknowledged = floor.ToArray();
            await using (var child = ChildProcess.Start("journal", path, channels.ToString(CultureInfo.InvariantCulture)))
            {
                for (int lines = random.Next(1, 60); lines > 0; lines--)
                {
                    Note(acknowledged, await child.ReadLineAsync());
                }

                child.Kill();
                var rest = (await child.FinishAsync()).Output;
                foreach (var line in rest.Split('\n').SkipLast(1))
                {
                    Note(acknowledged, line);
                }
            }

            await using var journal = SqliteVoucherJournal.Open(path);
            foreach (var entry in await journal.ListAsync())
            {
                int index = entry.Channel.Id.Bytes.Span[0];
                var held = entry.Voucher?.Voucher.Cumulative.BaseUnits ?? UInt128.Zero;
                Assert.True(held >= acknowledged[index], $"cycle {cycle}: {acknowledged[index]} was acknowledged, {held} is held");
                Assert.True(entry.Delivered.BaseUnits >= acknowledged[index] && entry.Delivered.BaseUnits <= held);
                floor[index] = held;
            }
        }

        Assert.All(floor, units => Assert.True(units > UInt128.Zero));
    }

    [Fact]
    public async Task Ledger_TwoProcessesAndAKill_ConserveMoney()
    {
        using var payer = P256Signer.LoadOrCreate(Path.Combine(_folder.FullName, "payer.pem"));
        await using var ledger = LedgerSettlement.Open(Path.Combine(_folder.FullName, "ledger.db"));
        await ledger.DepositAsync(ledger.GetAccount(payer.PublicKey), LedgerSettlement.Usd(1m));
        await using var one = ChildProcess.Start("ledger", _folder.FullName, "1", "150");
        await using var two = ChildProcess.Start("ledger", _folder.FullName, "2", "150");
        await using var killed = ChildProcess.Start("ledger", _folder.FullName, "3", "100000");
        Assert.Equal("started", await killed.ReadLineAsync());
        killed.Kill();
        foreach (var child in new[] { one, two })
        {
            var (exitCode, output, error) = await child.FinishAsync();
            Assert.True(exitCode == 0, error);
            Assert.Contains("done", output, StringComparison.Ordinal);
            Assert.DoesNotContain("done 0\n", output, StringComparison.Ordinal);
        }

        var totals = await ledger.GetTotalsAsync(LedgerSettlement.Credit);
        Assert.True(totals.IsConserved, totals.ToString());
        Assert.True(totals.Deposited >= LedgerSettlement.Usd(1m));
    }

    private static void Note(UInt128[] acknowledged, string? line)
    {
        Assert.NotNull(line);
        var parts = line.Split(' ');
        acknowledged[int.Parse(parts[0], CultureInfo.InvariantCulture)] = UInt128.Parse(parts[1], CultureInfo.InvariantCulture);
    }
}
