using System.Security.Cryptography;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.IntegrationTests.PaymentTests;
using DePin.Sdk.Settlement;
using static DePin.Sdk.IntegrationTests.Solana.Settlement.SolanaTestChain;

namespace DePin.Sdk.IntegrationTests.Solana.Settlement;

/// <summary>A provider that is killed again and again while it claims, and whose payers leave meanwhile, gets what it is owed, once.</summary>
public sealed class SolanaKillTests
{
    private const ulong Funds = 1_000_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [SurfpoolFact]
    public async Task Provider_KilledWhileItClaims_IsPaidEachVoucherOnce()
    {
        using var limit = new CancellationTokenSource(3 * Patience);
        await using var chain = await SolanaTestChain.StartAsync().WaitAsync(Patience);
        using var payer = await chain.CreateSignerAsync();
        using var payee = await chain.CreateSignerAsync();
        var mint = await chain.CreateMintAsync();
        await chain.SetTokensAsync(AddressOf(payer), mint, Funds);
        await using var settlement = await chain.ConnectAsync();
        var key = new byte[32];
        payee.ExportPrivateKey(key);
        var folder = Directory.CreateTempSubdirectory("depin-solana-payee-").FullName;
        string[] arguments = ["solana-payee", chain.Node.RpcUrl.ToString(), mint.ToString(), Convert.ToHexString(key), folder];
        var channels = new List<Channel>();
        ulong owed = 0;
        for (int life = 0; life < 5; life++)
        {
            await using var provider = ChildProcess.Start(arguments);
            Assert.Equal("READY", await provider.ReadLineAsync().WaitAsync(Patience));
            for (int i = 0; i < 3; i++)
            {
                var request = new OpenChannelRequest { Payee = settlement.GetAccount(payee.PublicKey), Deposit = new Amount(1_000, settlement.GetAsset(mint)), GracePeriod = TimeSpan.FromHours(1) };
                var channel = await settlement.OpenAsync(request, payer, limit.Token);
                var voucher = await SignAsync(settlement, channel, 100 + (ulong)channels.Count, payer);
                await provider.WriteLineAsync($"{channel.Id} {voucher.Voucher.Cumulative.BaseUnits} {Convert.ToHexString(voucher.Signature.Bytes.Span)}");
                Assert.Equal("ACCEPTED", await provider.ReadLineAsync().WaitAsync(Patience));
                owed += (ulong)voucher.Voucher.Cumulative.BaseUnits;
                channels.Add(channel);
            }

            // Claims come about each second; it dies before, in the middle of and after some.
            await Task.Delay(RandomNumberGenerator.GetInt32(200, 2_200), limit.Token);
            provider.Kill();
            await RequestCloseAsync(settlement, channels[^1], payer, limit.Token);
        }

        await using (var last = ChildProcess.Start(arguments))
        {
            Assert.Equal("READY", await last.ReadLineAsync().WaitAsync(Patience));
            while (await chain.BalanceAsync(AddressOf(payee), mint) < owed)
            {
                await Task.Delay(50, limit.Token);
            }
        }

        Assert.Equal(owed, await chain.BalanceAsync(AddressOf(payee), mint));
        foreach (var channel in channels)
        {
            var end = (await settlement.FindChannelAsync(channel.Id, limit.Token))!;
            if (end.Status != ChannelStatus.Closed)
            {
                await settlement.CloseAsync(channel.Id, null, payee, limit.Token);
            }
        }

        Assert.Equal(Funds - owed, await chain.BalanceAsync(AddressOf(payer), mint));
        Assert.Equal(Funds, await chain.TotalAsync(mint));
        Directory.Delete(folder, recursive: true);
    }

    private static async Task RequestCloseAsync(ISettlementBackend settlement, Channel channel, Ed25519Signer payer, CancellationToken cancellationToken)
    {
        try
        {
            await settlement.RequestCloseAsync(channel.Id, payer, cancellationToken);
        }
        catch (SettlementException closed) when (closed.Code == DePinErrorCode.ChannelState)
        {
            // A settlement on its way came first, where there was one.
        }
    }
}
