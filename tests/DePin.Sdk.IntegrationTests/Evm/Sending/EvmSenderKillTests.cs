using System.Globalization;
using DePin.Sdk.IntegrationTests.PaymentTests;

namespace DePin.Sdk.IntegrationTests.Evm.Sending;

/// <summary>A process that sends is killed again and again, at moments of chance, while the node goes on.</summary>
public sealed class EvmSenderKillTests
{
    private const int Payments = 120;
    private const int Kills = 12;

    [AnvilFact]
    public async Task SendAsync_ProcessIsKilledAgainAndAgain_PaysOnceEach()
    {
        await using var bench = await SenderOnAnvil.StartAsync(opens: false);
        var random = new Random(11);
        var told = new HashSet<int>();
        for (int life = 0; life <= Kills; life++)
        {
            await using var child = ChildProcess.Start(
                "evm-sender",
                bench.Node.HttpUrl.ToString(),
                bench.Options.JournalPath!,
                Convert.ToHexString(bench.Node.Accounts[1].PrivateKey.Span),
                bench.Payee.ToString(),
                Payments.ToString(CultureInfo.InvariantCulture));
            var reading = ReadAsync(child, told);
            if (life < Kills)
            {
                // It lives until so many transactions wait, or no more come, and so many blocks have passed.
                int blocks = random.Next(0, 6);
                await UntilPooledAsync(bench, random.Next(0, 20), reading);
                for (int i = 0; i < blocks; i++)
                {
                    await bench.Node.MineAsync(1, bench.Stop);
                    await Task.Delay(TimeSpan.FromMilliseconds(random.Next(40)), bench.Stop);
                }

                child.Kill();
                await reading.WaitAsync(bench.Stop);
            }
            else
            {
                await bench.MineUntilAsync(reading);
                Assert.Equal((0, string.Empty), ((await child.FinishAsync().WaitAsync(bench.Stop)) is var (code, _, error) ? (code, error) : default));
            }
        }

        Assert.Equal(Payments, told.Count);
        await bench.CheckBooksAsync(Enumerable.Range(0, Payments));
    }

    private static async Task ReadAsync(ChildProcess child, HashSet<int> told)
    {
        while (await child.ReadLineAsync() is { } line && line != "all")
        {
            // A line that the kill has cut is not told.
            if (int.TryParse(line, CultureInfo.InvariantCulture, out int id))
            {
                told.Add(id);
            }
        }
    }

    private static async Task UntilPooledAsync(SenderOnAnvil bench, int wanted, Task ended)
    {
        int pooled = 0, unchanged = 0;
        while (!ended.IsCompleted && pooled < wanted && unchanged < 60)
        {
            int before = pooled;
            pooled = await bench.PooledAsync();
            unchanged = pooled > 0 && pooled == before ? unchanged + 1 : 0;
            await Task.Delay(TimeSpan.FromMilliseconds(5), bench.Stop);
        }
    }
}
