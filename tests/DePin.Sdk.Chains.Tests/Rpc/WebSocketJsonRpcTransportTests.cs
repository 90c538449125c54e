using System.Collections.Concurrent;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Tests.Evm.Rpc;
using DePin.Sdk.Testing;

namespace DePin.Sdk.Chains.Tests.Rpc;

public sealed class WebSocketJsonRpcTransportTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task SendAsync_AnswersComeBackwards_AreMatchedById()
    {
        var waiting = new ConcurrentStack<WebSocketNode.Call>();
        await using var node = new WebSocketNode(async call =>
        {
            waiting.Push(call);
            if (waiting.Count == 50)
            {
                foreach (var late in waiting)
                {
                    await late.ResultAsync($"\"{late.Parameters.Length}\"");
                }
            }
        });
        await using var transport = Connect(node);

        // Half in one exchange, half each by itself; the answer says how long the parameters were.
        static JsonRpcRequest Request(int length) => JsonRpcRequest.Create("x", writer => writer.WriteStringValue(new string('a', length)));
        var together = transport.SendAsync([.. Enumerable.Range(0, 25).Select(Request)]);
        var alone = Enumerable.Range(25, 25).Select(length => transport.SendAsync([Request(length)])).ToList();

        Assert.Equal(Enumerable.Range(0, 25), (await together.WaitAsync(Limit)).Select(Length));
        Assert.Equal(Enumerable.Range(25, 25), (await Task.WhenAll(alone).WaitAsync(Limit)).Select(responses => Length(responses[0])));
        Assert.Equal(1, node.Connections);

        static int Length(JsonRpcResponse response) => int.Parse(response.Result.GetString()!, System.Globalization.CultureInfo.InvariantCulture) - 4;
    }

    [Fact]
    public async Task SendAsync_MoreCallsThanAllowed_WaitForTheirTurn()
    {
        var gate = new SemaphoreSlim(0);
        var waiting = new ConcurrentQueue<WebSocketNode.Call>();
        await using var node = new WebSocketNode(call =>
        {
            waiting.Enqueue(call);
            gate.Release();
            return Task.CompletedTask;
        });
        await using var transport = Connect(node, options => options.MaxConcurrentCalls = 2);

        var sending = transport.SendAsync([new("a"), new("b"), new("c")]);
        Assert.True(await gate.WaitAsync(Limit) && await gate.WaitAsync(Limit));
        Assert.Equal(2, node.Methods.Count);
        foreach (var call in waiting)
        {
            await call.ResultAsync("1");
        }

        Assert.True(await gate.WaitAsync(Limit));
        await waiting.Last().ResultAsync("1");
        Assert.Equal(3, (await sending.WaitAsync(Limit)).Count);
    }

    [Fact]
    public async Task SendAsync_ConnectionLost_FailsAndNextCallConnectsAgain()
    {
        bool isDying = true;
        await using var node = new WebSocketNode(call =>
        {
            if (isDying)
            {
                call.Socket.Abort();
                return Task.CompletedTask;
            }

            return call.ResultAsync("\"0x1\"");
        });
        await using var transport = Connect(node);
        var client = new EvmClient(transport);

        var problem = await Assert.ThrowsAsync<EvmRpcException>(() => client.GetChainIdAsync().WaitAsync(Limit));
        isDying = false;

        Assert.Equal(EvmRpcError.Unavailable, problem.Kind);
        Assert.True(problem.MayHaveBeenReceived);
        Assert.Equal(1UL, await UntilAnsweredAsync(client));
    }

    [Fact]
    public async Task SendAsync_NobodyListens_IsUnavailableAndWasNotReceived()
    {
        var node = new WebSocketNode(_ => Task.CompletedTask);
        var url = node.Url;
        await node.DisposeAsync();
        await using var transport = new WebSocketJsonRpcTransport(url);

        var problem = await Assert.ThrowsAsync<RpcTransportException>(() => transport.SendAsync([new("a")]).WaitAsync(Limit));

        Assert.Equal(RpcTransportError.Unavailable, problem.Kind);
        Assert.False(problem.MayHaveBeenReceived);
    }

    [Fact]
    public async Task SendAsync_AnswerComesTooLate_IsIgnoredAndTheConnectionGoesOn()
    {
        var clock = new ManualTimeProvider();
        WebSocketNode.Call? late = null;
        var arrived = new SemaphoreSlim(0);
        await using var node = new WebSocketNode(call =>
        {
            if (call.Method == "eth_chainId")
            {
                return call.ResultAsync("\"0x1\"");
            }

            late = call;
            arrived.Release();
            return Task.CompletedTask;
        });
        await using var transport = Connect(node, options => options.TimeProvider = clock);
        var client = new EvmClient(transport);

        var slow = client.GetBlockNumberAsync();
        Assert.True(await arrived.WaitAsync(Limit));
        clock.Advance(TimeSpan.FromSeconds(31));
        var problem = await Assert.ThrowsAsync<EvmRpcException>(() => slow.WaitAsync(Limit));
        await late!.ResultAsync("\"0x2\"");

        Assert.Equal(EvmRpcError.TimedOut, problem.Kind);
        Assert.True(problem.MayHaveBeenReceived);
        Assert.Equal(1UL, await client.GetChainIdAsync().WaitAsync(Limit));
        Assert.Equal(1, node.Connections);
    }

    [Fact]
    public async Task SendAsync_Cancelled_LeavesTheConnectionToOthers()
    {
        var arrived = new SemaphoreSlim(0);
        await using var node = new WebSocketNode(async call =>
        {
            if (call.Method == "eth_chainId")
            {
                await call.ResultAsync("\"0x1\"");
            }

            arrived.Release();
        });
        await using var transport = Connect(node);
        using var cancelled = new CancellationTokenSource();

        var call = transport.SendAsync([new("slow")], cancelled.Token);
        Assert.True(await arrived.WaitAsync(Limit));
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(Limit));
        Assert.Equal(1UL, await new EvmClient(transport).GetChainIdAsync().WaitAsync(Limit));
        Assert.Equal(1, node.Connections);
    }

    [Fact]
    public async Task SendAsync_AnswerAboveTheLimit_FailsThatCallForItsSize()
    {
        var arrived = new SemaphoreSlim(0);
        await using var node = new WebSocketNode(async call =>
        {
            arrived.Release();
            if (call.Method == "large")
            {
                await call.ResultAsync($"\"{new string('a', 100_000)}\"");
            }
        });
        await using var transport = Connect(node, options => options.MaxMessageBytes = 50_000);

        var other = transport.SendAsync([new("other")]);
        Assert.True(await arrived.WaitAsync(Limit));
        var large = await Assert.ThrowsAsync<RpcTransportException>(() => transport.SendAsync([new("large")]).WaitAsync(Limit));
        var lost = await Assert.ThrowsAsync<RpcTransportException>(() => other.WaitAsync(Limit));

        Assert.Equal(RpcTransportError.LimitExceeded, large.Kind);
        Assert.Equal(RpcTransportError.Unavailable, lost.Kind);
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":99,"result":1}""")]
    [InlineData("""{"jsonrpc":"2.0","result":1}""")]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"result":1}]""")]
    [InlineData("""{"jsonrpc":"2.0","method":"eth_subscription","params":{}}""")]
    [InlineData("nonsense")]
    public async Task SendAsync_NodeSendsNonsense_IsMalformed(string message)
    {
        await using var node = new WebSocketNode(call => call.TextAsync(message));
        await using var transport = Connect(node);

        var problem = await Assert.ThrowsAsync<RpcTransportException>(() => transport.SendAsync([new("a")]).WaitAsync(Limit));

        Assert.Equal(RpcTransportError.Malformed, problem.Kind);
    }

    [Fact]
    public async Task SendAsync_NodeIsSilentAndAnswersNoPing_IsUnavailable()
    {
        await using var node = new WebSocketServer(async (stream, cancellationToken) =>
        {
            var buffer = new byte[1024];
            while (await stream.ReadAsync(buffer, cancellationToken) > 0)
            {
            }
        });
        await using var transport = new WebSocketJsonRpcTransport(node.Url, new WebSocketJsonRpcOptions { KeepAliveInterval = TimeSpan.FromMilliseconds(100), Timeout = TimeSpan.FromMinutes(10) });

        var problem = await Assert.ThrowsAsync<RpcTransportException>(() => transport.SendAsync([new("a")]).WaitAsync(Limit));

        Assert.Equal(RpcTransportError.Unavailable, problem.Kind);
    }

    [Fact]
    public async Task DisposeAsync_CallWaits_Fails()
    {
        var arrived = new SemaphoreSlim(0);
        await using var node = new WebSocketNode(_ =>
        {
            arrived.Release();
            return Task.CompletedTask;
        });
        var transport = Connect(node);
        var call = transport.SendAsync([new("slow")]);
        Assert.True(await arrived.WaitAsync(Limit));

        await transport.DisposeAsync().AsTask().WaitAsync(Limit);

        await Assert.ThrowsAsync<RpcTransportException>(() => call.WaitAsync(Limit));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => transport.SendAsync([new("a")]));
    }

    private static WebSocketJsonRpcTransport Connect(WebSocketNode node, Action<WebSocketJsonRpcOptions>? configure = null)
    {
        var options = new WebSocketJsonRpcOptions { ReconnectDelay = TimeSpan.FromMilliseconds(1) };
        configure?.Invoke(options);
        return new WebSocketJsonRpcTransport(node.Url, options);
    }

    private static async Task<ulong> UntilAnsweredAsync(EvmClient client)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            try
            {
                return await client.GetChainIdAsync(limit.Token);
            }
            catch (EvmRpcException)
            {
                await Task.Yield();
            }
        }
    }
}
