using System.Collections.Concurrent;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.Sending;
using DePin.Sdk.Chains.Tests.Evm.Sending;

namespace DePin.Sdk.IntegrationTests.Evm.Sending;

/// <summary>Senders that end between any two of their steps, on a real node that goes on mining, and now and then drops what waits.</summary>
public sealed class EvmSenderCrashAnvilTests
{
    private const int Payments = 60;

    [AnvilFact]
    public async Task SendAsync_EndsAtEveryStep_PaysOnceEach()
    {
        await using var bench = await SenderOnAnvil.StartAsync(options => (options.MaxInFlight, options.MaxBatch) = (6, 4), opens: false);
        var random = new Random(17);
        var told = new ConcurrentDictionary<int, bool>();
        int lives = 0;
        await bench.MineUntilAsync(LiveAsync(), async block =>
        {
            if (block % 40 == 20)
            {
                await bench.Node.CallAsync("anvil_dropAllTransactions", cancellationToken: bench.Stop);
            }
        });

        Assert.True(lives > 20, $"only {lives} lives");
        await bench.CheckBooksAsync(Enumerable.Range(0, Payments));

        async Task LiveAsync()
        {
            for (; told.Count < Payments; lives++)
            {
                await LiveOnceAsync(bench, random.Next(1, 12 + (lives / 2)), told);
            }
        }
    }

    private static async Task LiveOnceAsync(SenderOnAnvil bench, int steps, ConcurrentDictionary<int, bool> told)
    {
        var edge = new Mortality(bench.Http, bench.Signer, steps);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(bench.Stop);
        var opening = EvmSender.OpenAsync(new EvmClient(edge), edge, bench.Options, cancellationToken: stop.Token);
        if (await Task.WhenAny(opening, edge.Death) != opening)
        {
            await stop.CancelAsync();
        }

        try
        {
            await using var sender = await opening;
            var sending = Task.WhenAll(Enumerable.Range(0, Payments).Where(id => !told.ContainsKey(id)).Select(id => PayAsync(bench, sender, id, told)));
            await Task.WhenAny(sending, edge.Death);
            await sender.DisposeAsync();
            await sending;
        }
        catch (OperationCanceledException) when (!bench.Stop.IsCancellationRequested)
        {
            // It ended while it was opened.
        }
    }

    private static async Task PayAsync(SenderOnAnvil bench, EvmSender sender, int id, ConcurrentDictionary<int, bool> told)
    {
        try
        {
            await sender.SendAsync(bench.Pay(id), bench.Stop);
            told[id] = true;
        }
        catch (Exception problem) when (problem is ObjectDisposedException or EvmSendException { Error: EvmSendError.Pending or EvmSendError.Unavailable })
        {
            // The next life asks again.
        }
    }
}
