using System.Diagnostics;
using DePin.Sdk.Benchmarks.Inference;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Sending;
using DePin.Sdk.Testing.Solana;

namespace DePin.Sdk.Benchmarks.Solana;

/// <summary>Transfers of one fee payer on a real RPC server (surfpool, on the same machine), journal on disk: from the call until the receipt is there.</summary>
internal static class SolanaSendBenchmark
{
    private const int Tasks = 500;

    public static async Task RunAsync(int transactions)
    {
        Console.WriteLine($"{Machine.Describe()}; {transactions} transfers of one fee payer, {Tasks} tasks, surfpool with a slot every 400 ms");
        foreach (bool simulates in new[] { false, true })
        {
            var folder = Directory.CreateTempSubdirectory("depin-send-");
            try
            {
                await MeasureAsync(transactions, simulates, Path.Combine(folder.FullName, "outbox.db"));
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }
    }

    private static async Task MeasureAsync(int transactions, bool simulates, string journal)
    {
        await using var node = await SurfpoolNode.StartAsync(new SurfpoolOptions { SlotTime = TimeSpan.FromMilliseconds(400), Progress = Console.WriteLine });
        await using var http = new HttpJsonRpcTransport(node.RpcUrl);
        using var signer = Ed25519Signer.FromPrivateKey(node.Accounts[1].PrivateKey.Span);
        var payee = SolanaAddress.Parse(node.Accounts[2].Address);
        await using var sender = await SolanaSender.OpenAsync(new SolanaClient(http), signer, new SolanaSenderOptions { JournalPath = journal, Simulate = simulates });
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => sender.SendAsync(Transfer(sender.FeePayer, payee, simulates))));

        var latencies = new double[transactions];
        long start = Stopwatch.GetTimestamp();
        int next = -1;
        await Task.WhenAll(Enumerable.Range(0, Math.Min(Tasks, transactions)).Select(_ => Task.Run(async () =>
        {
            for (int i = Interlocked.Increment(ref next); i < transactions; i = Interlocked.Increment(ref next))
            {
                long sent = Stopwatch.GetTimestamp();
                await sender.SendAsync(Transfer(sender.FeePayer, payee, simulates));
                latencies[i] = Stopwatch.GetElapsedTime(sent).TotalSeconds;
            }
        })));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Array.Sort(latencies);
        Console.WriteLine($"{(simulates ? "tried out first" : "limit given")}: {transactions / seconds,8:N0} transactions/s; until the receipt: median {latencies[transactions / 2]:N1} s, 99 % {latencies[transactions * 99 / 100]:N1} s");
    }

    // Equal transfers, which the sender tells apart.
    private static SolanaTransactionRequest Transfer(SolanaAddress from, SolanaAddress to, bool simulates) =>
        new() { Instructions = [SystemProgram.Transfer(from, to, 1)], ComputeUnitLimit = simulates ? null : 1_000 };
}
