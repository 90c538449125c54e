using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Tests.Evm.Rpc;
using DePin.Sdk.Testing;

namespace DePin.Sdk.Chains.Tests.Rpc;

public sealed class FailoverJsonRpcTransportTests
{
    private static readonly byte[] SignedBytes = [1, 2, 3];
    private static readonly string SignedHash = $"\"{Hash32.Keccak(SignedBytes)}\"";
    private static readonly EvmAddress Account = EvmAddress.Parse(RpcSamples.Sender);

    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task Read_FirstIsWell_NeverAsksTheSecond()
    {
        var first = Node(_ => "\"0x1\"");
        var second = Node(_ => "\"0x2\"");
        var client = Client(first, second);

        Assert.Equal(1UL, await client.GetBlockNumberAsync());
        Assert.Equal(1UL, await client.GetBlockNumberAsync());

        Assert.Equal(["eth_chainId", "eth_blockNumber", "eth_blockNumber"], first.MethodsCalled());
        Assert.Empty(second.Calls);
    }

    [Theory]
    [InlineData(RpcTransportError.Unavailable)]
    [InlineData(RpcTransportError.TimedOut)]
    [InlineData(RpcTransportError.RateLimited)]
    [InlineData(RpcTransportError.Malformed)]
    [InlineData(RpcTransportError.Refused)]
    public async Task Read_FirstFails_GoesOnAndLeavesItAlone(RpcTransportError kind)
    {
        var first = Node(_ => throw new RpcTransportException(kind, "down", mayHaveBeenReceived: true));
        var client = Client(first, Node(_ => "\"0x2\""));

        Assert.Equal(2UL, await client.GetBlockNumberAsync());
        Assert.Equal(2UL, await client.GetBlockNumberAsync());

        Assert.Equal(["eth_chainId", "eth_blockNumber"], first.MethodsCalled());
    }

    [Fact]
    public async Task Read_FirstIsWellAgain_GoesBackAfterAskingForItsChain()
    {
        bool isDown = true;
        var first = Node(_ => isDown ? throw new RpcTransportException(RpcTransportError.Unavailable, "down") : "\"0x1\"");
        var client = Client(first, Node(_ => "\"0x2\""));
        Assert.Equal(2UL, await client.GetBlockNumberAsync());

        isDown = false;
        _clock.Advance(TimeSpan.FromSeconds(2));

        // The check runs beside the calls, which do not wait for it.
        await UntilAsync(async () => await client.GetBlockNumberAsync() == 1);
        Assert.Equal(["eth_chainId", "eth_blockNumber", "eth_chainId", "eth_blockNumber"], first.MethodsCalled());
    }

    [Fact]
    public async Task Read_KeepsFailing_IsLeftAloneLongerEachTime()
    {
        var first = Node(_ => throw new RpcTransportException(RpcTransportError.Unavailable, "down"));
        var client = Client(first);
        var pauses = new List<TimeSpan>();
        for (int i = 0; i < 10; i++)
        {
            var start = _clock.GetUtcNow();
            int exchanges = first.Exchanges;
            while (first.Exchanges == exchanges)
            {
                await Assert.ThrowsAsync<EvmRpcException>(() => client.GetBlockNumberAsync());
                _clock.Advance(TimeSpan.FromMilliseconds(100));
            }

            pauses.Add(_clock.GetUtcNow() - start);
        }

        Assert.True(pauses[4] > pauses[1], string.Join(' ', pauses));
        Assert.InRange(pauses[^1], TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(61));
    }

    [Fact]
    public async Task AnyCall_EndpointOfAnotherChain_IsNeverUsed()
    {
        var wrong = FakeNode.OfChain(5, _ => "\"0x63\"");
        var client = Client(wrong, Node(_ => "\"0x2\""));

        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(2UL, await client.GetBlockNumberAsync());
            _clock.Advance(TimeSpan.FromSeconds(30));
        }

