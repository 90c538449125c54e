using DePin.Sdk.Chains.Evm.Sending;
using DePin.Sdk.Chains.Rpc;

namespace DePin.Sdk.IntegrationTests.Evm.Sending;

/// <summary>The sender on a real node, whatever happens to the node: every wei is accounted for in the end.</summary>
public sealed class EvmSenderAnvilTests
{
    [AnvilFact]
    public async Task SendAsync_ManyTasksAndDuplicates_PayOnceEach()
    {
        await using var bench = await SenderOnAnvil.StartAsync();

        var sending = Task.WhenAll(Enumerable.Range(0, 900).Select(i => Task.Run(() => bench.Sender.SendAsync(bench.Pay(i % 300), bench.Stop))));
        await bench.MineUntilAsync(sending);

        Assert.Equal(300, (await sending).Select(receipt => receipt.TransactionHash).Distinct().Count());
        await bench.CheckBooksAsync(Enumerable.Range(0, 300));
    }

    [AnvilFact]
    public async Task SendAsync_AnswersAndRequestsAreLost_PaysOnceEach()
    {
        await using var bench = await SenderOnAnvil.StartAsync();
        var random = new Random(4);
        bool isOpen = false;
        await bench.OpenAsync(new LossyTransport(bench.Http, IsLost, IsLost));
        isOpen = true;

        await bench.MineUntilAsync(Task.WhenAll(Enumerable.Range(0, 200).Select(i => RetryAsync(bench, i))));

        await bench.CheckBooksAsync(Enumerable.Range(0, 200));

        bool IsLost(IReadOnlyList<JsonRpcRequest> requests)
        {
            lock (random)
            {
                return isOpen && random.Next(requests[0].Method == "eth_sendRawTransaction" ? 2 : 6) == 0;
            }
        }
    }

    [AnvilFact]
    public async Task SendAsync_NodeIsRestartedInTheMiddleOfABatch_PaysOnceEach()
    {
        await using var bench = await SenderOnAnvil.StartAsync();
        var sending = Task.WhenAll(Enumerable.Range(0, 120).Select(i => RetryAsync(bench, i)));
        await bench.UntilPooledAsync(20);
        await bench.Node.MineAsync(1, bench.Stop);

        // What waits is lost with the node; what is mined is in its state.
        await bench.MineUntilAsync(sending, async block =>
        {
            if (block is 1 or 4)
            {
                await bench.Node.RestartAsync(bench.Stop);
            }
        });

        await bench.CheckBooksAsync(Enumerable.Range(0, 120));
    }

    [AnvilFact]
    public async Task SendAsync_NodeIsKilledAndForgetsBlocks_PaysOnceEach()
    {
        await using var bench = await SenderOnAnvil.StartAsync();
        await bench.MineUntilAsync(Task.WhenAll(Enumerable.Range(0, 10).Select(i => bench.Sender.SendAsync(bench.Pay(i), bench.Stop))));
        await bench.Node.RestartAsync(bench.Stop);
        await bench.MineUntilAsync(Task.WhenAll(Enumerable.Range(10, 10).Select(i => RetryAsync(bench, i))));
        var sending = Task.WhenAll(Enumerable.Range(20, 10).Select(i => RetryAsync(bench, i)));
        await bench.UntilPooledAsync(5);

        // Its last state was written before payment 10: it has lost blocks whose payments were reported.
        await bench.Node.KillAsync();
        await bench.Node.RestartAsync(bench.Stop);
        await bench.MineUntilAsync(sending);
        await bench.MineUntilAsync(UntilNonceAsync(bench, 30));

        await bench.CheckBooksAsync(Enumerable.Range(0, 30));
    }

    [AnvilFact]
    public async Task SendAsync_GasBecomesDear_IsReplacedAndPaidOnce()
    {
        await using var bench = await SenderOnAnvil.StartAsync();
        var sending = Task.WhenAll(Enumerable.Range(0, 20).Select(i => bench.Sender.SendAsync(bench.Pay(i), bench.Stop)));
        await bench.UntilPooledAsync(20);

        await bench.MineUntilAsync(sending, async block =>
        {
            if (block < 12)
            {
                await bench.Node.CallAsync("anvil_setNextBlockBaseFeePerGas", ["0x174876e800"], bench.Stop);
            }
        });

        Assert.All(await sending, receipt => Assert.True(receipt.Succeeded));
        await bench.CheckBooksAsync(Enumerable.Range(0, 20));
    }

