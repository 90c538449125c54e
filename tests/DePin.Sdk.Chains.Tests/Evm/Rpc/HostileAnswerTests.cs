using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Tests.Rpc;

namespace DePin.Sdk.Chains.Tests.Evm.Rpc;

/// <summary>Mutated answers, 105,000 in all: each is refused with <see cref="EvmRpcException"/>, or is an answer to the question.</summary>
public sealed class HostileAnswerTests
{
    private const int Cases = 10_500;

    private static readonly EvmAddress Account = EvmAddress.Parse(RpcSamples.Sender);
    private static readonly Hash32 BlockHash = Hash32.Parse(RpcSamples.BlockHash);

    public static TheoryData<string> Methods { get; } = ["number", "block", "blockByHash", "receipt", "logs", "logsOfBlock", "transaction", "feeHistory", "bytes", "batch"];

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Answer_Mutated_IsRefusedOrAnswersTheQuestion(string method)
    {
        var mutator = new AnswerMutator(Answer(method), seed: 4);
        var transport = new BytesTransport();
        var client = new EvmClient(transport);
        int refused = 0;
        for (int i = 0; i < Cases; i++)
        {
            transport.Answer = mutator.Next();
            try
            {
                Assert.True(await AskAsync(client, method), System.Text.Encoding.UTF8.GetString(transport.Answer));
            }
            catch (EvmRpcException)
            {
                refused++;
            }
        }

        // Much of a block or a receipt is not read, so that changing it changes nothing; but a mutator that changes nothing proves nothing.
        Assert.InRange(refused, Cases / 5, Cases);
    }

    private static string Answer(string method)
    {
        if (method == "batch")
        {
            return """[{"jsonrpc":"2.0","id":2,"error":{"code":3,"message":"execution reverted","data":"0x08c379a0"}},{"jsonrpc":"2.0","id":1,"result":"0x0102"},{"jsonrpc":"2.0","id":3,"result":"0x"}]""";
        }

        string result = method switch
        {
            "number" => "\"0x1234\"",
            "block" or "blockByHash" => RpcSamples.Block,
            "receipt" => RpcSamples.Receipt,
            "logs" or "logsOfBlock" => $"[{RpcSamples.Log},{RpcSamples.Log.Replace("\"logIndex\":\"0x0\"", "\"logIndex\":\"0x1\"", StringComparison.Ordinal)}]",
            "transaction" => RpcSamples.Transaction,
            "feeHistory" => RpcSamples.FeeHistory,
            _ => "\"0xabcdef\"",
        };
        return $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{result}}}";
    }

    private static async Task<bool> AskAsync(EvmClient client, string method)
    {
        switch (method)
        {
            case "number":
                await client.GetBlockNumberAsync();
                return true;
            case "block":
                return await client.GetBlockAsync(EvmBlockTag.Number(1)) is null or { Number: 1 };
            case "blockByHash":
                return await client.GetBlockAsync(EvmBlockTag.Hash(BlockHash)) is not { } block || block.Hash == BlockHash;
            case "receipt":
                return await client.GetReceiptAsync(RpcSamples.Transaction32) is not { } receipt
                    || (receipt.TransactionHash == RpcSamples.Transaction32 && receipt.Fee <= UInt256.MaxValue && (receipt.Succeeded || receipt.Logs.Count == 0) && receipt.Logs.All(log => log.TransactionHash == receipt.TransactionHash));
            case "logs":
                var logs = await client.GetLogsAsync(RpcSamples.Filter);
                return logs.All(log => RpcSamples.Filter.Matches(log) && log.BlockNumber is >= 1 and <= 5) && logs.Select(log => (log.BlockNumber, log.LogIndex)).Distinct().Count() == logs.Count;
            case "logsOfBlock":
                return (await client.GetLogsAsync(new EvmLogFilter { BlockHash = BlockHash })).All(log => log.BlockHash == BlockHash);
            case "transaction":
                return await client.GetTransactionAsync(RpcSamples.Transaction32) is not { } transaction || transaction.Hash == RpcSamples.Transaction32;
            case "feeHistory":
                var history = await client.GetFeeHistoryAsync(2, [10, 50]);
                return history.GasUsedRatio.Count <= 2 && history.BaseFeePerGas.Count == history.GasUsedRatio.Count + 1 && history.Rewards.All(block => block.Count == 2);
            case "batch":
                return (await client.CallManyAsync([new EvmCall(), new EvmCall(), new EvmCall()])).Count == 3;
            default:
                await client.GetCodeAsync(Account);
                return true;
        }
    }
}
