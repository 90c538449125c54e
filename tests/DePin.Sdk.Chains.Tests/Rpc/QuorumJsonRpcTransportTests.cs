using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Tests.Evm.Rpc;

namespace DePin.Sdk.Chains.Tests.Rpc;

public sealed class QuorumJsonRpcTransportTests
{
    private static readonly byte[] SignedBytes = [1, 2, 3];

    [Fact]
    public async Task Read_OneLies_BelievesTheOthers()
    {
        string lie = RpcSamples.Receipt.Replace("\"status\":\"0x1\"", "\"status\":\"0x0\"", StringComparison.Ordinal);

        var receipt = await Client(2, _ => lie, _ => RpcSamples.Receipt, _ => RpcSamples.Receipt).GetReceiptAsync(RpcSamples.Transaction32);

        Assert.True(receipt!.Succeeded);
    }

    [Fact]
    public async Task Read_NodesOfDifferentMakes_Agree()
    {
        string other = RpcSamples.Receipt
            .Replace(",\"contractAddress\":null", ",\"timeBoosted\":true", StringComparison.Ordinal)
            .Replace(RpcSamples.Sender, "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", StringComparison.Ordinal)
            .Replace(",\"removed\":false", string.Empty, StringComparison.Ordinal);

        Assert.NotNull(await Client(2, _ => other, _ => RpcSamples.Receipt).GetReceiptAsync(RpcSamples.Transaction32));
    }

    [Fact]
    public async Task Read_AllDiffer_IsNoQuorum()
    {
        int next = 0;
        string Answer(JsonRpcRequest request) => $"\"0x{Interlocked.Increment(ref next):x}\"";

        var problem = await Assert.ThrowsAsync<EvmRpcException>(() => Client(2, Answer, Answer, Answer).GetBlockNumberAsync());

        Assert.Equal(EvmRpcError.NoQuorum, problem.Kind);
        Assert.True(problem.IsTransient);
    }

    [Fact]
    public async Task Read_OneIsDown_OthersAreEnough()
        => Assert.Equal(1UL, await Client(2, _ => throw Down(), _ => "\"0x1\"", _ => "\"0x1\"").GetBlockNumberAsync());

    [Fact]
    public async Task Read_TooManyAreDown_IsUnavailable()
    {
        var problem = await Assert.ThrowsAsync<EvmRpcException>(() => Client(2, _ => throw Down(), _ => throw Down(), _ => "\"0x1\"").GetBlockNumberAsync());

        Assert.Equal(EvmRpcError.Unavailable, problem.Kind);
    }

    [Fact]
    public async Task Read_AllFailAlike_IsThatFailure()
    {
        static string Revert(JsonRpcRequest request) => FakeNode.Error(3, "execution reverted");

        var problem = await Assert.ThrowsAsync<EvmRpcException>(() => Client(2, Revert, Revert, _ => "\"0x\"").CallAsync(new EvmCall()));

        Assert.Equal(EvmRpcError.Reverted, problem.Kind);
    }

    [Fact]
    public async Task Send_OneTakesIt_IsEnough()
    {
        var hash = await Client(2, _ => throw Down(), _ => FakeNode.Error(-32000, "nonce too low"), _ => $"\"{Hash32.Keccak(SignedBytes)}\"").SendRawTransactionAsync(SignedBytes);

        Assert.Equal(Hash32.Keccak(SignedBytes), hash);
    }

    [Fact]
    public async Task Send_NobodyTakesIt_IsTheBestRefusal()
    {
        var problem = await Assert.ThrowsAsync<EvmRpcException>(() => Client(
            2,
            _ => FakeNode.Error(-32000, "nonce too low"),
            _ => FakeNode.Error(-32000, "already known"),
            _ => throw new RpcTransportException(RpcTransportError.TimedOut, "no answer", mayHaveBeenReceived: true)).SendRawTransactionAsync(SignedBytes));

        Assert.Equal(EvmRpcError.AlreadyKnown, problem.Kind);
        Assert.True(problem.MayHaveBeenReceived);
    }

    [Fact]
    public async Task OtherMethod_IsRefused()
    {
        var problem = await Assert.ThrowsAsync<EvmRpcException>(() => Client(1, _ => "null").InvokeAsync(new JsonRpcRequest("eth_sendTransaction")));

        Assert.Equal(EvmRpcError.Unsupported, problem.Kind);
    }

    [Fact]
    public void Constructor_HalfOfTheNodes_IsNotEnough()
        => Assert.Throws<ArgumentOutOfRangeException>(() => new QuorumJsonRpcTransport([new FakeNode(_ => "1"), new FakeNode(_ => "1")], 1));

    private static RpcTransportException Down() => new(RpcTransportError.Unavailable, "down");

    private static EvmClient Client(int required, params Func<JsonRpcRequest, string>[] answers)
        => new(new QuorumJsonRpcTransport([.. answers.Select(answer => new FakeNode(answer))], required));
}
