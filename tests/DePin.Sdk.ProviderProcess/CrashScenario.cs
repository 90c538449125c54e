using System.Net;
using System.Net.Sockets;
using DePin.Sdk.Consumers;
using DePin.Sdk.Identity;
using DePin.Sdk.Payments;
using DePin.Sdk.Settlement;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.ProviderProcess;

/// <summary>
/// One consumer keeps several streams open to one provider process, which is killed (SIGKILL) in the middle of them and started again on the
/// same data. After each kill the journal must hold every voucher that the process said it had accepted; in the end everything is settled and must add up.
/// </summary>
public static class CrashScenario
{
    private const int Tokens = 120;

    /// <summary>Runs the scenario.</summary>
    /// <param name="folder">An empty folder.</param>
    /// <param name="cycles">How many kills.</param>
    /// <param name="streams">How many requests run at a time.</param>
    /// <param name="log">Told of every tenth of the way.</param>
    public static async Task<CrashResult> RunAsync(string folder, int cycles, int streams, Action<string> log)
    {
        var data = Directory.CreateDirectory(Path.Combine(folder, "provider")).FullName;
        var arguments = new ProviderProcessArguments(data, Path.Combine(folder, "ledger.db"), FreePort(), Tokens, TimeSpan.FromMilliseconds(1), Announce: true);
        await using var ledger = LedgerSettlement.Open(arguments.LedgerPath);
        using var signer = P256Signer.Create();
        await ledger.DepositAsync(ledger.GetAccount(signer.PublicKey), LedgerSettlement.Usd(100_000));
        await using var journal = SqliteVoucherJournal.Open(Path.Combine(folder, "consumer.db"));
        await using var directory = new EndpointDirectory($"http://127.0.0.1:{arguments.Port}");
        var options = new DePinClientOptions { Directory = directory, Settlement = ledger, Signer = signer, Journal = journal };
        options.Payments.DepositRequests = 100_000;

        var highest = new Dictionary<string, UInt128>();
        int accepted = 0, lost = 0, completed = 0, failed = 0;
        for (int cycle = 1; cycle <= cycles; cycle++)
        {
            var (child, _) = await ChildProvider.StartAsync(arguments);
            await using (var client = await DePinClient.ConnectAsync(options))
            {
                using var stop = new CancellationTokenSource();
                var load = Enumerable.Range(0, streams).Select(_ => Task.Run(() => AskAsync(client, stop.Token))).ToList();
                await child.WaitForAcceptedVoucherAsync(TimeSpan.FromSeconds(30));
                await Task.Delay(Random.Shared.Next(0, 800));
                await child.KillAsync();
                await stop.CancelAsync();
                foreach (var (ended, broke) in await Task.WhenAll(load))
                {
                    completed += ended;
                    failed += broke;
                }
            }

            await using var survived = SqliteVoucherJournal.Open(Path.Combine(data, "vouchers.db"));
            foreach (var (channel, cumulative) in child.Accepted)
            {
                accepted++;
                highest[channel] = UInt128.Max(highest.GetValueOrDefault(channel), cumulative);
            }

            foreach (var (channel, cumulative) in highest)
            {
                var entry = await survived.FindAsync(ChannelId.Parse(channel));
                lost += entry?.Voucher is { } voucher && voucher.Voucher.Cumulative.BaseUnits >= cumulative ? 0 : 1;
            }

            await child.DisposeAsync();
            if (cycle % Math.Max(1, cycles / 10) == 0)
            {
                log($"{cycle} kills: {accepted} channels with accepted vouchers, {lost} lost; {completed} answers completed, {failed} broken");
            }
        }

        // Everybody settles in order: the consumer signs what it still owes, the provider closes.
        Amount owed = LedgerSettlement.Usd(0), paid = owed;
        var (last, _) = await ChildProvider.StartAsync(arguments);
        await using (var client = await DePinClient.ConnectAsync(options))
        {
            // One whole request proves that a provider with this history still serves.
            completed += (await AskOnceAsync(client, CancellationToken.None)) ? 1 : 0;
            foreach (var entry in await journal.ListAsync())
            {
                owed += entry.Delivered;
            }

            foreach (var report in await client.SettleAsync())
            {
                paid += report.Paid;
            }
        }

        await last.DisposeAsync();
        var sum = highest.Values.Aggregate(UInt128.Zero, (left, right) => left + right);
        return new CrashResult(cycles, accepted, lost, completed, failed, new Amount(sum, LedgerSettlement.Credit), paid, owed, await ledger.GetTotalsAsync(LedgerSettlement.Credit));
    }

    private static async Task<(int Completed, int Failed)> AskAsync(DePinClient client, CancellationToken stop)
    {
        int completed = 0, failed = 0;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                completed += await AskOnceAsync(client, stop) ? 1 : 0;
            }
            catch (Exception failure) when (failure is DePinException or OperationCanceledException)
            {
                failed++;

                // The only provider is dead: what is asked until it is back would only count refusals.
                await Task.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None);
            }
        }

        return (completed, failed);
    }

    private static async Task<bool> AskOnceAsync(DePinClient client, CancellationToken stop)
    {
        using var chat = client.AsIChatClient("counting", new() { MaxCostPerRequest = LedgerSettlement.Usd(0.01m), HedgeBudget = 0 });
        var response = await chat.GetStreamingResponseAsync("Count.", cancellationToken: stop).ToChatResponseAsync(stop);
        return response.Text == CountingChatClient.Answer(Tokens);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
