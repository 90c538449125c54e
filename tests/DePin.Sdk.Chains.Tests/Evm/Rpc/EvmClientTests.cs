using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Tests.Rpc;

namespace DePin.Sdk.Chains.Tests.Evm.Rpc;

public sealed class EvmClientTests
{
    private static readonly EvmAddress Account = EvmAddress.Parse(RpcSamples.Sender);

    [Fact]
    public async Task Questions_Sent_AreWhatTheProtocolSays()
    {
        var node = new FakeNode(request => request.Method switch
        {
            "eth_getBlockByNumber" or "eth_getBlockByHash" => RpcSamples.Block,
            "eth_getLogs" => "[]",
            "eth_getCode" or "eth_call" => "\"0x\"",
            "eth_getStorageAt" => $"\"{RpcSamples.BlockHash}\"",
            "eth_feeHistory" => RpcSamples.FeeHistory,
            _ => "\"0x7\"",
        });
        var client = new EvmClient(node);
        var hash = Hash32.Parse(RpcSamples.BlockHash);

        await client.GetChainIdAsync();
        await client.GetBlockNumberAsync();
        await client.GetBlockAsync(EvmBlockTag.Finalized);
        await client.GetBlockAsync(EvmBlockTag.Number(1));
        await client.GetBlockAsync(EvmBlockTag.Hash(hash));
        await client.GetBalanceAsync(Account);
        await client.GetTransactionCountAsync(Account, EvmBlockTag.Pending);
        await client.GetCodeAsync(Account, EvmBlockTag.Hash(hash));
        await client.GetStorageAtAsync(Account, 16, EvmBlockTag.Number(0));
        await client.CallAsync(new EvmCall { From = Account, To = Account, Value = 255, Data = new byte[] { 1, 2 }, GasLimit = 21000 }, EvmBlockTag.Number(300));
        await client.EstimateGasAsync(new EvmCall { MaxFeePerGas = 2, MaxPriorityFeePerGas = 1 });
        await client.GetFeeHistoryAsync(2, [10, 50.5]);
        await client.GetLogsAsync(RpcSamples.Filter);
        await client.GetLogsAsync(new EvmLogFilter { BlockHash = hash });

        Assert.Equal(
            [
                "eth_chainId []",
                "eth_blockNumber []",
                "eth_getBlockByNumber [\"finalized\",false]",
                "eth_getBlockByNumber [\"0x1\",false]",
                $"eth_getBlockByHash [\"{RpcSamples.BlockHash}\",false]",
                $"eth_getBalance [\"{RpcSamples.Sender}\",\"latest\"]",
                $"eth_getTransactionCount [\"{RpcSamples.Sender}\",\"pending\"]",
                $$"""eth_getCode ["{{RpcSamples.Sender}}",{"blockHash":"{{RpcSamples.BlockHash}}"}]""",
                $"eth_getStorageAt [\"{RpcSamples.Sender}\",\"0x10\",\"0x0\"]",
                $$"""eth_call [{"from":"{{RpcSamples.Sender}}","to":"{{RpcSamples.Sender}}","value":"0xff","gas":"0x5208","input":"0x0102"},"0x12c"]""",
                """eth_estimateGas [{"maxFeePerGas":"0x2","maxPriorityFeePerGas":"0x1"},"latest"]""",
                "eth_feeHistory [\"0x2\",\"latest\",[10,50.5]]",
                $$"""eth_getLogs [{"fromBlock":"0x1","toBlock":"0x5","address":["{{RpcSamples.Contract}}"],"topics":[["{{RpcSamples.Topic}}"],null]}]""",
                $$"""eth_getLogs [{"blockHash":"{{RpcSamples.BlockHash}}"}]""",
            ],
            node.Calls.Select(call => $"{call.Method} {System.Text.Encoding.UTF8.GetString(call.Parameters.Span)}"));
    }

