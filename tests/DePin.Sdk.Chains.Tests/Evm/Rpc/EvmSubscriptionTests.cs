using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Tests.Rpc;

namespace DePin.Sdk.Chains.Tests.Evm.Rpc;

public sealed class EvmSubscriptionTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task NewHeads_Events_ComeInOrder()
    {
        await using var node = new WebSocketNode(async call =>
        {
            await call.ResultAsync("\"0xa\"");
            await SendHeadsAsync(call, "0xa", 1, 2, 3);
        });
        await using var transport = new WebSocketJsonRpcTransport(node.Url);
        await using var subscription = await transport.SubscribeNewHeadsAsync().WaitAsync(Limit);

        Assert.Equal(["1", "2", "3"], await ReadAsync(subscription, 3));
    }

    [Fact]
    public async Task NewHeads_EventsBeforeTheAnswer_AreNotLost()
    {
        await using var node = new WebSocketNode(async call =>
        {
            await SendHeadsAsync(call, "0xa", 1);
            await SendHeadsAsync(call, "0xb", 9);
            await call.ResultAsync("\"0xa\"");
            await SendHeadsAsync(call, "0xa", 2);
        });
        await using var transport = new WebSocketJsonRpcTransport(node.Url);
        await using var subscription = await transport.SubscribeNewHeadsAsync().WaitAsync(Limit);

        Assert.Equal(["1", "2"], await ReadAsync(subscription, 2));
    }

    [Fact]
    public async Task NewHeads_ConnectionLost_SubscribesAgainAndSaysSo()
    {
        int connection = 0;
        await using var node = new WebSocketNode(async call =>
        {
            int number = Interlocked.Increment(ref connection);
            await call.ResultAsync($"\"0x{number}\"");
            await SendHeadsAsync(call, $"0x{number}", number);
            if (number < 4)
            {
                await call.Socket.CloseOutputAsync(System.Net.WebSockets.WebSocketCloseStatus.EndpointUnavailable, null, CancellationToken.None);
            }
        });
        await using var transport = new WebSocketJsonRpcTransport(node.Url, new WebSocketJsonRpcOptions { ReconnectDelay = TimeSpan.FromMilliseconds(1) });
        await using var subscription = await transport.SubscribeNewHeadsAsync().WaitAsync(Limit);

        Assert.Equal(["1", "gap", "2", "gap", "3", "gap", "4"], await ReadAsync(subscription, 7));
        Assert.Equal(4, node.Connections);
    }

    [Fact]
    public async Task NewHeads_RefusedAfterTheReconnection_TellsTheReader()
    {
        int connection = 0;
        await using var node = new WebSocketNode(async call =>
        {
            if (Interlocked.Increment(ref connection) > 1)
            {
                await call.ErrorAsync(-32601, "the method eth_subscribe does not exist/is not available");
                return;
            }

            await call.ResultAsync("\"0x1\"");
            call.Socket.Abort();
        });
        await using var transport = new WebSocketJsonRpcTransport(node.Url, new WebSocketJsonRpcOptions { ReconnectDelay = TimeSpan.FromMilliseconds(1) });
        await using var subscription = await transport.SubscribeNewHeadsAsync().WaitAsync(Limit);

        var problem = await Assert.ThrowsAsync<EvmRpcException>(() => ReadAsync(subscription, 1));
        Assert.Equal(EvmRpcError.Unsupported, problem.Kind);
    }

    [Fact]
    public async Task NewHeads_ReaderIsSlow_KeepsTheNewestAndSaysSo()
    {
        WebSocketNode.Call? subscribed = null;
        await using var node = new WebSocketNode(async call =>
        {
            if (call.Method == "eth_subscribe")
            {
                subscribed = call;
                await call.ResultAsync("\"0xa\"");
                return;
            }

            await SendHeadsAsync(subscribed!, "0xa", [.. Enumerable.Range(1, 20)]);
            await call.ResultAsync("1");
        });
        await using var transport = new WebSocketJsonRpcTransport(node.Url, new WebSocketJsonRpcOptions { SubscriptionBuffer = 3 });
        await using var subscription = await transport.SubscribeNewHeadsAsync().WaitAsync(Limit);

        // Its answer comes after the events, so they are all there.
        await transport.SendAsync([new JsonRpcRequest("fill")]).WaitAsync(Limit);

        Assert.Equal(["gap", "18", "19", "20"], await ReadAsync(subscription, 4));
    }

    [Fact]
    public async Task Logs_Event_IsHeldAgainstTheFilter()
    {
        string? parameters = null;
        await using var node = new WebSocketNode(async call =>
        {
            if (call.Method == "eth_unsubscribe")
            {
                await call.ResultAsync("true");
                return;
            }

            parameters = call.Parameters;
            await call.ResultAsync("\"0xa\"");
            await call.EventAsync("0xa", RpcSamples.Log);
            await call.EventAsync("0xa", RpcSamples.Log.Replace("false", "true", StringComparison.Ordinal));
            await call.EventAsync("0xa", RpcSamples.Log.Replace(RpcSamples.Contract, RpcSamples.Sender, StringComparison.Ordinal));
        });
        await using var transport = new WebSocketJsonRpcTransport(node.Url);
        await using var subscription = await transport.SubscribeLogsAsync(RpcSamples.Filter).WaitAsync(Limit);

        var logs = new List<EvmLog>();
        var problem = await Assert.ThrowsAsync<EvmRpcException>(async () =>
        {
            using var limit = new CancellationTokenSource(Limit);
            await foreach (var item in subscription.ReadAllAsync(limit.Token))
            {
                logs.Add(item.Value!);
            }
        });

        Assert.Equal($"[\"logs\",{{\"address\":[\"{RpcSamples.Contract}\"],\"topics\":[[\"{RpcSamples.Topic}\"],null]}}]", parameters);
        Assert.Equal([false, true], logs.Select(log => log.Removed));
        Assert.Equal(EvmRpcError.Malformed, problem.Kind);
    }

    [Fact]
    public async Task SubscribeAsync_NodeRefuses_Throws()
    {
        await using var node = new WebSocketNode(call => call.ErrorAsync(-32601, "Method not found"));
        await using var transport = new WebSocketJsonRpcTransport(node.Url);

        var problem = await Assert.ThrowsAsync<EvmRpcException>(() => transport.SubscribeNewHeadsAsync().WaitAsync(Limit));

        Assert.Equal(EvmRpcError.Unsupported, problem.Kind);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("\"\"")]
    [InlineData("{}")]
    public async Task SubscribeAsync_AnswerNamesNoSubscription_IsMalformed(string result)
    {
        await using var node = new WebSocketNode(call => call.ResultAsync(result));
        await using var transport = new WebSocketJsonRpcTransport(node.Url);

        var problem = await Assert.ThrowsAsync<EvmRpcException>(() => transport.SubscribeNewHeadsAsync().WaitAsync(Limit));

        Assert.Equal(EvmRpcError.Malformed, problem.Kind);
    }

    [Fact]
    public async Task DisposeAsync_Subscription_TellsTheNodeAndEndsTheReader()
    {
        await using var node = new WebSocketNode(call => call.ResultAsync(call.Method == "eth_subscribe" ? "\"0xa\"" : "true"));
        await using var transport = new WebSocketJsonRpcTransport(node.Url);
        var subscription = await transport.SubscribeNewHeadsAsync().WaitAsync(Limit);

        await subscription.DisposeAsync().AsTask().WaitAsync(Limit);

        Assert.Equal(["eth_subscribe", "eth_unsubscribe"], node.Methods);
        Assert.Empty(await ReadAsync(subscription, 1));
    }

    [Fact]
    public async Task DisposeAsync_Transport_EndsTheReaders()
    {
        await using var node = new WebSocketNode(call => call.ResultAsync("\"0xa\""));
        var transport = new WebSocketJsonRpcTransport(node.Url);
        await using var subscription = await transport.SubscribeNewHeadsAsync().WaitAsync(Limit);

        await transport.DisposeAsync().AsTask().WaitAsync(Limit);

        Assert.Empty(await ReadAsync(subscription, 1));
    }

    private static async Task SendHeadsAsync(WebSocketNode.Call call, string subscription, params int[] numbers)
    {
        foreach (int number in numbers)
        {
            await call.EventAsync(subscription, RpcSamples.Block.Replace("\"number\":\"0x1\"", $"\"number\":\"0x{number:x}\"", StringComparison.Ordinal));
        }
    }

    /// <summary>Reads so many events, or fewer when they end: numbers of blocks, and "gap".</summary>
    private static async Task<List<string>> ReadAsync(RpcSubscription<EvmBlock> subscription, int count)
    {
        using var limit = new CancellationTokenSource(Limit);
        var read = new List<string>();
        await foreach (var item in subscription.ReadAllAsync(limit.Token))
        {
            read.Add(item.MayHaveMissed ? "gap" : item.Value!.Number.ToString(System.Globalization.CultureInfo.InvariantCulture));
            if (read.Count == count)
            {
                break;
            }
        }

        return read;
    }
}
