using System.Net;
using System.Net.Sockets;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.IntegrationTests.Evm;
using DePin.Sdk.IntegrationTests.Evm.Settlement;
using Nethereum.JsonRpc.Client;
using Nethereum.Web3;

namespace DePin.Sdk.Chains.Nethereum.Tests;

public sealed class NethereumTransportTests(FreeEvmChain free) : IClassFixture<FreeEvmChain>
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [AnvilFact]
    public async Task Send_OneCallAndMany_AnswersInOrder()
    {
        await using var transport = new NethereumTransport(new RpcClient(free.Chain.Node.HttpUrl), maxBatchSize: 3);
        Assert.Equal("0x7a69", (await transport.SendAsync([new JsonRpcRequest("eth_chainId")]).WaitAsync(Limit))[0].Result.GetString());

        // Eight calls in three exchanges, of which every other one fails.
        var many = await transport.SendAsync([.. Enumerable.Range(0, 8).Select(i => new JsonRpcRequest(i % 2 == 0 ? "eth_chainId" : "eth_noSuchMethod"))]).WaitAsync(Limit);
        Assert.Equal(8, many.Count);
        Assert.All(many.Where((_, i) => i % 2 == 0), answer => Assert.Equal("0x7a69", answer.Result.GetString()));
        Assert.All(many.Where((_, i) => i % 2 == 1), answer => Assert.Equal(-32601, answer.Error!.Code));
        Assert.Empty(await transport.SendAsync([]));
    }

    [AnvilFact]
    public async Task Send_EveryFormOfParametersAndResults_ComesThrough()
    {
        var client = new RpcClient(free.Chain.Node.HttpUrl).ToEvmClient();
        Assert.Equal(31337UL, await client.GetChainIdAsync().WaitAsync(Limit));
        Assert.NotEmpty((await client.GetFeeHistoryAsync(1, [12.5, 50]).WaitAsync(Limit)).BaseFeePerGas);
        Assert.NotNull(await client.GetBlockAsync(Evm.Rpc.EvmBlockTag.Latest).WaitAsync(Limit));
        Assert.Null(await client.GetReceiptAsync(Hash32.Keccak([1])).WaitAsync(Limit));
    }

    [AnvilFact]
    public async Task ConnectSettlement_ExistingWeb3_KnowsItsEscrow()
    {
        await using var settlement = await new Web3(free.Chain.Node.HttpUrl.ToString()).ConnectSettlementAsync(new EvmSettlementOptions { Escrow = free.Chain.Escrow }).WaitAsync(Limit);
        Assert.Equal(free.Chain.Escrow, settlement.Escrow.Address);
        Assert.Equal("eip155:31337", settlement.Chain.ToString());
    }

    [Fact]
    public async Task Send_NobodyThere_IsUnavailableAndNotReceived()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        await using var transport = new NethereumTransport(new RpcClient(new Uri($"http://127.0.0.1:{port}/?api-key=secret")));
        var error = await Assert.ThrowsAsync<RpcTransportException>(() => transport.SendAsync([new JsonRpcRequest("eth_chainId")]).WaitAsync(Limit));
        Assert.Equal(RpcTransportError.Unavailable, error.Kind);
        Assert.False(error.MayHaveBeenReceived);
        Assert.True(error.IsTransient);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(429, "", RpcTransportError.RateLimited)]
    [InlineData(413, "", RpcTransportError.LimitExceeded)]
    [InlineData(401, "", RpcTransportError.Refused)]
    [InlineData(503, "", RpcTransportError.Unavailable)]
    [InlineData(200, "", RpcTransportError.Malformed)]
    [InlineData(200, "null", RpcTransportError.Malformed)]
    [InlineData(200, "<html>", RpcTransportError.Malformed)]
    public async Task Send_NoAnswer_SaysWhy(int status, string body, RpcTransportError expected)
    {
        using var http = new HttpClient(new Answering((HttpStatusCode)status, body)) { BaseAddress = new Uri("http://node.example/") };
        await using var transport = new NethereumTransport(new RpcClient(new Uri("http://node.example/"), http));
        var error = await Assert.ThrowsAsync<RpcTransportException>(() => transport.SendAsync([new JsonRpcRequest("eth_chainId")]).WaitAsync(Limit));
        Assert.Equal(expected, error.Kind);
    }

    [Fact]
    public async Task Send_Cancelled_EndsAtOnce()
    {
        using var http = new HttpClient(new Hanging()) { BaseAddress = new Uri("http://node.example/") };
        await using var transport = new NethereumTransport(new RpcClient(new Uri("http://node.example/"), http));
        using var stop = new CancellationTokenSource();
        var call = transport.SendAsync([new JsonRpcRequest("eth_chainId")], stop.Token);
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