    [Fact]
    public async Task GetBlockAsync_Block_IsRead()
    {
        var block = await Client(RpcSamples.Block).GetBlockAsync(EvmBlockTag.Latest);

        Assert.Equal(1UL, block!.Number);
        Assert.Equal(RpcSamples.BlockHash, block.Hash.ToString());
        Assert.Equal((UInt256)875_000_000UL, block.BaseFeePerGas);
        Assert.Equal(30_000_000UL, block.GasLimit);
        Assert.Equal(21_000UL, block.GasUsed);
        Assert.Equal(0x6900f1a2UL, block.Timestamp);
    }

    [Fact]
    public async Task GetReceiptAsync_Receipt_IsRead()
    {
        var receipt = await Client(RpcSamples.Receipt).GetReceiptAsync(RpcSamples.Transaction32);

        Assert.True(receipt!.Succeeded);
        Assert.Equal(Account, receipt.From);
        Assert.Null(receipt.ContractAddress);
        Assert.Equal((UInt256)(875_000_001UL * 21_000), receipt.Fee);
        Assert.Equal(2, Assert.Single(receipt.Logs).Topics.Count);
    }

    [Fact]
    public async Task GetReceiptAsync_Rollup_CountsTheFeeForItsData()
    {
        var receipt = await Client(RpcSamples.Receipt.Replace("\"type\"", "\"l1Fee\":\"0x5\",\"type\"", StringComparison.Ordinal)).GetReceiptAsync(RpcSamples.Transaction32);

        Assert.Equal((UInt256)(875_000_001UL * 21_000 + 5), receipt!.Fee);
    }

    [Fact]
    public async Task GetTransactionAsync_WaitingAndMined_AreRead()
    {
        var mined = await Client(RpcSamples.Transaction).GetTransactionAsync(RpcSamples.Transaction32);
        var waiting = await Client(RpcSamples.Transaction.Replace($"\"blockHash\":\"{RpcSamples.BlockHash}\",\"blockNumber\":\"0x1\"", "\"blockHash\":null,\"blockNumber\":null", StringComparison.Ordinal)).GetTransactionAsync(RpcSamples.Transaction32);

        Assert.Equal(1UL, mined!.BlockNumber);
        Assert.False(mined.IsPending);
        Assert.Equal([0xAB, 0xCD], mined.Data.ToArray());
        Assert.True(waiting!.IsPending);
    }

    [Fact]
    public async Task GetFeeHistoryAsync_History_IsRead()
    {
        var history = await Client(RpcSamples.FeeHistory).GetFeeHistoryAsync(2, [10, 50]);

        Assert.Equal(3, history.BaseFeePerGas.Count);
        Assert.Equal((UInt256)2UL, history.Rewards[1][1]);
    }

    [Fact]
    public async Task NullableAnswers_Null_AreNull()
    {
        var client = Client("null");

        Assert.Null(await client.GetBlockAsync(EvmBlockTag.Number(9)));
        Assert.Null(await client.GetReceiptAsync(RpcSamples.Transaction32));
        Assert.Null(await client.GetTransactionAsync(RpcSamples.Transaction32));
        await AssertMalformedAsync(() => client.GetBalanceAsync(Account));
        await AssertMalformedAsync(() => client.GetLogsAsync(new EvmLogFilter()));
    }

    [Fact]
    public async Task CallManyAsync_OneReverts_OthersHaveTheirOutput()
    {
        int call = 0;
        var client = new EvmClient(new FakeNode(_ => ++call == 2 ? FakeNode.Error(3, "execution reverted", "0x08c379a00000000000000000000000000000000000000000000000000000000000000020000000000000000000000000000000000000000000000000000000000000000568656c6c6f000000000000000000000000000000000000000000000000000000") : "\"0x01\""));

        var results = await client.CallManyAsync([new EvmCall(), new EvmCall(), new EvmCall()]);

        Assert.Equal([1], results[2].OutputOrThrow().ToArray());
        Assert.Equal("hello", results[1].Failure!.Revert!.ToString());
        Assert.Equal(EvmRpcError.Reverted, Assert.Throws<EvmRpcException>(() => results[1].OutputOrThrow()).Kind);
    }

