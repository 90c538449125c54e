using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Sending;
using DePin.Sdk.Consumers;
using DePin.Sdk.Identity;
using DePin.Sdk.Market;
using DePin.Sdk.Settlement;
using DePin.Sdk.Testing;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.IntegrationTests.Solana;

/// <summary>A consumer that prefers to pay on Solana, and can pay on the ledger too, while Solana's RPC server is away.</summary>
public sealed class ChainUnreachableTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [SurfpoolFact]
    public async Task Request_ServerAway_IsPaidOnTheOtherChainAndLaterOnSolanaAgain()
    {
        using var limit = new CancellationTokenSource(Limit);
        await using var node = await SurfpoolFixture.StartAsync();
        var mint = await node.CreateMintAsync(cancellationToken: limit.Token);
        await node.SetTokenAccountAsync(node.Accounts[1].Address, mint, 1_000_000, cancellationToken: limit.Token);
        using var player = SurfpoolFixture.SignerOf(node.Accounts[1]);
        using var provider = SurfpoolFixture.SignerOf(node.Accounts[2]);
        await using var settlement = await SolanaSettlement.ConnectAsync(
            new SolanaClient(new HttpJsonRpcTransport(node.RpcUrl)), new SolanaSettlementOptions { Sender = new SolanaSenderOptions { PollInterval = TimeSpan.FromSeconds(0.1) } }, limit.Token);
        var dollar = settlement.GetAsset(SolanaAddress.Parse(mint));
        var verifiers = SignatureVerifiers.Default.With(new Ed25519Verifier());
        await using var network = await LocalNetwork.StartAsync(
            o =>
            {
                o.Providers = 2;
                o.Price = i => i == 0 ? new TokenPrice(LedgerSettlement.Usd(1), LedgerSettlement.Usd(2)) : new TokenPrice(new Amount(1_000_000, dollar), new Amount(2_000_000, dollar));
                o.ConfigureProvider = (i, options) =>
                {
                    if (i == 1)
                    {
                        (options.Signer, options.Settlement, options.Verifiers) = (provider, settlement, verifiers);
                    }
                };
                o.ConfigureClient = client =>
                {
                    client.SignatureVerifiers = verifiers;
                    client.OtherAccounts.Add(new ConsumerAccount { Settlement = settlement, Signer = player });
                };
            },
            limit.Token);
        using var chat = network.Client.AsIChatClient(
            network.Model, new() { MaxCostPerRequest = new Amount(10_000, dollar), MaxCostInOtherAssets = [LedgerSettlement.Usd(0.01m)], HedgeBudget = 0 });

        await node.KillAsync(limit.Token);
        Assert.Equal(LedgerSettlement.Credit, (await AskAsync()).Asset);
        await node.RestartAsync(limit.Token);
        var paid = await AskAsync();
        Assert.Equal(dollar, paid.Asset);

        var reports = await network.Client.SettleAsync(limit.Token);
        Assert.All(reports, report => Assert.True(report.Status == ChannelStatus.Closed, report.Failure?.ToString()));
        Assert.Equal(paid, await settlement.GetBalanceAsync(settlement.GetAccount(provider.PublicKey), dollar, limit.Token));
        Assert.Equal(new Amount(1_000_000, dollar), paid + await settlement.GetBalanceAsync(settlement.GetAccount(player.PublicKey), dollar, limit.Token));

        async Task<Amount> AskAsync() => (Amount)(await chat.GetResponseAsync("Greet the traveller.", cancellationToken: limit.Token)).AdditionalProperties![DePinChatProperties.Cost]!;
    }
}
