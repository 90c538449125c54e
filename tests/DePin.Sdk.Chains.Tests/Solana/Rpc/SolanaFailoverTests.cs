using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Tests.Rpc;

namespace DePin.Sdk.Chains.Tests.Solana.Rpc;

public sealed class SolanaFailoverTests
{
    private const string OtherCluster = "\"EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG\"";

    private static readonly byte[] Sent = Convert.FromBase64String(SolanaAnswers.SentTransaction);
    private static readonly SolanaSignature Signature = SolanaSignature.Parse(SolanaAnswers.Signature);
    private static readonly string Known = FakeNode.Error(-32002, "Transaction simulation failed: This transaction has already been processed");

    [Fact]
    public async Task Read_EndpointOfAnotherCluster_IsNeverUsed()
    {
        var wrong = new FakeNode(request => request.Method == "getGenesisHash" ? OtherCluster : "99");

        Assert.Equal(5UL, await Client(wrong, Node(_ => "5")).GetSlotAsync());
        Assert.Equal(["getGenesisHash"], wrong.MethodsCalled());
    }

    [Fact]
    public async Task Read_OnlyEndpointIsOfAnotherCluster_IsWrongChain()
        => Assert.Equal(SolanaRpcError.WrongChain, (await Assert.ThrowsAsync<SolanaRpcException>(() => Client(new FakeNode(_ => OtherCluster)).GetSlotAsync())).Kind);

    [Theory]
    [InlineData(-32016, "Minimum context slot has not been reached")]
    [InlineData(-32005, "Node is behind by 42 slots")]
    [InlineData(-32601, "Method not found")]
    [InlineData(-32010, "excluded from account secondary indexes")]
    [InlineData(-32011, "Transaction history is not available from this node")]
    [InlineData(429, "Too many requests")]
    public async Task Read_AnswerIsAboutTheNode_IsAskedElsewhere(int code, string message)
        => Assert.Equal(5UL, await Client(Node(_ => FakeNode.Error(code, message)), Node(_ => "5")).GetSlotAsync(minContextSlot: 4));

    [Fact]
    public async Task Read_AllAreBehind_SaysSo()
    {
        var problem = await Assert.ThrowsAsync<SolanaRpcException>(() => Client(Node(_ => FakeNode.Error(-32016, "Minimum context slot has not been reached")), Node(_ => throw Down())).GetSlotAsync(minContextSlot: 4));

        Assert.Equal(SolanaRpcError.MinContextSlot, problem.Kind);
        Assert.True(problem.IsTransient);
    }

    [Fact]
    public async Task Send_FirstDoesNotKnowTheBlockhash_IsSentElsewhere()
        => Assert.Equal(Signature, await Client(Node(_ => FakeNode.Error(-32002, "Transaction simulation failed: Blockhash not found")), Node(_ => $"\"{Signature}\"")).SendTransactionAsync(Sent));

    [Fact]
    public async Task Send_FirstRefuses_IsFinal()
    {
        var second = Node(_ => $"\"{Signature}\"");

        var problem = await Assert.ThrowsAsync<SolanaRpcException>(() => Client(Node(_ => "!" + SolanaAnswers.PreflightError), second).SendTransactionAsync(Sent));

        Assert.Equal(SolanaRpcError.SimulationFailed, problem.Kind);
        Assert.False(problem.MayHaveBeenReceived);
        Assert.Empty(second.Calls);
    }

    [Fact]
    public async Task Send_FirstStaysWithoutAnswerAndSecondKnowsIt_IsTaken() => Assert.Equal(Signature, await Client(Node(_ => throw Unanswered()), Node(_ => Known)).SendTransactionAsync(Sent));

    [Fact]
    public async Task Send_FirstNodeKnowsIt_IsAnError()
        => Assert.Equal(SolanaRpcError.AlreadyProcessed, (await Assert.ThrowsAsync<SolanaRpcException>(() => Client(Node(_ => Known)).SendTransactionAsync(Sent))).Kind);

    [Fact]
    public async Task Send_FirstStaysWithoutAnswerAndSecondRefuses_MayHaveBeenReceived()
    {
        var problem = await Assert.ThrowsAsync<SolanaRpcException>(() => Client(Node(_ => throw Unanswered()), Node(_ => "!" + SolanaAnswers.PreflightError)).SendTransactionAsync(Sent));

        Assert.Equal(SolanaRpcError.SimulationFailed, problem.Kind);
        Assert.True(problem.MayHaveBeenReceived);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Airdrop_FirstDoesNotFinish_IsNotRepeated(bool answers)
    {
        var second = Node(_ => $"\"{Signature}\"");
        var first = Node(_ => answers ? FakeNode.Error(-32000, "request timed out") : throw Unanswered());

        var problem = await Assert.ThrowsAsync<SolanaRpcException>(() => Client(first, second).RequestAirdropAsync(default, 1));

        Assert.Equal(SolanaRpcError.TimedOut, problem.Kind);
        Assert.True(problem.MayHaveBeenReceived);
        Assert.Empty(second.Calls);
    }

    [Fact]
    public async Task Quorum_NodesAnswerAtDifferentSlots_Agree()
    {
        var client = Quorum(2, _ => Balance(7, 1000), _ => Balance(9, 1000), _ => Balance(9, 2000));

        Assert.Equal(1000UL, await client.GetBalanceAsync(default));
    }

    [Fact]
    public async Task Quorum_NodesDisagree_IsNoQuorum()
    {
        var problem = await Assert.ThrowsAsync<SolanaRpcException>(() => Quorum(2, _ => Balance(7, 1), _ => Balance(7, 2), _ => throw Down()).GetBalanceAsync(default));

        Assert.Equal(SolanaRpcError.NoQuorum, problem.Kind);
    }

    [Fact]
    public async Task Quorum_Send_OneTakesItIsEnough()
        => Assert.Equal(Signature, await Quorum(2, _ => throw Down(), _ => "!" + SolanaAnswers.PreflightError, _ => $"\"{Signature}\"").SendTransactionAsync(Sent));

    [Fact]
    public async Task Quorum_Airdrop_IsRefused()
        => Assert.Equal(SolanaRpcError.MethodUnavailable, (await Assert.ThrowsAsync<SolanaRpcException>(() => Quorum(1, _ => "1").RequestAirdropAsync(default, 1))).Kind);

    private static string Balance(int slot, int lamports) => $$"""{"context":{"apiVersion":"{{slot}}","slot":{{slot}}},"value":{{lamports}}}""";

    private static RpcTransportException Down() => new(RpcTransportError.Unavailable, "down");

    private static RpcTransportException Unanswered() => new(RpcTransportError.TimedOut, "no answer", mayHaveBeenReceived: true);

    private static FakeNode Node(Func<JsonRpcRequest, string> answer) => new(request => request.Method == "getGenesisHash" ? SolanaAnswers.GenesisHash : answer(request));

    private static SolanaClient Quorum(int required, params Func<JsonRpcRequest, string>[] answers) => new(new QuorumJsonRpcTransport([.. answers.Select(answer => new FakeNode(answer))], required));

    private static SolanaClient Client(params FakeNode[] nodes) => new(new FailoverJsonRpcTransport(
        new SolanaRpcChain(SolanaHash.Parse(SolanaAnswers.GenesisHash.Trim('"'))),
        [.. nodes.Select((node, index) => new JsonRpcEndpoint($"node {index}", node))]));
}
