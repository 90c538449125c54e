using System.Diagnostics;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Escrow;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.Sending;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Settlement;
using DePin.Sdk.Testing.Evm;

namespace DePin.Sdk.Benchmarks.Evm;

/// <summary>How many channels a second are settled on a real node: vouchers in, checked against the chain, sent in batches, receipts and events read, results out.</summary>
internal static class EvmClaimsBenchmark
{
    private static readonly TimeSpan GracePeriod = TimeSpan.FromHours(1);

    public static async Task RunAsync(int channels)
    {
        // Without a block time the node can leave a transaction lying that comes while it mines another one.
        var options = new AnvilOptions { Accounts = 3, BlockTime = TimeSpan.FromMilliseconds(100), Progress = Console.Error.WriteLine };
        options.Arguments.Add("--gas-limit");
        options.Arguments.Add("60000000");
        await using var node = await AnvilNode.StartAsync(options);
        await using var transport = new HttpJsonRpcTransport(node.HttpUrl, new HttpJsonRpcOptions { MaxBatchSize = 1_000 });
        var client = new EvmClient(transport);
        using var payer = Secp256k1Signer.FromPrivateKey(node.Accounts[0].PrivateKey.Span);
        using var payee = Secp256k1Signer.FromPrivateKey(node.Accounts[1].PrivateKey.Span);
        var sending = new EvmSenderOptions { PollInterval = TimeSpan.FromMilliseconds(5), MaxInFlight = 1_000 };
        EvmAddress escrow;
        await using (var sender = await EvmSender.OpenAsync(client, payer, sending))
        {
            escrow = (await EvmEscrow.DeployAsync(client, sender, GracePeriod)).Address;
        }

        await using var settlement = await EvmSettlement.ConnectAsync(client, new EvmSettlementOptions { Escrow = escrow, Sender = sending });
        Console.WriteLine($"Opening {channels:N0} channels ...");
        var opening = Stopwatch.StartNew();
        var opened = new List<Channel>();
        foreach (var part in Enumerable.Range(0, channels).Chunk(200))
        {
            opened.AddRange(await Task.WhenAll(part.Select(_ => settlement.OpenAsync(
                new OpenChannelRequest { Payee = settlement.GetAccount(payee.PublicKey), Deposit = new Amount(1_000_000, settlement.NativeAsset), GracePeriod = GracePeriod }, payer))));
        }

        Console.WriteLine($"{channels / opening.Elapsed.TotalSeconds,10:N0} channels opened a second");
        for (int round = 1; round <= 4; round++)
        {
            var vouchers = new List<SignedVoucher>();
            foreach (var channel in opened)
            {
                var voucher = new Voucher(channel.Id, new Amount((UInt128)(1_000 * round), settlement.NativeAsset));
                vouchers.Add(new SignedVoucher(voucher, await payer.SignAsync(settlement.GetVoucherSigningBytes(voucher))));
            }

            var time = Stopwatch.StartNew();
            var cpu = Process.GetCurrentProcess().TotalProcessorTime;
            var results = await settlement.SettleAsync(vouchers, payee);
            time.Stop();
            cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
            if (results.Any(result => result.Paid.BaseUnits != 1_000))
            {
                throw new InvalidOperationException("A voucher was not paid.");
            }

            var gas = new Dictionary<string, ulong>(StringComparer.Ordinal);
            foreach (var transaction in results.Select(result => result.TransactionId!).Distinct())
            {
                gas[transaction] = (await client.GetReceiptAsync(Hash32.Parse(transaction)))!.GasUsed;
            }

            Console.WriteLine(
                $"{channels / time.Elapsed.TotalSeconds,10:N0} channels settled a second in round {round}: {gas.Count} transactions, {gas.Values.Sum(g => (double)g) / channels:N0} gas a channel, "
                + $"{cpu.TotalMilliseconds / channels:N2} ms of this process a channel");
        }
    }
}