    [Fact]
    public async Task SendRawTransactionAsync_NodeNamesAnotherTransaction_IsMalformedButMayBeOnItsWay()
    {
        var problem = await AssertMalformedAsync(() => Client($"\"{RpcSamples.TransactionHash}\"").SendRawTransactionAsync(new byte[] { 1, 2, 3 }));

        Assert.True(problem.MayHaveBeenReceived);
    }

    [Fact]
    public async Task SendRawTransactionAsync_NodeNamesTheTransaction_ReturnsItsHash()
    {
        byte[] transaction = [1, 2, 3];

        Assert.Equal(Hash32.Keccak(transaction), await Client($"\"{Hash32.Keccak(transaction)}\"").SendRawTransactionAsync(transaction));
    }

    public static TheoryData<string, string> Contradictions { get; } = new()
    {
        { "block of another number", RpcSamples.Block.Replace("\"number\":\"0x1\"", "\"number\":\"0x2\"", StringComparison.Ordinal) },
        { "block of another hash", RpcSamples.Block.Replace(RpcSamples.BlockHash, RpcSamples.Topic, StringComparison.Ordinal) },
        { "receipt of another transaction", RpcSamples.Receipt.Replace(RpcSamples.TransactionHash, RpcSamples.Topic, StringComparison.Ordinal) },
        { "receipt with another transaction's log", RpcSamples.Receipt.Replace($"\"transactionHash\":\"{RpcSamples.TransactionHash}\",\"transactionIndex\":\"0x0\",\"logIndex\"", $"\"transactionHash\":\"{RpcSamples.Topic}\",\"transactionIndex\":\"0x0\",\"logIndex\"", StringComparison.Ordinal) },
        { "receipt of a failure with a log", RpcSamples.Receipt.Replace("\"status\":\"0x1\"", "\"status\":\"0x0\"", StringComparison.Ordinal) },
        { "receipt with an unknown status", RpcSamples.Receipt.Replace("\"status\":\"0x1\"", "\"status\":\"0x2\"", StringComparison.Ordinal) },
        { "receipt whose fee overflows", RpcSamples.Receipt.Replace("0x342770c1", "0x" + new string('f', 64), StringComparison.Ordinal) },
        { "transaction of another hash", RpcSamples.Transaction.Replace(RpcSamples.TransactionHash, RpcSamples.Topic, StringComparison.Ordinal) },
        { "transaction with half a block", RpcSamples.Transaction.Replace("\"blockNumber\":\"0x1\"", "\"blockNumber\":null", StringComparison.Ordinal) },
        { "log of another contract", $"[{RpcSamples.Log.Replace(RpcSamples.Contract, RpcSamples.Sender, StringComparison.Ordinal)}]" },
        { "log of another topic", $"[{RpcSamples.Log.Replace(RpcSamples.Topic, RpcSamples.BlockHash, StringComparison.Ordinal)}]" },
        { "log with too few topics", $"[{RpcSamples.Log.Replace(",\"0x000000000000000000000000f39fd6e51aad88f6f4ce6ab8827279cfffb92266\"", string.Empty, StringComparison.Ordinal)}]" },
        { "log before the range", $"[{RpcSamples.Log.Replace("\"blockNumber\":\"0x1\"", "\"blockNumber\":\"0x0\"", StringComparison.Ordinal)}]" },
        { "log after the range", $"[{RpcSamples.Log.Replace("\"blockNumber\":\"0x1\"", "\"blockNumber\":\"0x6\"", StringComparison.Ordinal)}]" },
        { "log twice", $"[{RpcSamples.Log},{RpcSamples.Log}]" },
        { "log taken back", $"[{RpcSamples.Log.Replace("false", "true", StringComparison.Ordinal)}]" },
        { "logs of two blocks of one number", $"[{RpcSamples.Log},{RpcSamples.Log.Replace(RpcSamples.BlockHash, RpcSamples.Topic, StringComparison.Ordinal).Replace("\"logIndex\":\"0x0\"", "\"logIndex\":\"0x1\"", StringComparison.Ordinal)}]" },
        { "fee history of too many blocks", RpcSamples.FeeHistory.Replace("[0.0,0.0007]", "[0.0,0.0007,0.1]", StringComparison.Ordinal) },
        { "fee history of a block that is less than empty", RpcSamples.FeeHistory.Replace("0.0007", "-0.1", StringComparison.Ordinal) },
        { "fee history of a block without end", RpcSamples.FeeHistory.Replace("0.0007", "1e999", StringComparison.Ordinal) },
        { "fee history without tips", RpcSamples.FeeHistory.Replace("\"reward\"", "\"rewards\"", StringComparison.Ordinal) },
        { "fee history with too few tips", RpcSamples.FeeHistory.Replace("[\"0x0\",\"0x0\"]", "[\"0x0\"]", StringComparison.Ordinal) },
    };

    [Theory]
    [MemberData(nameof(Contradictions))]
    public async Task Answers_ContradictTheQuestion_AreMalformed(string what, string answer)
    {
        var client = Client(answer);

        await AssertMalformedAsync(() => what.Split(' ')[0] switch
        {
            "block" => client.GetBlockAsync(what.EndsWith("number", StringComparison.Ordinal) ? EvmBlockTag.Number(1) : EvmBlockTag.Hash(Hash32.Parse(RpcSamples.BlockHash))),
            "receipt" => client.GetReceiptAsync(RpcSamples.Transaction32),
            "transaction" => client.GetTransactionAsync(RpcSamples.Transaction32),
            "fee" => client.GetFeeHistoryAsync(2, [10, 50]),
            _ => client.GetLogsAsync(RpcSamples.Filter),
        });
    }

    [Theory]
    [InlineData("\"0x\"")]
    [InlineData("\"0x01\"")]
    [InlineData("\"1\"")]
    [InlineData("1")]
    [InlineData("\"-0x1\"")]
    [InlineData("\"0x-1\"")]
    [InlineData("\"0X1\"")]
    [InlineData("\"0x1g\"")]
    [InlineData("\"0x10000000000000000\"")]
    [InlineData("{}")]
    [InlineData("[\"0x1\"]")]
    [InlineData("\"\\ud800\"")]
    public async Task GetBlockNumberAsync_NoQuantity_IsMalformed(string answer) => await AssertMalformedAsync(() => Client(answer).GetBlockNumberAsync());

    [Fact]
    public async Task Arguments_OutOfRange_AreRefused()
    {
        var client = Client("null");

        await Assert.ThrowsAsync<ArgumentException>(() => client.GetBlockAsync(EvmBlockTag.Pending));
        await Assert.ThrowsAsync<ArgumentException>(() => client.GetLogsAsync(new EvmLogFilter { FromBlock = EvmBlockTag.Hash(RpcSamples.Transaction32) }));
        await Assert.ThrowsAsync<ArgumentException>(() => client.GetLogsAsync(new EvmLogFilter { Topics = [null, null, null, null, null] }));
        await Assert.ThrowsAsync<ArgumentException>(() => client.GetFeeHistoryAsync(1, [], EvmBlockTag.Hash(RpcSamples.Transaction32)));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => client.GetFeeHistoryAsync(1025, []));
        Assert.Throws<ArgumentNullException>(() => new EvmClient(null!));
    }

    private static EvmClient Client(string answer) => new(new FakeNode(_ => answer));

    private static async Task<EvmRpcException> AssertMalformedAsync(Func<Task> call)
    {
        var problem = await Assert.ThrowsAsync<EvmRpcException>(call);
        Assert.Equal(EvmRpcError.Malformed, problem.Kind);
        return problem;
    }
}
