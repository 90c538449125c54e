using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.IntegrationTests.Solana;

namespace DePin.Sdk.IntegrationTests.Documentation;

/// <summary>The snippet of docs/reference/solana-rpc.md, run as it is shown until the first change is told.</summary>
public sealed class SolanaRpcSnippets
{
    [SurfpoolFact]
    public async Task Subscription_AccountChanges_IsTold()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var cancellationToken = limit.Token;
        await using var node = await SurfpoolFixture.StartAsync();
        await using var http = new HttpJsonRpcTransport(node.RpcUrl);
        var client = new SolanaClient(http);
        var webSocketUrl = node.WebSocketUrl;
        var address = SolanaAddress.Parse(node.Accounts[3].Address);
        ulong wanted = 10_002_000_000_000;
        using var told = new CancellationTokenSource();
        var changing = ChangeAsync();

        // begin-snippet: solana-subscription
        await using var socket = new WebSocketJsonRpcTransport(webSocketUrl);
        await using var subscription = await socket.SubscribeAccountAsync(address);
        var account = await client.GetAccountAsync(address);
        await foreach (var change in subscription.ReadAllAsync(cancellationToken))
        {
            // The connection was lost, or this reader too slow: ask for what may have been missed.
            account = change.Value ?? await client.GetAccountAsync(address, cancellationToken: cancellationToken);
            if (account?.Lamports >= wanted)
            {
                break;
            }
        }
        // end-snippet

        await told.CancelAsync();
        await changing;
        Assert.True(account!.Lamports >= wanted);

        async Task ChangeAsync()
        {
            while (!told.IsCancellationRequested)
            {
                await client.RequestAirdropAsync(address, 1_000_000_000, cancellationToken: cancellationToken);
                await Task.Delay(500, cancellationToken);
            }
        }
    }
}
