using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Identity;
using DePin.Sdk.Payments;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.CrashHost;

/// <summary>A payee on a chain: takes vouchers from its input, and claims on the schedule until it is killed.</summary>
internal static class EvmPayee
{
    public static async Task<int> RunAsync(Uri rpc, string escrow, string key, string folder)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        using var signer = Secp256k1Signer.FromPrivateKey(Convert.FromHexString(key));
        await using var transport = new HttpJsonRpcTransport(rpc);
        await using var settlement = await EvmSettlement.ConnectAsync(
            new EvmClient(transport),
            new EvmSettlementOptions { Escrow = EvmAddress.Parse(escrow), DataDirectory = folder, Sender = new() { PollInterval = TimeSpan.FromSeconds(0.1) } },
            limit.Token);
        await using var journal = SqliteVoucherJournal.Open(Path.Combine(folder, "vouchers.db"));

        // A look each second.
        await using var acceptor = new PaymentAcceptor(settlement, signer, journal, new PaymentAcceptorOptions { MinimumGracePeriod = TimeSpan.FromSeconds(3) });
        var running = acceptor.RunAsync(limit.Token);
        Console.WriteLine("READY");
        while (await Console.In.ReadLineAsync(limit.Token) is { } line)
        {
            var words = line.Split(' ');
            var voucher = new Voucher(ChannelId.Parse(words[0]), Amount.Parse($"{words[1]} {settlement.NativeAsset}"));
            await using var payment = await acceptor.BeginAsync(voucher.Channel, Amount.Zero(settlement.NativeAsset), limit.Token);
            await payment.AcceptAsync(new SignedVoucher(voucher, new Signature(SignatureAlgorithm.Secp256k1, Convert.FromHexString(words[2]))), limit.Token);
            Console.WriteLine("ACCEPTED");
        }

        await running;
        return 0;
    }
}
