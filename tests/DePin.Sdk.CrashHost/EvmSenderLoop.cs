using System.Buffers.Binary;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.Sending;
using DePin.Sdk.Chains.Rpc;

namespace DePin.Sdk.CrashHost;

/// <summary>Sends payments to a node, and says of each when it is reported as done, until it is killed.</summary>
internal static class EvmSenderLoop
{
    public static async Task<int> RunAsync(Uri node, string journal, string key, EvmAddress payee, int payments)
    {
        using var signer = Secp256k1Signer.FromPrivateKey(Convert.FromHexString(key));
        await using var http = new HttpJsonRpcTransport(node);
        var options = new EvmSenderOptions { JournalPath = journal, PollInterval = TimeSpan.FromMilliseconds(20), MaxInFlight = 20, MaxBatch = 8 };
        await using var sender = await EvmSender.OpenAsync(new EvmClient(http), signer, options);
        using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        await Task.WhenAll(Enumerable.Range(0, payments).Select(async id =>
        {
            var data = new byte[8];
            BinaryPrimitives.WriteInt64BigEndian(data, id);
            await sender.SendAsync(new EvmTransactionRequest { To = payee, Value = UInt256.One, Data = data, Key = $"payment {id}" });
            lock (output)
            {
                output.WriteLine(id);
            }
        }));
        await output.WriteLineAsync("all");
        return 0;
    }
}
