using System.Globalization;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Escrow;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.Sending;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.IntegrationTests.PaymentTests;
using DePin.Sdk.Settlement;
using DePin.Sdk.Testing.Evm;

namespace DePin.Sdk.IntegrationTests.Evm;

/// <summary>A payer leaves while its payee is dead; the payee comes back inside the grace period.</summary>
public sealed class ClosingWhileDownTests
{
    private const ulong Deposit = 1_000_000_000_000_000;

    // More than it costs to claim, and so little that nobody would claim it at that cost without need.
    private const ulong Owed = 300_000_000_000_000;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [AnvilFact]
    public async Task Restart_InTheMiddleOfTheGracePeriod_SettlesEverythingInOneTransaction()
    {
        using var limit = new CancellationTokenSource(3 * Limit);
        var folder = Directory.CreateTempSubdirectory("depin-payee-").FullName;

        // The chain's clock is behind, so that a quarter of an hour that begins on it is nearly over on ours.
        var options = new AnvilOptions { BlockTime = TimeSpan.FromSeconds(0.2) };
        options.Arguments.Add("--timestamp");
        options.Arguments.Add(DateTimeOffset.UtcNow.AddMinutes(-13).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        await using var node = await AnvilFixture.StartAsync(options);
        await using var transport = new HttpJsonRpcTransport(node.HttpUrl);
        var client = new EvmClient(transport);
        using var payer = Secp256k1Signer.FromPrivateKey(node.Accounts[0].PrivateKey.Span);
        var payee = EvmAddress.Parse(node.Accounts[1].Address);
        var sending = new EvmSenderOptions { PollInterval = TimeSpan.FromSeconds(0.1) };
        EvmEscrow escrow;
        await using (var deployer = await EvmSender.OpenAsync(client, payer, sending, cancellationToken: limit.Token))
        {
            escrow = await EvmEscrow.DeployAsync(client, deployer, EvmEscrow.MinGracePeriod, limit.Token);
        }

        await using var settlement = await EvmSettlement.ConnectAsync(client, new EvmSettlementOptions { Escrow = escrow.Address, Sender = sending }, limit.Token);
        var request = new OpenChannelRequest { Payee = EvmCaip.ToAccountId(node.ChainId, payee), Deposit = new Amount(Deposit, settlement.NativeAsset), GracePeriod = EvmEscrow.MinGracePeriod };
        Channel[] channels = [await settlement.OpenAsync(request, payer, limit.Token), await settlement.OpenAsync(request, payer, limit.Token)];

        string[] arguments = ["evm-payee", node.HttpUrl.ToString(), escrow.Address.ToString(), Convert.ToHexString(node.Accounts[1].PrivateKey.Span), folder];
        await using (var doomed = ChildProcess.Start(arguments))
        {
            Assert.Equal("READY", await doomed.ReadLineAsync().WaitAsync(Limit));
            foreach (var channel in channels)
            {
                var signature = await payer.SignAsync(settlement.GetVoucherSigningBytes(new Voucher(channel.Id, new Amount(Owed, settlement.NativeAsset))), limit.Token);
                await doomed.WriteLineAsync($"{channel.Id} {Owed} {Convert.ToHexString(signature.Bytes.Span)}");
                Assert.Equal("ACCEPTED", await doomed.ReadLineAsync().WaitAsync(Limit));
            }

            doomed.Kill();
        }

        Assert.All(await settlement.FindChannelsAsync([.. channels.Select(channel => channel.Id)], limit.Token), channel => Assert.True(channel!.Settled.IsZero));
        foreach (var channel in channels)
        {
            Assert.Equal(ChannelStatus.Closing, (await settlement.RequestCloseAsync(channel.Id, payer, limit.Token)).Status);
        }

        var before = await client.GetTransactionCountAsync(payee, cancellationToken: limit.Token);
        await using (var restarted = ChildProcess.Start(arguments))
        {
            Assert.Equal("READY", await restarted.ReadLineAsync().WaitAsync(Limit));
            while ((await settlement.FindChannelsAsync([.. channels.Select(channel => channel.Id)], limit.Token)).Any(channel => channel!.Settled.BaseUnits != Owed))
            {
                await Task.Delay(50, limit.Token);
            }
        }

        // One transaction of the payee settled both; then the payer takes back the rest, and nothing is left.
        Assert.Equal(before + 1, await client.GetTransactionCountAsync(payee, cancellationToken: limit.Token));
        await node.AdvanceTimeAsync(EvmEscrow.MinGracePeriod, limit.Token);
        foreach (var channel in channels)
        {
            Assert.Equal(Deposit - Owed, (await settlement.WithdrawAsync(channel.Id, payer, limit.Token)).Refunded.BaseUnits);
        }

        Assert.True((await client.GetBalanceAsync(escrow.Address, cancellationToken: limit.Token)).IsZero);
        Directory.Delete(folder, recursive: true);
    }
}
