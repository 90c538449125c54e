using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Sending;

namespace DePin.Sdk.CrashHost;

/// <summary>Sends payments to a Solana node, and says of each when it is reported as done, until it is killed.</summary>
internal static class SolanaSenderLoop
{
    public static async Task<int> RunAsync(Uri node, string journal, string key, SolanaAddress payee, int payments)
    {
        using var signer = Ed25519Signer.FromPrivateKey(Convert.FromHexString(key));
        await using var http = new HttpJsonRpcTransport(node);
        var options = new SolanaSenderOptions { JournalPath = journal, PollInterval = TimeSpan.FromMilliseconds(20), ResendInterval = TimeSpan.FromMilliseconds(100), MaxConcurrency = 4 };
        await using var sender = await SolanaSender.OpenAsync(new SolanaClient(http), signer, options);
        using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        await Task.WhenAll(Enumerable.Range(0, payments).Select(async id =>
        {
            await sender.SendAsync(new SolanaTransactionRequest
            {
                Instructions = [SystemProgram.Transfer(sender.FeePayer, payee, 1_000 + (ulong)id), MemoProgram.Memo($"payment {id}")],
                Key = $"payment {id}",
            });
            lock (output)
            {
                output.WriteLine(id);
            }
        }));
        await output.WriteLineAsync("all");
        return 0;
    }
}
