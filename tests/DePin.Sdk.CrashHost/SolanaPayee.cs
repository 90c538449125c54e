using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Identity;
using DePin.Sdk.Payments;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.CrashHost;

/// <summary>A payee on Solana: takes vouchers from its input, and claims on the schedule until it is killed.</summary>
internal static class SolanaPayee
{
    public static async Task<int> RunAsync(Uri rpc, string mint, string key, string folder)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        using var signer = Ed25519Signer.FromPrivateKey(Convert.FromHexString(key));
        await using var transport = new HttpJsonRpcTransport(rpc);
        var options = new SolanaSettlementOptions { DataDirectory = folder };
        options.Sender.PollInterval = TimeSpan.FromSeconds(0.05);
        await using var settlement = await SolanaSettlement.ConnectAsync(new SolanaClient(transport), options, limit.Token);
        await using var journal = SqliteVoucherJournal.Open(Path.Combine(folder, "vouchers.db"));

        // A look and a claim each second, whatever the fee: tokens have no price here.
        var paying = new PaymentAcceptorOptions { ClaimInterval = TimeSpan.FromSeconds(1), MaximumClaimAge = TimeSpan.FromSeconds(1) };
        await using var acceptor = new PaymentAcceptor(settlement, signer, journal, paying);
        var running = acceptor.RunAsync(limit.Token);
        Console.WriteLine("READY");
        var asset = settlement.GetAsset(SolanaAddress.Parse(mint));
        while (await Console.In.ReadLineAsync(limit.Token) is { } line)
        {
            var words = line.Split(' ');
            var voucher = new Voucher(ChannelId.Parse(words[0]), Amount.Parse($"{words[1]} {asset}"));
            await using var payment = await acceptor.BeginAsync(voucher.Channel, Amount.Zero(asset), limit.Token);
            await payment.AcceptAsync(new SignedVoucher(voucher, new Signature(SignatureAlgorithm.Ed25519, Convert.FromHexString(words[2]))), limit.Token);
            Console.WriteLine("ACCEPTED");
        }

        await running;
        return 0;
    }
}
