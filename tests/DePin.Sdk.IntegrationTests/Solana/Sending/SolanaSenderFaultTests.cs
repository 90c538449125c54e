using System.Collections.Concurrent;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana.Sending;
using DePin.Sdk.Identity;

namespace DePin.Sdk.IntegrationTests.Solana.Sending;

/// <summary>What breaks between a sender and a real chain: nothing is lost, and nothing is paid twice.</summary>
public sealed class SolanaSenderFaultTests
{
    [SurfpoolFact]
    public async Task SendAsync_NodeIsKilledAndRestartedMidSend_PaysOnceEach()
    {
        await using var bench = await SenderOnSurfpool.StartAsync(b => b.Options.ConfirmationTimeout = TimeSpan.FromMinutes(2));
        var random = new Random(7);
        var paid = new ConcurrentDictionary<int, bool>();
        var sending = Parallel.ForEachAsync(Enumerable.Range(0, 150), new ParallelOptions { MaxDegreeOfParallelism = 20, CancellationToken = bench.Stop }, async (id, _) =>
        {
            while (!paid.ContainsKey(id))
            {
                try
                {
                    await bench.SendAsync(id);
                    paid[id] = true;
                }
                catch (SolanaSendException problem) when (problem is { Error: SolanaSendError.Unavailable, MayHaveBeenBroadcast: false })
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(20), bench.Stop); // not sent: the node was away when it was tried out
                }
            }
        });

        for (int i = 0; i < 6 && !sending.IsCompleted; i++)
        {
            await Task.Delay(random.Next(30, 200), bench.Stop);
            await bench.Node.KillAsync(bench.Stop);
            await Task.Delay(random.Next(30, 200), bench.Stop);
            await bench.Node.RestartAsync(bench.Stop);
        }

        await sending;
        await bench.CheckBooksAsync(Enumerable.Range(0, 150));
    }

    [SurfpoolFact]
    public async Task SendAsync_BlockhashExpiresBetweenSigningAndSending_IsSignedAnewOnce()
    {
        await using var bench = await SenderOnSurfpool.StartAsync();
        var slow = new SlowSigner(bench.Signer, () => bench.Node.AdvanceBlocksAsync(160, bench.Stop));
        await bench.ReopenAsync(signer: slow);

        await bench.SendAsync(1);

        Assert.Equal(2, slow.Signatures);
        await bench.CheckBooksAsync([1]);
    }

    [SurfpoolFact]
    public async Task SendAsync_RequestsAreLostUntilTheBlockhashExpires_IsSignedAnew()
    {
        await using var bench = await SenderOnSurfpool.StartAsync(opens: false);
        var seen = new ConcurrentQueue<string>();
        bool isLost = true;
        await bench.ReopenAsync(new LossyTransport(
            bench.Transport,
            requests =>
            {
                if (LossyTransport.Sends(requests))
                {
                    seen.Enqueue(System.Text.Encoding.UTF8.GetString(requests[0].Parameters.Span));
                    return isLost;
                }

                return false;
            },
            _ => false));

        var sending = bench.SendAsync(1);
        while (seen.Count < 3)
        {
            await Task.Delay(10, bench.Stop);
        }

        Assert.Single(seen.Distinct());
        await bench.Node.AdvanceBlocksAsync(170, bench.Stop);
        isLost = false;
        await sending;

        Assert.InRange(seen.Distinct().Count(), 2, 3);
        await bench.CheckBooksAsync([1]);
    }

    [SurfpoolFact]
    public async Task SendAsync_AnswersAreLostAndDeliveriesDoubled_PaysOnceEach()
    {
        await using var bench = await SenderOnSurfpool.StartAsync(opens: false);
        var random = new Random(3);
        var doubling = new DoublingTransport(bench.Transport);
        await bench.ReopenAsync(new LossyTransport(
            doubling,
            requests => LossyTransport.Sends(requests) && Chance(random, 3),
            requests => LossyTransport.Sends(requests) && Chance(random, 2)));

        await Task.WhenAll(Enumerable.Range(0, 40).Select(bench.SendAsync));

        Assert.True(doubling.Delivered >= 80, $"only {doubling.Delivered} deliveries");
        await bench.CheckBooksAsync(Enumerable.Range(0, 40));
    }

    [SurfpoolFact]
    public async Task SendAsync_NotificationsAreLost_AsksAllTheSame()
    {
        await using var bench = await SenderOnSurfpool.StartAsync(opens: false);
        await using var deaf = new WebSocketJsonRpcTransport(new Uri("ws://127.0.0.1:9"));
        bench.Options.Notifications = deaf;
        await bench.ReopenAsync();

        await Task.WhenAll(Enumerable.Range(0, 10).Select(bench.SendAsync));

        await bench.CheckBooksAsync(Enumerable.Range(0, 10));
    }

    [SurfpoolFact]
    public async Task OpenAsync_AfterBlockhashesExpiredMeanwhile_GoesOnWhereItStood()
    {
        await using var bench = await SenderOnSurfpool.StartAsync(opens: false);
        int sent = 0;
        await bench.ReopenAsync(new LossyTransport(bench.Transport, requests => LossyTransport.Sends(requests) && Interlocked.Increment(ref sent) % 2 == 0, _ => false));
        var first = Enumerable.Range(0, 10).Select(bench.SendAsync).ToList();
        while (Volatile.Read(ref sent) < 10)
        {
            await Task.Delay(5, bench.Stop);
        }

        await bench.Sender.DisposeAsync();
        await Task.WhenAll(first.Select(async task => await Task.WhenAny(task)));
        await bench.Node.AdvanceBlocksAsync(170, bench.Stop);
        await bench.ReopenAsync();
        await Task.WhenAll(Enumerable.Range(0, 10).Select(bench.SendAsync));

        await bench.CheckBooksAsync(Enumerable.Range(0, 10));
    }

    private static bool Chance(Random random, int of)
    {
        lock (random)
        {
            return random.Next(of) == 0;
        }
    }

    /// <summary>A key that takes its time for the first signature.</summary>
    private sealed class SlowSigner(ISigner inner, Func<Task> meanwhile) : ISigner
    {
        public int Signatures { get; private set; }

        public PublicKey PublicKey => inner.PublicKey;

        public async ValueTask<Signature> SignAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default)
        {
            if (++Signatures == 1)
            {
                await meanwhile();
            }

            return await inner.SignAsync(message, cancellationToken);
        }
    }

    /// <summary>A connection that hands every transaction over twice.</summary>
    private sealed class DoublingTransport(IJsonRpcTransport inner) : IJsonRpcTransport
    {
        private int _delivered;

        public int Delivered => _delivered;

        public async Task<IReadOnlyList<JsonRpcResponse>> SendAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken = default)
        {
            if (LossyTransport.Sends(requests))
            {
                Interlocked.Add(ref _delivered, 2);
                await inner.SendAsync(requests, cancellationToken);
            }

            return await inner.SendAsync(requests, cancellationToken);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