        Assert.All(wrong.MethodsCalled(), method => Assert.Equal("eth_chainId", method));
    }

    [Fact]
    public async Task AnyCall_OnlyEndpointOfAnotherChain_IsWrongChain()
    {
        var problem = await Assert.ThrowsAsync<EvmRpcException>(() => Client(FakeNode.OfChain(5, _ => "\"0x63\"")).GetBlockNumberAsync());

        Assert.Equal(EvmRpcError.WrongChain, problem.Kind);
    }

    [Fact]
    public async Task AnyCall_EndpointChangesItsChain_IsNoticedAtTheNextCheck()
    {
        ulong chain = 1;
        var node = new FakeNode(request => request.Method == "eth_chainId" ? $"\"0x{chain:x}\"" : "\"0x1\"");
        var client = Client(node);
        await client.GetBlockNumberAsync();

        chain = 5;
        _clock.Advance(TimeSpan.FromMinutes(6));

        await Assert.ThrowsAsync<EvmRpcException>(() => client.GetBlockNumberAsync());
        Assert.Single(node.MethodsCalled(), "eth_blockNumber");
    }

    [Theory]
    [InlineData(-32000, "nonce too low", EvmRpcError.NonceTooLow)]
    [InlineData(3, "execution reverted", EvmRpcError.Reverted)]
    [InlineData(-32000, "insufficient funds for gas * price + value", EvmRpcError.InsufficientFunds)]
    public async Task Call_AnswerIsAboutTheCall_IsNotAskedElsewhere(int code, string message, EvmRpcError kind)
    {
        var second = Node(_ => "\"0x2\"");

        var problem = await Assert.ThrowsAsync<EvmRpcException>(() => Client(Node(_ => FakeNode.Error(code, message)), second).CallAsync(new EvmCall()));

        Assert.Equal(kind, problem.Kind);
        Assert.Empty(second.Calls);
    }

    [Theory]
    [InlineData(-32000, "header not found")]
    [InlineData(-32601, "the method eth_getBalance does not exist/is not available")]
    [InlineData(-32005, "rate limit")]
    public async Task Call_AnswerIsAboutTheNode_IsAskedElsewhere(int code, string message)
        => Assert.Equal((UInt256)2UL, await Client(Node(_ => FakeNode.Error(code, message)), Node(_ => "\"0x2\"")).GetBalanceAsync(Account));

    [Fact]
    public async Task Call_NobodyHasTheBlock_SaysSo()
    {
        var problem = await Assert.ThrowsAsync<EvmRpcException>(() => Client(
            Node(_ => FakeNode.Error(-32000, "header not found")),
            Node(_ => throw new RpcTransportException(RpcTransportError.Unavailable, "down"))).GetBalanceAsync(Account, EvmBlockTag.Number(5)));

        Assert.Equal(EvmRpcError.UnknownBlock, problem.Kind);
    }

    [Fact]
    public async Task Batch_SomeCallsAreRateLimited_OnlyThoseGoOn()
    {
        int calls = 0;
        var first = Node(_ => ++calls % 2 == 0 ? FakeNode.Error(-32005, "rate limit") : "\"0x01\"");
        var second = Node(_ => "\"0x02\"");

        var results = await Client(first, second).CallManyAsync([new EvmCall(), new EvmCall(), new EvmCall(), new EvmCall()]);

        Assert.Equal([1, 2, 1, 2], results.Select(result => result.OutputOrThrow().Span[0]));
        Assert.Equal(2, second.MethodsCalled().Count(method => method == "eth_call"));
    }

    [Fact]
    public async Task Send_FirstStaysWithoutAnswer_IsSentElsewhere()
    {
        var second = Node(_ => SignedHash);

        var hash = await Client(Node(_ => throw Unanswered()), second).SendRawTransactionAsync(SignedBytes);

        Assert.Equal(Hash32.Keccak(SignedBytes), hash);
        Assert.Contains("eth_sendRawTransaction", second.MethodsCalled());
    }

    [Fact]
    public async Task Send_FirstStaysWithoutAnswerAndSecondKnowsIt_IsTaken()
        => Assert.Equal(Hash32.Keccak(SignedBytes), await Client(Node(_ => throw Unanswered()), Node(_ => FakeNode.Error(-32000, "already known"))).SendRawTransactionAsync(SignedBytes));

    [Fact]
    public async Task Send_FirstNodeKnowsIt_IsAnError()
    {
        var problem = await Assert.ThrowsAsync<EvmRpcException>(() => Client(Node(_ => FakeNode.Error(-32000, "already known"))).SendRawTransactionAsync(SignedBytes));

        Assert.Equal(EvmRpcError.AlreadyKnown, problem.Kind);
    }

    [Theory]
    [InlineData("nonce too low", EvmRpcError.NonceTooLow)]
    [InlineData("replacement transaction underpriced", EvmRpcError.Underpriced)]
    [InlineData("insufficient funds for gas * price + value", EvmRpcError.InsufficientFunds)]
    public async Task Send_FirstStaysWithoutAnswerAndSecondRefuses_MayHaveBeenReceived(string message, EvmRpcError kind)
    {
        var problem = await Assert.ThrowsAsync<EvmRpcException>(() => Client(Node(_ => throw Unanswered()), Node(_ => FakeNode.Error(-32000, message))).SendRawTransactionAsync(SignedBytes));

        Assert.Equal(kind, problem.Kind);
        Assert.True(problem.MayHaveBeenReceived);
    }

    [Fact]
    public async Task Send_FirstStaysWithoutAnswerAndSecondCannotBeReached_MayHaveBeenReceived()
    {
        var problem = await Assert.ThrowsAsync<EvmRpcException>(() => Client(Node(_ => throw Unanswered()), Node(_ => throw new RpcTransportException(RpcTransportError.Unavailable, "refused"))).SendRawTransactionAsync(SignedBytes));

        Assert.Equal(EvmRpcError.Unavailable, problem.Kind);
        Assert.True(problem.MayHaveBeenReceived);
    }

    [Fact]
    public async Task Send_NobodyCanBeReached_WasNotReceived()
    {
        var problem = await Assert.ThrowsAsync<EvmRpcException>(() => Client(Node(_ => throw new RpcTransportException(RpcTransportError.Unavailable, "refused"))).SendRawTransactionAsync(SignedBytes));

        Assert.False(problem.MayHaveBeenReceived);
    }

    [Fact]
    public async Task OtherMethod_StaysWithoutAnswer_IsNotRepeated()
    {
        var second = Node(_ => "\"0x2\"");

        await Assert.ThrowsAsync<EvmRpcException>(() => Client(Node(_ => throw Unanswered()), second).InvokeAsync(new JsonRpcRequest("eth_sendTransaction")));

        Assert.Empty(second.Calls);
    }

    [Fact]
    public async Task OtherMethod_WasNotReceived_GoesOn()
    {
        var result = await Client(Node(_ => throw new RpcTransportException(RpcTransportError.Unavailable, "refused")), Node(_ => "\"0x2\"")).InvokeAsync(new JsonRpcRequest("eth_sendTransaction"));

        Assert.Equal("0x2", result.GetString());
    }

    [Fact]
    public async Task Read_AnswerIsTooLarge_IsNeitherAskedElsewhereNorAFailure()
    {
        var first = Node(_ => throw new RpcTransportException(RpcTransportError.LimitExceeded, "too large"));
        var second = Node(_ => "\"0x2\"");
        var client = Client(first, second);

        await Assert.ThrowsAsync<EvmRpcException>(() => client.GetBlockNumberAsync());
        await Assert.ThrowsAsync<EvmRpcException>(() => client.GetBlockNumberAsync());

        Assert.Equal(3, first.Calls.Count);
        Assert.Empty(second.Calls);
    }

    [Fact]
    public async Task DisposeAsync_Endpoints_AreDisposedOf()
    {
        var node = Node(_ => "null");
        var transport = new FailoverJsonRpcTransport(new EvmRpcChain(1), [new JsonRpcEndpoint("a", node)]);

        await transport.DisposeAsync();

        Assert.True(node.IsDisposed);
    }

    private static FakeNode Node(Func<JsonRpcRequest, string> answer) => FakeNode.OfChain(1, answer);

    private static RpcTransportException Unanswered() => new(RpcTransportError.TimedOut, "no answer", mayHaveBeenReceived: true);

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private EvmClient Client(params FakeNode[] nodes) => new(new FailoverJsonRpcTransport(
        new EvmRpcChain(1),
        [.. nodes.Select((node, index) => new JsonRpcEndpoint($"node {index}", node))],
        new FailoverJsonRpcOptions { TimeProvider = _clock }));
}
