using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Tests.Evm.Rpc;

namespace DePin.Sdk.Chains.Tests.Rpc;

public sealed class HttpJsonRpcTransportTests
{
    private static readonly Uri Endpoint = new("http://node.example/v2/secret-key");

    [Fact]
    public async Task SendAsync_BatchAnsweredBackwards_PutsAnswersInOrder()
    {
        var (transport, handler) = Create(body => Answer(body, (index, _) => $"\"result\":{index}", backwards: true));

        var responses = await transport.SendAsync([.. Enumerable.Range(0, 5).Select(_ => new JsonRpcRequest("eth_blockNumber"))]);

        Assert.Equal([0, 1, 2, 3, 4], responses.Select(response => response.Result.GetInt32()));
        Assert.Single(handler.Requests);
    }

    [Fact]
    public async Task SendAsync_MoreCallsThanABatch_SendsSeveral()
    {
        var (transport, handler) = Create(body => Answer(body, (_, id) => $"\"result\":{id}"), options => options.MaxBatchSize = 4);

        var responses = await transport.SendAsync([.. Enumerable.Range(0, 9).Select(_ => new JsonRpcRequest("eth_blockNumber"))]);

        Assert.Equal(Enumerable.Range(1, 9), responses.Select(response => response.Result.GetInt32()));
        Assert.Equal(3, handler.Requests.Count);
        Assert.StartsWith("{", handler.Requests[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("eth_call", 7)]
    [InlineData("eth_sendTransaction", 1)]
    public async Task SendAsync_NodeFindsTheBatchTooLarge_SendsHalvesOfWhatMayBeRepeated(string method, int exchanges)
    {
        var (transport, handler) = Create(body => JsonNode.Parse(body) is JsonArray { Count: > 2 }
            ? """{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"batch too large"}}"""
            : Answer(body, (_, id) => $"\"result\":{id}"));

        var sending = transport.SendAsync([.. Enumerable.Range(0, 8).Select(_ => new JsonRpcRequest(method))]);

        if (exchanges == 1)
        {
            Assert.Equal(RpcTransportError.LimitExceeded, (await Assert.ThrowsAsync<RpcTransportException>(() => sending)).Kind);
        }
        else
        {
            var ids = (await sending).Select(response => response.Result.GetInt32()).ToList();
            Assert.Equal(8, ids.Count);
            Assert.Equal(ids.Order(), ids);
        }

        Assert.Equal(exchanges, handler.Requests.Count);
    }

    [Fact]
    public async Task SendAsync_OneCallOfABatchFails_OthersHaveTheirResults()
    {
        var (transport, _) = Create(body => Answer(body, (index, _) => index == 1 ? """ "error":{"code":-32000,"message":"no"} """ : "\"result\":true"));

        var responses = await transport.SendAsync([new("a"), new("b"), new("c")]);

        Assert.Equal(-32000, responses[1].Error!.Code);
        Assert.True(responses[0].Result.GetBoolean() && responses[2].Result.GetBoolean());
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":2,"result":"0x1"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":"1","result":"0x1"}""")]
    [InlineData("""{"jsonrpc":"1.0","id":1,"result":"0x1"}""")]
    [InlineData("""{"id":1,"result":"0x1"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"id":1,"result":"0x1"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":"0x1","error":{"code":1,"message":""}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":{"code":"1","message":""}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"\ud800"}}""")]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"result":"0x1"},{"jsonrpc":"2.0","id":1,"result":"0x1"}]""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":"0x1"}x""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":"0x""")]
    [InlineData("<html></html>")]
    [InlineData("null")]
    [InlineData("")]
    public async Task SendAsync_AnswerIsNoAnswer_IsMalformed(string answer)
    {
        var (transport, _) = Create(_ => answer);

        var problem = await Assert.ThrowsAsync<RpcTransportException>(() => transport.SendAsync([new("eth_chainId")]));

        Assert.Equal(RpcTransportError.Malformed, problem.Kind);
        Assert.Equal(DePinErrorCode.InvalidFrame, problem.Code);
        Assert.True(problem.MayHaveBeenReceived);
    }

    [Fact]
    public async Task SendAsync_AnswerAboveTheLimit_IsLimitExceeded()
    {
        var (transport, _) = Create(_ => $$"""{"jsonrpc":"2.0","id":1,"result":"{{new string('a', 5000)}}"}""", options => options.MaxResponseBytes = 4096);

        var problem = await Assert.ThrowsAsync<RpcTransportException>(() => transport.SendAsync([new("eth_getLogs")]));

        Assert.Equal(RpcTransportError.LimitExceeded, problem.Kind);
    }

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests, RpcTransportError.RateLimited)]
    [InlineData(HttpStatusCode.RequestEntityTooLarge, RpcTransportError.LimitExceeded)]
    [InlineData(HttpStatusCode.BadGateway, RpcTransportError.Unavailable)]
    [InlineData(HttpStatusCode.Unauthorized, RpcTransportError.Refused)]
    [InlineData(HttpStatusCode.MovedPermanently, RpcTransportError.Refused)]
    public async Task SendAsync_HttpStatus_IsTyped(HttpStatusCode status, RpcTransportError expected)
    {
        var (transport, _) = Create((_, _) => Task.FromResult(AnsweringHandler.Json("<html/>", status)));

        var problem = await Assert.ThrowsAsync<RpcTransportException>(() => transport.SendAsync([new("eth_chainId")]));

        Assert.Equal(expected, problem.Kind);
        Assert.DoesNotContain("secret-key", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SendAsync_ConnectionRefused_WasNotReceived()
    {
        var (transport, _) = Create((_, _) => throw new HttpRequestException(HttpRequestError.ConnectionError));

        var problem = await Assert.ThrowsAsync<RpcTransportException>(() => transport.SendAsync([new("eth_chainId")]));

        Assert.Equal(RpcTransportError.Unavailable, problem.Kind);
        Assert.False(problem.MayHaveBeenReceived);
        Assert.True(problem.IsTransient);
    }

    [Fact]
    public async Task SendAsync_NoAnswerInTime_TimesOut()
    {
        var (transport, _) = Create(
            async (_, cancellationToken) =>
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return new HttpResponseMessage();
            },
            options => options.Timeout = TimeSpan.FromMilliseconds(1));

        var problem = await Assert.ThrowsAsync<RpcTransportException>(() => transport.SendAsync([new("eth_chainId")]).WaitAsync(TimeSpan.FromMinutes(1)));

        Assert.Equal(RpcTransportError.TimedOut, problem.Kind);
        Assert.True(problem.MayHaveBeenReceived);
    }

    [Fact]
    public async Task SendAsync_Cancelled_IsNotWrapped()
    {
        var (transport, _) = Create(async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return new HttpResponseMessage();
        });
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => transport.SendAsync([new("eth_chainId")], cancelled.Token));
    }

    private static (HttpJsonRpcTransport Transport, AnsweringHandler Handler) Create(Func<string, string> answer, Action<HttpJsonRpcOptions>? configure = null)
        => Create((body, _) => Task.FromResult(AnsweringHandler.Json(answer(body))), configure);

    private static (HttpJsonRpcTransport Transport, AnsweringHandler Handler) Create(Func<string, CancellationToken, Task<HttpResponseMessage>> answer, Action<HttpJsonRpcOptions>? configure = null)
    {
        var handler = new AnsweringHandler(answer);
        var options = new HttpJsonRpcOptions { HttpClient = new HttpClient(handler) };
        configure?.Invoke(options);
        return (new HttpJsonRpcTransport(Endpoint, options), handler);
    }

    private static string Answer(string body, Func<int, long, string> resultOf, bool backwards = false)
    {
        var request = JsonNode.Parse(body)!;
        if (request is JsonObject single)
        {
            return $$"""{"jsonrpc":"2.0","id":{{single["id"]}},{{resultOf(0, (long)single["id"]!)}}}""";
        }

        var parts = request.AsArray().Select((call, index) => $$"""{"jsonrpc":"2.0","id":{{call!["id"]}},{{resultOf(index, (long)call["id"]!)}}}""").ToList();
        if (backwards)
        {
            parts.Reverse();
        }

        return $"[{string.Join(',', parts)}]";
    }
}