    [AnvilFact]
    public async Task SendAsync_NodeDropsLowerNonces_ClosesTheGaps()
    {
        await using var bench = await SenderOnAnvil.StartAsync();
        var sending = Task.WhenAll(Enumerable.Range(0, 30).Select(i => bench.Sender.SendAsync(bench.Pay(i), bench.Stop)));
        await bench.UntilPooledAsync(30);
        var content = await bench.Node.CallAsync("txpool_content", cancellationToken: bench.Stop);
        var own = content.GetProperty("pending").EnumerateObject().Single().Value.EnumerateObject().ToDictionary(entry => int.Parse(entry.Name), entry => entry.Value.GetProperty("hash").GetString());
        foreach (int nonce in new[] { 0, 7, 8, 29 })
        {
            await bench.Node.CallAsync("anvil_dropTransaction", [own[nonce]], bench.Stop);
        }

        await bench.MineUntilAsync(sending);

        Assert.Equal(own.Values.Order(), (await sending).Select(receipt => receipt.TransactionHash.ToString()).Order());
        await bench.CheckBooksAsync(Enumerable.Range(0, 30));
    }

    [AnvilFact]
    public async Task SendAsync_ReorganisationTakesReportedPayments_BringsThemBack()
    {
        await using var bench = await SenderOnAnvil.StartAsync();
        await bench.MineUntilAsync(Task.WhenAll(Enumerable.Range(0, 10).Select(i => bench.Sender.SendAsync(bench.Pay(i), bench.Stop))));
        await bench.Node.MineAsync(3, bench.Stop);
        await bench.MineUntilAsync(Task.WhenAll(Enumerable.Range(10, 10).Select(i => bench.Sender.SendAsync(bench.Pay(i), bench.Stop))));
        int head = Convert.ToInt32((await bench.Node.CallAsync("eth_blockNumber", cancellationToken: bench.Stop)).GetString(), 16);

        await bench.Node.CallAsync("anvil_reorg", [head - 1, new System.Text.Json.Nodes.JsonArray()], bench.Stop);
        Assert.True(await NonceAsync(bench) < 20);
        await bench.MineUntilAsync(UntilNonceAsync(bench, 20));

        await bench.CheckBooksAsync(Enumerable.Range(0, 20));
    }

    [AnvilFact]
    public async Task SendAsync_ReorganisationBeforeItIsFinal_ReportsTheLastBlock()
    {
        await using var bench = await SenderOnAnvil.StartAsync(options => options.Finality = EvmFinality.Confirmations(6));
        var sending = Task.WhenAll(Enumerable.Range(0, 5).Select(i => bench.Sender.SendAsync(bench.Pay(i), bench.Stop)));
        await bench.UntilPooledAsync(5);
        await bench.Node.MineAsync(3, bench.Stop);
        await bench.Node.CallAsync("anvil_reorg", [3, new System.Text.Json.Nodes.JsonArray()], bench.Stop);

        await bench.MineUntilAsync(sending);

        foreach (var receipt in await sending)
        {
            var block = await bench.Node.CallAsync("eth_getBlockByNumber", [$"0x{receipt.BlockNumber:x}", false], bench.Stop);
            Assert.Equal(receipt.BlockHash.ToString(), block.GetProperty("hash").GetString());
        }

        await bench.CheckBooksAsync(Enumerable.Range(0, 5));
    }

    [AnvilFact]
    public async Task CancelAsync_StuckTransaction_HasNoEffectAndTheRestGoesOn()
    {
        await using var bench = await SenderOnAnvil.StartAsync();
        var stuck = bench.Sender.SendAsync(bench.Pay(1), bench.Stop);
        var behind = bench.Sender.SendAsync(bench.Pay(2), bench.Stop);
        await bench.UntilPooledAsync(2);

        var cancelling = bench.Sender.CancelAsync("payment 1", bench.Stop);
        await Task.Delay(TimeSpan.FromMilliseconds(300), bench.Stop);
        await bench.MineUntilAsync(Task.WhenAll(cancelling, behind));

        Assert.True(await cancelling);
        Assert.Equal(EvmSendError.Cancelled, (await Assert.ThrowsAsync<EvmSendException>(() => stuck)).Error);
        await bench.CheckBooksAsync([2]);
    }

    private static async Task RetryAsync(SenderOnAnvil bench, int id)
    {
        while (true)
        {
            try
            {
                await bench.Sender.SendAsync(bench.Pay(id), bench.Stop);
                return;
            }
            catch (EvmSendException problem) when (problem.IsTransient)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), bench.Stop);
            }
        }
    }

    private static async Task<int> NonceAsync(SenderOnAnvil bench) =>
        Convert.ToInt32((await bench.Node.CallAsync("eth_getTransactionCount", [bench.Account.ToString(), "latest"], bench.Stop)).GetString(), 16);

    private static async Task UntilNonceAsync(SenderOnAnvil bench, int nonce)
    {
        while (await NonceAsync(bench) < nonce)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), bench.Stop);
        }
    }
}
