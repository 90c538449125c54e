using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Tests.Rpc;

namespace DePin.Sdk.Chains.Tests.Solana.Rpc;

/// <summary>Mutated notifications over a real connection: each is an event, is for nobody, or ends with a typed error, and the subscription never hangs.</summary>
public sealed class SolanaHostileNotificationTests
{
    private const int Cases = 1_500;
    private const ulong Sentinel = 424_242_424_242;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly SolanaAddress Address = SolanaAddress.Parse(SolanaAnswers.Payer);

    [Fact]
    public async Task Notification_Mutated_IsReadOrRefused()
    {
        var mutator = new AnswerMutator(Notification(SolanaAnswers.Account), seed: 6);
        string sentinel = Notification(SolanaAnswers.Account.Replace("\"lamports\":2039280", $"\"lamports\":{Sentinel}", StringComparison.Ordinal));
        byte[]? hostile = null;
        await using var node = new WebSocketNode(async call =>
        {
            await call.ResultAsync(call.Method == "accountSubscribe" ? "7" : "true");
            if (call.Method == "accountSubscribe")
            {
                // A connection that ends at the hostile message comes back without it.
                string? text = hostile is null ? null : System.Text.Encoding.Latin1.GetString(hostile);
                hostile = null;
                if (text is not null)
                {
                    await call.TextAsync(text);
                }

                await call.TextAsync(sentinel);
            }
        });
        var options = new WebSocketJsonRpcOptions { ReconnectDelay = TimeSpan.FromMilliseconds(1), MaxReconnectDelay = TimeSpan.FromMilliseconds(1) };
        await using var transport = new WebSocketJsonRpcTransport(node.Url, options);
        using var limit = new CancellationTokenSource(Limit);
        int refused = 0;
        int lost = 0;
        for (int i = 0; i < Cases; i++)
        {
            hostile = mutator.Next();
            try
            {
                await using var subscription = await SubscribeAsync(transport, limit.Token);
                await foreach (var item in subscription.ReadAllAsync(limit.Token))
                {
                    lost += item.MayHaveMissed ? 1 : 0;
                    if (item.Value?.Lamports == Sentinel)
                    {
                        break;
                    }
                }
            }
            catch (SolanaRpcException problem)
            {
                Assert.Equal(SolanaRpcError.Malformed, problem.Kind);
                refused++;
            }
        }

        Assert.InRange(refused, Cases / 10, Cases);
        Assert.InRange(lost, Cases / 10, Cases);
    }

    // The connection can end between two subscriptions, at a message that was for nobody any more.
    private static async Task<RpcSubscription<SolanaAccount>> SubscribeAsync(WebSocketJsonRpcTransport transport, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await transport.SubscribeAccountAsync(Address, cancellationToken: cancellationToken);
            }
            catch (SolanaRpcException problem) when (problem.Kind == SolanaRpcError.Unavailable)
            {
                await Task.Yield();
            }
        }
    }

    private static string Notification(string result) => $$$"""{"jsonrpc":"2.0","method":"accountNotification","params":{"result":{{{result}}},"subscription":7}}""";
}
