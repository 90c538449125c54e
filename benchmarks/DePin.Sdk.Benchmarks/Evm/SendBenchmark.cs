using System.Diagnostics;
using DePin.Sdk.Benchmarks.Inference;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.Sending;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Testing.Evm;

namespace DePin.Sdk.Benchmarks.Evm;

/// <summary>Transfers of one account on a real node (anvil, on the same machine), journal on disk: from the call until the receipt is there.</summary>
internal static class SendBenchmark
{
    private const int Tasks = 5_000;

    public static async Task RunAsync(int transactions)
    {
        Console.WriteLine($"{Machine.Describe()}; {transactions} transfers of one account, {Tasks} tasks, anvil with a block every second");
        foreach (bool simulates in new[] { false, true })
        {
            var folder = Directory.CreateTempSubdirectory("depin-send-");
            try
            {
                await MeasureAsync(transactions, simulates, Path.Combine(folder.FullName, "lane.db"));
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }
    }

    private static async Task MeasureAsync(int transactions, bool simulates, string journal)
    {
        await using var node = await AnvilNode.StartAsync(new AnvilOptions { BlockTime = TimeSpan.FromSeconds(1), Arguments = { "--gas-limit", "1000000000" }, Progress = Console.WriteLine });
        await using var http = new HttpJsonRpcTransport(node.HttpUrl, new HttpJsonRpcOptions { MaxBatchSize = 500 });
        using var signer = Secp256k1Signer.FromPrivateKey(node.Accounts[1].PrivateKey.Span);
        var options = new EvmSenderOptions
        {
            JournalPath = journal,
            MaxInFlight = Tasks,
            MaxBatch = 500,
            Simulate = simulates,
            PollInterval = TimeSpan.FromMilliseconds(250),
        };
        await using var sender = await EvmSender.OpenAsync(new EvmClient(http), signer, options);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => sender.SendAsync(Transfer(i))));

        var latencies = new double[transactions];
        long start = Stopwatch.GetTimestamp();
        int next = -1;
        await Task.WhenAll(Enumerable.Range(0, Math.Min(Tasks, transactions)).Select(_ => Task.Run(async () =>
        {
            for (int i = Interlocked.Increment(ref next); i < transactions; i = Interlocked.Increment(ref next))
            {
                long sent = Stopwatch.GetTimestamp();
                await sender.SendAsync(Transfer(i));
                latencies[i] = Stopwatch.GetElapsedTime(sent).TotalSeconds;
            }
        })));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Array.Sort(latencies);
        Console.WriteLine($"{(simulates ? "tried out first" : "gas limit given")}: {transactions / seconds,8:N0} transactions/s; until the receipt: median {latencies[transactions / 2]:N1} s, 99 % {latencies[transactions * 99 / 100]:N1} s");
    }

    private static EvmTransactionRequest Transfer(int i) => new() { To = EvmAddress.FromUInt256(0x100_0000UL + (ulong)i), Value = UInt256.One, GasLimit = 21_000 };
}
