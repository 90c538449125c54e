using System.Globalization;
using DePin.Sdk.IntegrationTests.PaymentTests;

namespace DePin.Sdk.IntegrationTests.Solana.Sending;

/// <summary>A process that sends is killed again and again, at moments of chance, while the chain goes on.</summary>
public sealed class SolanaSenderKillTests
{
    private const int Payments = 120;
    private const int Kills = 8;

    [SurfpoolFact]
    public async Task SendAsync_ProcessIsKilledAgainAndAgain_PaysOnceEach()
    {
        await using var bench = await SenderOnSurfpool.StartAsync(opens: false);
        var random = new Random(11);
        var told = new HashSet<int>();
        for (int life = 0; life <= Kills; life++)
        {
            await using var child = ChildProcess.Start(
                "solana-sender",
                bench.Node.RpcUrl.ToString(),
                bench.Options.JournalPath!,
                Convert.ToHexString(bench.Node.Accounts[1].PrivateKey.Span),
                bench.Payee.ToString(),
                Payments.ToString(CultureInfo.InvariantCulture));
            int before = told.Count;
            var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            int wanted = random.Next(0, 20);
            var reading = ReadAsync(child, told, () =>
            {
                if (told.Count - before >= wanted)
                {
                    enough.TrySetResult();
                }
            });
            if (life < Kills)
            {
                await Task.WhenAny(enough.Task, reading).WaitAsync(bench.Stop);
                await Task.Delay(random.Next(60), bench.Stop);
                child.Kill();
                await reading.WaitAsync(bench.Stop);
                if (life == Kills / 2)
                {
                    await bench.Node.AdvanceBlocksAsync(170, bench.Stop);
                }
            }
            else
            {
                await reading.WaitAsync(bench.Stop);
                var (code, _, error) = await child.FinishAsync().WaitAsync(bench.Stop);
                Assert.Equal((0, string.Empty), (code, error));
            }
        }

        Assert.Equal(Payments, told.Count);
        await bench.CheckBooksAsync(Enumerable.Range(0, Payments));
    }

    private static async Task ReadAsync(ChildProcess child, HashSet<int> told, Action read)
    {
        while (await child.ReadLineAsync() is { } line && line != "all")
        {
            // A line that the kill has cut is not told.
            if (int.TryParse(line, CultureInfo.InvariantCulture, out int id))
            {
                told.Add(id);
                read();
            }
        }
    }
}
