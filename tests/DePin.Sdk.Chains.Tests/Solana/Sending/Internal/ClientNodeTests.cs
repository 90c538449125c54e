using System.Text.Json;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Sending;
using DePin.Sdk.Chains.Solana.Sending.Internal;

namespace DePin.Sdk.Chains.Tests.Solana.Sending.Internal;

/// <summary>What a sender makes of a node's answers.</summary>
public sealed class ClientNodeTests
{
    private static readonly SolanaSignature Id = new(Enumerable.Repeat((byte)7, 64).ToArray());

    [Fact]
    public async Task GetStatusesAsync_NodeWithoutHistory_AnswersFromWhatItHasAndSaysSo()
    {
        var node = Node(request => Text(request).Contains("\"searchTransactionHistory\":true", StringComparison.Ordinal)
            ? Error(-32011, "Transaction history is not available from this node")
            : Result("""{"context":{"slot":77},"value":[null]}"""));

        var reading = await node.GetStatusesAsync([Id], searchHistory: true, CancellationToken.None);

        Assert.Equal((77UL, false, 1), (reading.Slot, reading.HasHistory, reading.Landings.Count));
        Assert.Null(reading.Landings[0]);
    }

    [Fact]
    public async Task GetStatusesAsync_Failed_HasSlotCommitmentAndError()
    {
        var node = Node(_ => Result(
            """{"context":{"slot":90},"value":[{"slot":80,"confirmations":null,"err":{"InstructionError":[1,{"Custom":6}]},"status":{"Err":{"InstructionError":[1,{"Custom":6}]}},"confirmationStatus":"finalized"}]}"""));

        var reading = await node.GetStatusesAsync([Id], searchHistory: true, CancellationToken.None);

        Assert.True(reading.HasHistory);
        Assert.Equal((80UL, SolanaCommitment.Finalized, 6U), (reading.Landings[0]!.Slot, reading.Landings[0]!.Commitment, reading.Landings[0]!.Error!.CustomCode!.Value));
    }

    [Fact]
    public async Task SendAsync_AlreadyProcessed_IsNoError()
    {
        var node = Node(_ => Error(-32002, "Transaction simulation failed: This transaction has already been processed", """{"err":"AlreadyProcessed","logs":[]}"""));

        await node.SendAsync(Bytes(), CancellationToken.None);
    }

    [Fact]
    public async Task SendAsync_Otherwise_SkipsThePreflightAndTheNodesOwnRepeating()
    {
        string? sent = null;
        var node = Node(request =>
        {
            sent = Text(request);
            return Error(-32005, "Node is behind");
        });

        await Assert.ThrowsAsync<SolanaRpcException>(() => node.SendAsync(Bytes(), CancellationToken.None));

        Assert.Contains("\"skipPreflight\":true", sent, StringComparison.Ordinal);
        Assert.Contains("\"maxRetries\":0", sent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("12345", 12_345UL)]
    [InlineData("-1", null)]
    [InlineData("\"1\"", null)]
    [InlineData("null", null)]
    public async Task GetFirstAvailableSlotAsync_AnythingButASlot_IsMalformed(string answer, ulong? expected)
    {
        var node = Node(_ => Result(answer));

        if (expected is { } slot)
        {
            Assert.Equal(slot, await node.GetFirstAvailableSlotAsync(CancellationToken.None));
        }
        else
        {
            Assert.Equal(SolanaRpcError.Malformed, (await Assert.ThrowsAsync<SolanaRpcException>(() => node.GetFirstAvailableSlotAsync(CancellationToken.None))).Kind);
        }
    }

    [Fact]
    public async Task GetNonceAsync_NoAccount_NamesTheSlotOfTheNode()
    {
        var asked = new List<string>();
        var node = Node(request =>
        {
            asked.Add(request.Method);
            return request.Method == "getEpochInfo"
                ? Result("""{"absoluteSlot":500,"blockHeight":450,"epoch":1,"slotIndex":68,"slotsInEpoch":432,"transactionCount":1}""")
                : Result("""{"context":{"slot":501},"value":null}""");
        });

        var reading = await node.GetNonceAsync(default, isFinalized: true, CancellationToken.None);

        Assert.Equal((500UL, null), (reading.Slot, reading.Value));
        Assert.Equal(["getAccountInfo", "getEpochInfo", "getAccountInfo"], asked);
    }

    [Fact]
    public async Task GetNonceAsync_OtherAccount_IsNoNonce()
    {
        var node = Node(_ => Result(
            """{"context":{"slot":501},"value":{"data":["ZERO","base64"],"executable":false,"lamports":1,"owner":"11111111111111111111111111111111","rentEpoch":0,"space":80}}"""
                .Replace("ZERO", Convert.ToBase64String(new byte[80]), StringComparison.Ordinal)));

        var reading = await node.GetNonceAsync(default, isFinalized: false, CancellationToken.None);

        Assert.Equal((501UL, null), (reading.Slot, reading.Value));
    }

    [Fact]
    public void WatchAsync_WithoutAConnection_IsNone() => Assert.Null(Node(_ => Result("null")).WatchAsync(Id, CancellationToken.None));

    private static ClientNode Node(Func<JsonRpcRequest, JsonRpcResponse> answer) => new(new SolanaClient(new ScriptedTransport(answer)), new SolanaSenderOptions());

    private static byte[] Bytes() => [1, .. Id.ToArray(), 1, 0, 0];

    private static string Text(JsonRpcRequest request) => System.Text.Encoding.UTF8.GetString(request.Parameters.Span);

    private static JsonRpcResponse Result(string json) => JsonRpcResponse.FromResult(JsonElement.Parse(json));

    private static JsonRpcResponse Error(int code, string message, string? data = null) =>
        JsonRpcResponse.FromError(new JsonRpcError(code, message, data is null ? null : JsonElement.Parse(data)));

    private sealed class ScriptedTransport(Func<JsonRpcRequest, JsonRpcResponse> answer) : IJsonRpcTransport
    {
        public Task<IReadOnlyList<JsonRpcResponse>> SendAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<JsonRpcResponse>>([.. requests.Select(answer)]);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
