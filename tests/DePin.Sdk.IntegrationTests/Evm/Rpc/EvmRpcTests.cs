using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Accounts;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.Transactions;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Testing.Evm;

namespace DePin.Sdk.IntegrationTests.Evm.Rpc;

/// <summary>What the client asks and understands, held against a real node.</summary>
public sealed class EvmRpcTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    // Stores 42 and gives it as data of a log whose topic is 32 bytes of 0x11; then there is no code to keep.
    private static readonly byte[] LoggingCode = Convert.FromHexString("602a5f52" + "7f" + new string('1', 64) + "60205fa1" + "5f5ff3");

    [AnvilFact]
    public async Task Client_RealNode_AnswersEveryQuestion()
    {
        using var limit = new CancellationTokenSource(Limit);
        await using var node = await AnvilFixture.StartAsync();
        await using var transport = new HttpJsonRpcTransport(node.HttpUrl);
        var client = new EvmClient(transport);
        var account = EvmAddress.Parse(node.Accounts[0].Address);

        Assert.Equal(node.ChainId, await client.GetChainIdAsync(limit.Token));
        Assert.Equal((UInt256)10_000UL * 1_000_000_000 * 1_000_000_000, await client.GetBalanceAsync(account, cancellationToken: limit.Token));
        Assert.Empty(await client.GetCodeAsync(account, cancellationToken: limit.Token));
        Assert.True((await client.GetStorageAtAsync(account, 0, cancellationToken: limit.Token)).IsZero);
        Assert.Equal(21_000UL, await client.EstimateGasAsync(new EvmCall { From = account, To = account, Value = 1 }, cancellationToken: limit.Token));

        var sent = await SignAsync(client, node.Accounts[0], transaction => transaction with { To = null, Value = 0, Data = LoggingCode, GasLimit = 100_000 }, limit.Token);
        var hash = await client.SendRawTransactionAsync(sent.Encoded, limit.Token);
        EvmReceipt? receipt;
        while ((receipt = await client.GetReceiptAsync(hash, limit.Token)) is null)
        {
            // The node takes it first and mines it a moment later.
            await Task.Delay(20, limit.Token);
        }

        var transaction = (await client.GetTransactionAsync(hash, limit.Token))!;
        var block = (await client.GetBlockAsync(EvmBlockTag.Hash(receipt.BlockHash), limit.Token))!;
        var logs = await client.GetLogsAsync(new EvmLogFilter { BlockHash = receipt.BlockHash, Addresses = [receipt.ContractAddress!.Value], Topics = [[new Hash32(Enumerable.Repeat((byte)0x11, 32).ToArray())]] }, limit.Token);

        Assert.Equal(sent.Hash, hash);
        Assert.True(receipt.Succeeded);
        Assert.Equal(account, receipt.From);
        Assert.Equal(ContractAddress.Create(account, 0), receipt.ContractAddress);
        Assert.Equal(LoggingCode, transaction.Data.ToArray());
        Assert.Equal(receipt.BlockNumber, transaction.BlockNumber);
        Assert.Equal(block, await client.GetBlockAsync(EvmBlockTag.Number(receipt.BlockNumber), limit.Token));
        Assert.Equal(receipt.GasUsed, block.GasUsed);
        Assert.Equal(42, Assert.Single(logs).Data.Span[31]);
        Assert.Equal(logs[0].LogIndex, Assert.Single(receipt.Logs).LogIndex);
        Assert.Equal((UInt256)10_000UL * 1_000_000_000 * 1_000_000_000 - receipt.Fee, await client.GetBalanceAsync(account, EvmBlockTag.Hash(receipt.BlockHash), limit.Token));
        Assert.Equal(1UL, await client.GetTransactionCountAsync(account, cancellationToken: limit.Token));

        var fees = await client.GetFeeHistoryAsync(4, [10, 90], cancellationToken: limit.Token);
        Assert.Equal(fees.GasUsedRatio.Count, fees.Rewards.Count);
        Assert.Null(await client.GetReceiptAsync(Hash32.Keccak([1]), limit.Token));
        Assert.Null(await client.GetTransactionAsync(Hash32.Keccak([1]), limit.Token));
        Assert.Null(await client.GetBlockAsync(EvmBlockTag.Number(1_000_000), limit.Token));
    }

    [AnvilFact]
    public async Task Client_RealNodeRefuses_KnowsWhy()
    {
        using var limit = new CancellationTokenSource(Limit);
        await using var node = await AnvilFixture.StartAsync(new AnvilOptions { Arguments = { "--no-mining" } });
        await using var transport = new HttpJsonRpcTransport(node.HttpUrl);
        var client = new EvmClient(transport);
        var account = EvmAddress.Parse(node.Accounts[0].Address);
        var waiting = await SignAsync(client, node.Accounts[0], transaction => transaction, limit.Token);
        await client.SendRawTransactionAsync(waiting.Encoded, limit.Token);

        await AssertKindAsync(EvmRpcError.AlreadyKnown, () => client.SendRawTransactionAsync(waiting.Encoded, limit.Token));
        var replacement = await SignAsync(client, node.Accounts[0], transaction => transaction with { Nonce = 0, Value = 2 }, limit.Token);
        await AssertKindAsync(EvmRpcError.Underpriced, () => client.SendRawTransactionAsync(replacement.Encoded, limit.Token));
        await node.MineAsync(1, limit.Token);
        await AssertKindAsync(EvmRpcError.NonceTooLow, () => client.SendRawTransactionAsync(replacement.Encoded, limit.Token));
        var dear = await SignAsync(client, node.Accounts[1], transaction => transaction with { Value = (UInt256)1_000_000UL * 1_000_000_000 * 1_000_000_000 }, limit.Token);
        await AssertKindAsync(EvmRpcError.InsufficientFunds, () => client.SendRawTransactionAsync(dear.Encoded, limit.Token));
        var cheap = await SignAsync(client, node.Accounts[1], transaction => transaction with { MaxFeePerGas = 1, MaxPriorityFeePerGas = 1 }, limit.Token);
        await AssertKindAsync(EvmRpcError.Underpriced, () => client.SendRawTransactionAsync(cheap.Encoded, limit.Token));

        await AssertKindAsync(EvmRpcError.UnknownBlock, () => client.GetLogsAsync(new EvmLogFilter { BlockHash = Hash32.Keccak([1]) }, limit.Token));
        await AssertKindAsync(EvmRpcError.UnknownBlock, () => client.CallAsync(new EvmCall { To = account }, EvmBlockTag.Number(1_000_000), limit.Token));
        await AssertKindAsync(EvmRpcError.Unsupported, () => client.InvokeAsync(new JsonRpcRequest("eth_noSuchMethod"), limit.Token));
        await AssertKindAsync(EvmRpcError.Reverted, () => client.CallAsync(new EvmCall { Data = new byte[] { 0xFE } }, cancellationToken: limit.Token));
        byte[] reason = RevertReason.Message.Encode("no more");
        byte[] reverting = [0x60, (byte)reason.Length, 0x60, 0x0C, 0x60, 0x00, 0x39, 0x60, (byte)reason.Length, 0x60, 0x00, 0xFD, .. reason];
        var revert = await AssertKindAsync(EvmRpcError.Reverted, () => client.CallAsync(new EvmCall { Data = reverting }, cancellationToken: limit.Token));
        Assert.Equal("no more", revert.Revert!.ToString());
    }

    [AnvilFact]
    public async Task Batches_LargerThanAnExchange_ComeBackInOrder()
    {
        using var limit = new CancellationTokenSource(Limit);
        await using var node = await AnvilFixture.StartAsync();
        await node.MineAsync(50, limit.Token);
        await using var http = new HttpJsonRpcTransport(node.HttpUrl, new HttpJsonRpcOptions { MaxBatchSize = 20 });
        await using var socket = new WebSocketJsonRpcTransport(node.WebSocketUrl);
        var requests = Enumerable.Range(0, 51).Select(number => JsonRpcRequest.Create("eth_getBlockByNumber", writer =>
        {
            writer.WriteStringValue($"0x{number:x}");
            writer.WriteBooleanValue(false);
        })).ToList();

        foreach (IJsonRpcTransport transport in new IJsonRpcTransport[] { http, socket })
        {
            var blocks = await transport.SendAsync(requests, limit.Token);
            Assert.Equal(Enumerable.Range(0, 51).Select(number => $"0x{number:x}"), blocks.Select(block => block.Result.GetProperty("number").GetString()));
        }
    }

    [AnvilFact]
    public async Task Subscriptions_NodeDiesAndComesBack_GoOnAndSayThatSomethingMayBeMissing()
    {
        using var limit = new CancellationTokenSource(Limit);
        await using var node = await AnvilFixture.StartAsync();
        await using var transport = new WebSocketJsonRpcTransport(node.WebSocketUrl, new WebSocketJsonRpcOptions { ReconnectDelay = TimeSpan.FromMilliseconds(50), MaxReconnectDelay = TimeSpan.FromMilliseconds(200) });
        var client = new EvmClient(transport);
        await using var heads = await transport.SubscribeNewHeadsAsync(limit.Token);
        await using var logs = await transport.SubscribeLogsAsync(new EvmLogFilter { Topics = [[new Hash32(Enumerable.Repeat((byte)0x11, 32).ToArray())]] }, limit.Token);
        await using var headReader = heads.ReadAllAsync(limit.Token).GetAsyncEnumerator(limit.Token);
        await using var logReader = logs.ReadAllAsync(limit.Token).GetAsyncEnumerator(limit.Token);

        var before = await SignAsync(client, node.Accounts[0], transaction => transaction with { To = null, Value = 0, Data = LoggingCode, GasLimit = 100_000 }, limit.Token);
        await client.SendRawTransactionAsync(before.Encoded, limit.Token);
        Assert.Equal(1UL, (await NextAsync(headReader)).Value!.Number);
        Assert.Equal(before.Hash, (await NextAsync(logReader)).Value!.TransactionHash);

        await node.RestartAsync(limit.Token);

        Assert.True((await NextAsync(headReader)).MayHaveMissed);
        Assert.True((await NextAsync(logReader)).MayHaveMissed);
        var after = await SignAsync(client, node.Accounts[0], transaction => transaction with { To = null, Value = 0, Data = LoggingCode, GasLimit = 100_000 }, limit.Token);
        await client.SendRawTransactionAsync(after.Encoded, limit.Token);
        Assert.Equal(2UL, (await NextAsync(headReader)).Value!.Number);
        Assert.Equal(after.Hash, (await NextAsync(logReader)).Value!.TransactionHash);
    }

    [AnvilFact]
    public async Task Failover_NodesDieAndAnotherIsOfAnotherChain_AnswersComeFromTheRightChain()
    {
        using var limit = new CancellationTokenSource(Limit);
        await using var wrong = await AnvilFixture.StartAsync(new AnvilOptions { ChainId = 5 });
        await using var first = await AnvilFixture.StartAsync();
        await using var second = await AnvilFixture.StartAsync();
        await wrong.MineAsync(30, limit.Token);
        await first.MineAsync(10, limit.Token);
        await second.MineAsync(20, limit.Token);
        await using var transport = new FailoverJsonRpcTransport(
            new EvmRpcChain(31337),
            [JsonRpcEndpoint.At(wrong.HttpUrl), JsonRpcEndpoint.At(first.WebSocketUrl), JsonRpcEndpoint.At(second.HttpUrl)],
            new FailoverJsonRpcOptions { RetryDelay = TimeSpan.FromMilliseconds(20), MaxRetryDelay = TimeSpan.FromMilliseconds(100) });
        var client = new EvmClient(transport);

        Assert.Equal(10UL, await client.GetBlockNumberAsync(limit.Token));
        await first.StopAsync();
        Assert.Equal(20UL, await client.GetBlockNumberAsync(limit.Token));
        await first.RestartAsync(limit.Token);
        ulong number;
        do
        {
            // The first is asked again beside the calls, and preferred once it has answered.
            number = await client.GetBlockNumberAsync(limit.Token);
            Assert.NotEqual(30UL, number);
        }
        while (number != 10);
    }

    private static async Task<RpcSubscriptionEvent<T>> NextAsync<T>(IAsyncEnumerator<RpcSubscriptionEvent<T>> reader)
        where T : class
    {
        Assert.True(await reader.MoveNextAsync().AsTask().WaitAsync(Limit));
        return reader.Current;
    }

    private static async Task<EvmRpcException> AssertKindAsync(EvmRpcError kind, Func<Task> call)
    {
        var problem = await Assert.ThrowsAsync<EvmRpcException>(call);
        Assert.True(kind == problem.Kind, problem.Message);
        return problem;
    }

    private static async Task<SignedEvmTransaction> SignAsync(EvmClient client, AnvilAccount account, Func<EvmTransaction, EvmTransaction> change, CancellationToken cancellationToken)
    {
        var address = EvmAddress.Parse(account.Address);
        var transaction = change(new EvmTransaction
        {
            ChainId = await client.GetChainIdAsync(cancellationToken),
            Nonce = await client.GetTransactionCountAsync(address, EvmBlockTag.Pending, cancellationToken),
            GasLimit = 21_000,
            MaxFeePerGas = 10_000_000_000,
            MaxPriorityFeePerGas = 1_000_000_000,
            To = address,
            Value = 1,
        });
        return transaction.Sign(EvmSignature.Sign(account.PrivateKey.Span, transaction.SigningHash()));
    }
}
