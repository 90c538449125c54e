using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Tests.Rpc;

namespace DePin.Sdk.Chains.Tests.Solana.Rpc;

public sealed class SolanaSubscriptionTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private static readonly SolanaSignature Signature = SolanaSignature.Parse(SolanaAnswers.Signature);
    private static readonly SolanaAddress TokenProgram = SolanaAddress.Parse("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");
    private static readonly WebSocketJsonRpcOptions Fast = new() { ReconnectDelay = TimeSpan.FromMilliseconds(1) };

    [Fact]
    public async Task Signature_Processed_IsToldOnceAndEnds()
    {
        await using var node = new WebSocketNode(async call =>
        {
            await call.ResultAsync("0");
            await EventAsync(call, "signature", 0, SolanaAnswers.SignatureNotification);
        });
        await using var transport = new WebSocketJsonRpcTransport(node.Url);
        await using (var subscription = await transport.SubscribeSignatureAsync(Signature).WaitAsync(Limit))
        {
            var told = await ReadAsync(subscription, 2);

            Assert.Equal(10_140UL, Assert.Single(told)!.Slot);
        }

        // The node has forgotten it by itself, so that it is not told of the end.
        Assert.Equal(["signatureSubscribe"], node.Methods);
    }

    [Fact]
    public async Task Signature_NotificationBeforeTheAnswer_IsNotLost()
    {
        await using var node = new WebSocketNode(async call =>
        {
            await EventAsync(call, "signature", 3, SolanaAnswers.SignatureNotification);
            await call.ResultAsync("3");
        });
        await using var transport = new WebSocketJsonRpcTransport(node.Url);
        await using var subscription = await transport.SubscribeSignatureAsync(Signature).WaitAsync(Limit);

        Assert.Single(await ReadAsync(subscription, 2));
    }

    [Fact]
    public async Task Signature_Failed_SaysWhy()
    {
        await using var node = new WebSocketNode(async call =>
        {
            await call.ResultAsync("0");
            await EventAsync(call, "signature", 0, SolanaAnswers.SignatureNotification.Replace("null", "{\"InstructionError\":[1,{\"Custom\":6}]}", StringComparison.Ordinal));
        });
        await using var transport = new WebSocketJsonRpcTransport(node.Url);
        await using var subscription = await transport.SubscribeSignatureAsync(Signature).WaitAsync(Limit);

        Assert.Equal(6U, (await ReadAsync(subscription, 1))[0]!.Error!.CustomCode);
    }

    [Fact]
    public async Task Signature_ConnectionLost_IsSubscribedAgainAndSaysSo()
    {
        int connection = 0;
        await using var node = new WebSocketNode(async call =>
        {
            await call.ResultAsync("0");
            if (++connection == 1)
            {
                call.Socket.Abort();
                return;
            }

            await EventAsync(call, "signature", 0, SolanaAnswers.SignatureNotification);
        });
        await using var transport = new WebSocketJsonRpcTransport(node.Url, Fast);
        await using var subscription = await transport.SubscribeSignatureAsync(Signature).WaitAsync(Limit);

        var told = await ReadAsync(subscription, 3);

        Assert.Equal([true, false], told.Select(item => item is null));
    }

    [Fact]
    public async Task Signature_ToldAndConnectionLost_IsNotSubscribedAgain()
    {
        await using var node = new WebSocketNode(async call =>
        {
            await call.ResultAsync("0");
            if (call.Method == "signatureSubscribe")
            {
                await EventAsync(call, "signature", 0, SolanaAnswers.SignatureNotification);
            }
        });
        await using var transport = new WebSocketJsonRpcTransport(node.Url, Fast);
        await using var signature = await transport.SubscribeSignatureAsync(Signature).WaitAsync(Limit);
        Assert.Single(await ReadAsync(signature, 2));
        await using var slots = await transport.SubscribeSlotsAsync().WaitAsync(Limit);

        node.Drop();

        // The gap is told when the connection is there again.
        Assert.Null((await ReadAsync(slots, 1))[0]);
        Assert.Equal(["signatureSubscribe", "slotSubscribe", "slotSubscribe"], node.Methods);
    }

    [Fact]
    public async Task Subscriptions_OfSeveralKindsWithOneNumber_AreToldApart()
    {
        await using var node = new WebSocketNode(async call =>
        {
            await call.ResultAsync("7");
            if (call.Method == "programSubscribe")
            {
                await EventAsync(call, "slot", 7, SolanaAnswers.SlotNotification);
                await EventAsync(call, "account", 7, SolanaAnswers.Account);
                await EventAsync(call, "program", 7, SolanaAnswers.ProgramNotification);
            }
        });
        await using var transport = new WebSocketJsonRpcTransport(node.Url);
        await using var slots = await transport.SubscribeSlotsAsync().WaitAsync(Limit);
        await using var account = await transport.SubscribeAccountAsync(TokenProgram).WaitAsync(Limit);
        await using var program = await transport.SubscribeProgramAsync(TokenProgram, [SolanaAccountFilter.OfSize(165)]).WaitAsync(Limit);

        Assert.Equal(new SolanaSlotInfo(10_162, 10_161, 10_131), (await ReadAsync(slots, 1))[0]);
        Assert.Equal(165, (await ReadAsync(account, 1))[0]!.Data.Length);
        Assert.Equal(TokenProgram, (await ReadAsync(program, 1))[0]!.Account.Owner);
    }

    [Fact]
    public async Task Program_AccountDoesNotFit_IsMalformed()
    {
        await using var node = new WebSocketNode(async call =>
        {
            await call.ResultAsync("1");
            await EventAsync(call, "program", 1, SolanaAnswers.ProgramNotification);
        });
        await using var transport = new WebSocketJsonRpcTransport(node.Url);
        await using var subscription = await transport.SubscribeProgramAsync(TokenProgram, [SolanaAccountFilter.OfSize(1)]).WaitAsync(Limit);

        var problem = await Assert.ThrowsAsync<SolanaRpcException>(() => ReadAsync(subscription, 1));

        Assert.Equal(SolanaRpcError.Malformed, problem.Kind);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"0\"")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("{}")]
    public async Task SubscribeAsync_AnswerNamesNoSubscription_IsMalformed(string result)
    {
        await using var node = new WebSocketNode(call => call.ResultAsync(result));
        await using var transport = new WebSocketJsonRpcTransport(node.Url);

        var problem = await Assert.ThrowsAsync<SolanaRpcException>(() => transport.SubscribeSlotsAsync().WaitAsync(Limit));

        Assert.Equal(SolanaRpcError.Malformed, problem.Kind);
    }

    [Fact]
    public async Task SubscribeAsync_NodeRefuses_Throws()
    {
        await using var node = new WebSocketNode(call => call.ErrorAsync(-32601, "Method not found"));
        await using var transport = new WebSocketJsonRpcTransport(node.Url);

        Assert.Equal(SolanaRpcError.MethodUnavailable, (await Assert.ThrowsAsync<SolanaRpcException>(() => transport.SubscribeSlotsAsync().WaitAsync(Limit))).Kind);
    }

    [Fact]
    public async Task SubscribeAsync_NobodyThere_IsUnavailable()
    {
        Uri url;
        await using (var node = new WebSocketNode(_ => Task.CompletedTask))
        {
            url = node.Url;
        }

        await using var transport = new WebSocketJsonRpcTransport(url);

        Assert.Equal(SolanaRpcError.Unavailable, (await Assert.ThrowsAsync<SolanaRpcException>(() => transport.SubscribeSlotsAsync().WaitAsync(Limit))).Kind);
    }

    [Fact]
    public async Task DisposeAsync_Subscription_TellsTheNodeItsNumber()
    {
        string? parameters = null;
        await using var node = new WebSocketNode(call =>
        {
            parameters = call.Parameters;
            return call.ResultAsync(call.Method == "accountSubscribe" ? "18446744073709551615" : "true");
        });
        await using var transport = new WebSocketJsonRpcTransport(node.Url);
        var subscription = await transport.SubscribeAccountAsync(TokenProgram, SolanaCommitment.Finalized).WaitAsync(Limit);

        await subscription.DisposeAsync().AsTask().WaitAsync(Limit);

        Assert.Equal(["accountSubscribe", "accountUnsubscribe"], node.Methods);
        Assert.Equal("[18446744073709551615]", parameters);
    }

    private static Task EventAsync(WebSocketNode.Call call, string kind, ulong subscription, string result)
        => call.TextAsync($$$"""{"jsonrpc":"2.0","method":"{{{kind}}}Notification","params":{"result":{{{result}}},"subscription":{{{subscription}}}}}""");

    /// <summary>Reads so many events, or fewer when they end; null where some may be missing.</summary>
    private static async Task<List<T?>> ReadAsync<T>(RpcSubscription<T> subscription, int count)
        where T : class
    {
        using var limit = new CancellationTokenSource(Limit);
        var read = new List<T?>();
        await foreach (var item in subscription.ReadAllAsync(limit.Token))
        {
            read.Add(item.Value);
            if (read.Count == count)
            {
                break;
            }
        }

        return read;
    }
}
