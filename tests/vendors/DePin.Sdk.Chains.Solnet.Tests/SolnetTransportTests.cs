using System.Net;
using System.Net.Sockets;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.IntegrationTests.Solana;
using Solnet.Rpc;
using JsonRpcRequest = DePin.Sdk.Chains.Rpc.JsonRpcRequest;

namespace DePin.Sdk.Chains.Solnet.Tests;

public sealed class SolnetTransportTests(SurfpoolFixture surfpool) : IClassFixture<SurfpoolFixture>
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [SurfpoolFact]
    public async Task Send_OneCallAndMany_AnswersInOrder()
    {
        await using var transport = new SolnetTransport(ClientFactory.GetClient(surfpool.Node.RpcUrl.ToString()));
        var one = await transport.SendAsync([new JsonRpcRequest("getGenesisHash")]).WaitAsync(Limit);
        string genesis = one[0].Result.GetString()!;
        Assert.Equal(genesis, (await new SolanaClient(transport).GetGenesisHashAsync().WaitAsync(Limit)).ToString());

        // Every other call fails.
        var many = await transport.SendAsync([.. Enumerable.Range(0, 8).Select(i => new JsonRpcRequest(i % 2 == 0 ? "getGenesisHash" : "noSuchMethod"))]).WaitAsync(Limit);
        Assert.Equal(8, many.Count);
        Assert.All(many.Where((_, i) => i % 2 == 0), answer => Assert.Equal(genesis, answer.Result.GetString()));
        Assert.All(many.Where((_, i) => i % 2 == 1), answer => Assert.Equal(-32601, answer.Error!.Code));
        Assert.Empty(await transport.SendAsync([]));
    }

    [SurfpoolFact]
    public async Task Send_FromManyThreads_EachGetsItsOwn()
    {
        var client = ClientFactory.GetClient(surfpool.Node.RpcUrl.ToString()).ToSolanaClient();
        var addresses = surfpool.Node.Accounts.Select(account => SolanaAddress.Parse(account.Address)).ToArray();
        var expected = await Task.WhenAll(addresses.Select(address => new SolanaClient(new HttpJsonRpcTransport(surfpool.Node.RpcUrl)).GetBalanceAsync(address))).WaitAsync(Limit);
        for (int round = 0; round < 5; round++)
        {
            Assert.Equal(expected, await Task.WhenAll(addresses.Select(address => Task.Run(() => client.GetBalanceAsync(address)))).WaitAsync(Limit));
        }
    }

    [Fact]
    public async Task Send_NobodyThere_IsUnavailableAndPerhapsReceived()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        await using var transport = new SolnetTransport(ClientFactory.GetClient($"http://127.0.0.1:{port}/?api-key=secret"));
        var error = await Assert.ThrowsAsync<RpcTransportException>(() => transport.SendAsync([new JsonRpcRequest("getSlot")]).WaitAsync(Limit));
        Assert.Equal(RpcTransportError.Unavailable, error.Kind);
        Assert.True(error.MayHaveBeenReceived);
        Assert.True(error.IsTransient);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(429, "", RpcTransportError.RateLimited)]
    [InlineData(413, "too large", RpcTransportError.LimitExceeded)]
    [InlineData(401, "who are you?", RpcTransportError.Refused)]
    [InlineData(400, "bad", RpcTransportError.Refused)]
    [InlineData(503, "", RpcTransportError.Unavailable)]
    [InlineData(200, "{}", RpcTransportError.Malformed)]
    [InlineData(200, "[]", RpcTransportError.Malformed)]
    [InlineData(200, "[{\"jsonrpc\":\"2.0\",\"id\":77,\"result\":1}]", RpcTransportError.Malformed)]
    [InlineData(200, "<html>", RpcTransportError.Malformed)]
    [InlineData(200, "null", RpcTransportError.Unavailable)] // Solnet fails over it, and does not say why
    public async Task Send_NoAnswer_SaysWhy(int status, string body, RpcTransportError expected)
    {
        using var http = new HttpClient(new Answering((HttpStatusCode)status, body)) { BaseAddress = new Uri("http://node.example/") };
        await using var transport = new SolnetTransport(ClientFactory.GetClient("http://node.example/", httpClient: http));
        var error = await Assert.ThrowsAsync<RpcTransportException>(() => transport.SendAsync([new JsonRpcRequest("getSlot")]).WaitAsync(Limit));
        Assert.Equal(expected, error.Kind);
    }

    [Fact]
    public async Task Send_Batch_PutsAnswersInOrder()
    {
        using var http = new HttpClient(new Answering(HttpStatusCode.OK, """[{"jsonrpc":"2.0","id":2,"result":"b"},{"jsonrpc":"2.0","error":{"code":-5,"message":"no"},"id":3},{"jsonrpc":"2.0","id":1,"result":"a"}]""")) { BaseAddress = new Uri("http://node.example/") };
        await using var transport = new SolnetTransport(ClientFactory.GetClient("http://node.example/", httpClient: http), maxBatchSize: 3);
        var answers = await transport.SendAsync([new JsonRpcRequest("x"), new JsonRpcRequest("y"), new JsonRpcRequest("z")]).WaitAsync(Limit);
        Assert.Equal("a", answers[0].Result.GetString());
        Assert.Equal("b", answers[1].Result.GetString());
        Assert.Equal(-5, answers[2].Error!.Code);
    }

    [Fact]
    public async Task Send_Cancelled_EndsAtOnce()
    {
        using var http = new HttpClient(new Hanging()) { BaseAddress = new Uri("http://node.example/") };
        await using var transport = new SolnetTransport(ClientFactory.GetClient("http://node.example/", httpClient: http));
        using var stop = new CancellationTokenSource();
        var call = transport.SendAsync([new JsonRpcRequest("getSlot")], stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(Limit));
    }

    private sealed class Answering(HttpStatusCode status, string body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(body) });
    }

    private sealed class Hanging : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Delay(System.Threading.Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException();
        }
    }
}
