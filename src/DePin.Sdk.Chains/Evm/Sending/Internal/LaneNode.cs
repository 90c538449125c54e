using System.Numerics;
using System.Text.Json;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.Rpc.Internal;
using DePin.Sdk.Chains.Evm.Transactions;
using DePin.Sdk.Chains.Rpc;

namespace DePin.Sdk.Chains.Evm.Sending.Internal;

/// <summary>What a lane asks of a node, in as few requests as there can be. Thread-safe.</summary>
internal sealed class LaneNode(EvmClient client, EvmAddress account, EvmSenderOptions options)
{
    private const int FeeBlocks = 10;

    /// <summary>Common nodes take 1 to 5 MB in one request.</summary>
    private const int MaxBatchBytes = 400_000;

    private volatile int _maxBatch = options.MaxBatch;

    public FeePolicy Fees { get; } = new(options.MaxFeePerGas, options.MinPriorityFeePerGas);

    public async Task<ChainView> ReadAsync(CancellationToken cancellationToken)
    {
        List<JsonRpcRequest> requests =
        [
            RpcRequests.OfAccount("eth_getTransactionCount", account, EvmBlockTag.Latest),
            RpcRequests.OfAccount("eth_getTransactionCount", account, EvmBlockTag.Pending),
            RpcRequests.Block(EvmBlockTag.Latest),
        ];
        if (options.Finality.Tag is { } tag)
        {
            requests.Add(RpcRequests.Block(tag == EvmFinality.Safe.Tag ? EvmBlockTag.Safe : EvmBlockTag.Finalized));
        }

        var answers = await SendAsync(requests, cancellationToken).ConfigureAwait(false);
        ulong latest = Read(requests[0], answers[0], RpcReader.Number);
        ulong pending = Read(requests[1], answers[1], RpcReader.Number);
        var head = Read(requests[2], answers[2], RpcTypes.Block);

        // A chain that is younger than its finality has no such block yet, which nodes say with null or with an error.
        ulong? final = requests.Count > 3 && answers[3].Error is null
            ? Read(requests[3], answers[3], result => result.ValueKind == JsonValueKind.Null ? (ulong?)null : RpcTypes.Block(result).Number)
            : null;
        return new ChainView(head, latest, Math.Max(latest, pending), final);
    }

    public Task<UInt256> GetBalanceAsync(CancellationToken cancellationToken) => client.GetBalanceAsync(account, EvmBlockTag.Latest, cancellationToken);

    /// <summary>What gas costs, before any ceiling.</summary>
    public async Task<EvmFees> GetMarketAsync(EvmBlock head, CancellationToken cancellationToken)
    {
        if (head.BaseFeePerGas is not { } baseFee)
        {
            var request = new JsonRpcRequest("eth_gasPrice");
            var price = await client.InvokeAsync(request, cancellationToken).ConfigureAwait(false);
            return Fees.LegacyMarket(RpcReader.Read(request.Method, price, RpcReader.Quantity));
        }

        try
        {
            var history = await client.GetFeeHistoryAsync(FeeBlocks, [options.TipPercentile], EvmBlockTag.Latest, cancellationToken).ConfigureAwait(false);
            return Fees.Market(history.BaseFeePerGas[^1], history.Rewards.Where((_, i) => history.GasUsedRatio[i] > 0).Select(tips => tips[0]));
        }
        catch (EvmRpcException problem) when (problem.Kind == EvmRpcError.Unsupported)
        {
            // The most that the next block may burn (EIP-1559).
            return Fees.Market((UInt256)((BigInteger)baseFee * 9 / 8), []);
        }
    }

    /// <summary>Sends signed bytes. For each, null when the node has it now, or what it said instead; never throws for what a node does.</summary>
    public async Task<EvmRpcException?[]> BroadcastAsync(IReadOnlyList<SignedAttempt> attempts, CancellationToken cancellationToken)
    {
        var outcomes = new EvmRpcException?[attempts.Count];
        for (int start = 0; start < attempts.Count;)
        {
            int count = 1;
            for (int bytes = attempts[start].Signed.Encoded.Length; start + count < attempts.Count && count < _maxBatch; count++)
            {
                bytes += attempts[start + count].Signed.Encoded.Length;
                if (bytes > MaxBatchBytes)
                {
                    break;
                }
            }

            await BroadcastAsync(attempts, outcomes, start, count, cancellationToken).ConfigureAwait(false);
            start += count;
        }

        return outcomes;
    }

    public async Task<Dictionary<Hash32, EvmReceipt>> GetReceiptsAsync(IEnumerable<Hash32> hashes, CancellationToken cancellationToken)
    {
        var found = new Dictionary<Hash32, EvmReceipt>();
        foreach (var chunk in hashes.Distinct().Chunk(_maxBatch))
        {
            foreach (var receipt in await client.GetReceiptsAsync(chunk, cancellationToken).ConfigureAwait(false))
            {
                if (receipt is not null)
                {
                    found.Add(receipt.TransactionHash, receipt);
                }
            }
        }

        return found;
    }

    /// <summary>The hashes of blocks on the branch that the node follows; a block that it does not have is left out.</summary>
    public async Task<Dictionary<ulong, Hash32>> GetBlockHashesAsync(IEnumerable<ulong> numbers, CancellationToken cancellationToken)
    {
        var requested = numbers.Distinct().ToArray();
        var requests = requested.Select(number => RpcRequests.Block(EvmBlockTag.Number(number))).ToArray();
        var answers = await SendAsync(requests, cancellationToken).ConfigureAwait(false);
        var hashes = new Dictionary<ulong, Hash32>();
        for (int i = 0; i < requested.Length; i++)
        {
            if (answers[i].Error is null && answers[i].Result.ValueKind != JsonValueKind.Null)
            {
                var block = Read(requests[i], answers[i], RpcTypes.Block);
                hashes[block.Number] = block.Hash;
            }
        }

        return hashes;
    }

    /// <summary>Tries requests out on what is pending. For each the gas limit to use, or why it would fail.</summary>
    public async Task<(ulong GasLimit, EvmRpcException? Problem)[]> SimulateAsync(IReadOnlyList<EvmTransactionRequest> transactions, CancellationToken cancellationToken)
    {
        var requests = transactions.Select(Simulation).ToArray();
        var answers = await SendAsync(requests, cancellationToken).ConfigureAwait(false);
        var results = new (ulong, EvmRpcException?)[transactions.Count];
        for (int i = 0; i < results.Length; i++)
        {
            try
            {
                if (answers[i].Error is not null)
                {
                    throw EvmErrorClassifier.ToException(requests[i].Method, answers[i]);
                }

                results[i] = (transactions[i].GasLimit ?? WithMargin(Read(requests[i], answers[i], RpcReader.Number)), null);
            }
            catch (EvmRpcException problem)
            {
                results[i] = (0, problem);
            }
        }

        return results;
    }

    /// <summary>The gas of a transfer of nothing to oneself, which some rollups charge more than 21,000 for.</summary>
    public async Task<ulong> EstimateCancellationAsync(CancellationToken cancellationToken)
    {
        try
        {
            return WithMargin(await client.EstimateGasAsync(new EvmCall { From = account, To = account }, EvmBlockTag.Latest, cancellationToken).ConfigureAwait(false));
        }
        catch (EvmRpcException problem) when (problem.Kind is EvmRpcError.Reverted or EvmRpcError.InsufficientFunds or EvmRpcError.Other)
        {
            return 21_000;
        }
    }

    /// <summary>Finds the data of a revert by trying the transaction out again: after its block, where others of the block that went before it count, then before it. Empty when neither fails.</summary>
    public async Task<byte[]> ReplayAsync(EvmTransaction transaction, ulong block, CancellationToken cancellationToken)
    {
        var call = new EvmCall { From = account, To = transaction.To, Value = transaction.Value, Data = transaction.Data, GasLimit = transaction.GasLimit };
        foreach (var number in new[] { block, Math.Max(block, 1) - 1 })
        {
            try
            {
                await client.CallAsync(call, EvmBlockTag.Number(number), cancellationToken).ConfigureAwait(false);
            }
            catch (EvmRpcException problem) when (problem.Kind == EvmRpcError.Reverted)
            {
                return problem.Revert?.Data.ToArray() ?? [];
            }
            catch (EvmRpcException)
            {
                // The reason is a courtesy; the receipt has said what counts.
            }
        }

        return [];
    }

    private JsonRpcRequest Simulation(EvmTransactionRequest transaction) => RpcRequests.Call(
        transaction.GasLimit is null ? "eth_estimateGas" : "eth_call",
        new EvmCall { From = account, To = transaction.To, Value = transaction.Value, Data = transaction.Data, GasLimit = transaction.GasLimit },
        EvmBlockTag.Pending);

    private ulong WithMargin(ulong gas) => gas <= 21_000 ? gas : gas + (ulong)Math.Ceiling(gas * options.GasMargin);

    private async Task BroadcastAsync(IReadOnlyList<SignedAttempt> attempts, EvmRpcException?[] outcomes, int start, int count, CancellationToken cancellationToken)
    {
        try
        {
            var requests = Enumerable.Range(start, count).Select(i => RpcRequests.SendRaw(attempts[i].Signed.Encoded)).ToArray();
            var answers = await SendAsync(requests, cancellationToken).ConfigureAwait(false);
            for (int i = 0; i < count; i++)
            {
                outcomes[start + i] = answers[i].Error is not null
                    ? EvmErrorClassifier.ToException(requests[i].Method, answers[i])
                    : OutcomeOf(requests[i], answers[i], attempts[start + i].Hash);
            }
        }
        catch (EvmRpcException problem)
        {
            outcomes.AsSpan(start, count).Fill(problem);
        }
    }

    private static EvmRpcException? OutcomeOf(JsonRpcRequest request, JsonRpcResponse answer, Hash32 expected)
    {
        try
        {
            return Read(request, answer, RpcReader.Hash) == expected
                ? null
                : new EvmRpcException(EvmRpcError.Malformed, $"The answer to {request.Method} names another transaction.", mayHaveBeenReceived: true);
        }
        catch (EvmRpcException problem)
        {
            return problem;
        }
    }

    private static T Read<T>(JsonRpcRequest request, JsonRpcResponse answer, Func<JsonElement, T> read) => answer.Error is not null
        ? throw EvmErrorClassifier.ToException(request.Method, answer)
        : RpcReader.Read(request.Method, answer.Result, read);

    /// <summary>Sends in batches; a node that finds them too large gets smaller ones from then on.</summary>
    private async Task<List<JsonRpcResponse>> SendAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken)
    {
        var answers = new List<JsonRpcResponse>(requests.Count);
        while (answers.Count < requests.Count)
        {
            int count = Math.Min(_maxBatch, requests.Count - answers.Count);
            try
            {
                answers.AddRange(await client.SendAsync([.. requests.Skip(answers.Count).Take(count)], cancellationToken).ConfigureAwait(false));
            }
            catch (EvmRpcException problem) when (problem.Kind == EvmRpcError.LimitExceeded && count > 1)
            {
                _maxBatch = count / 2;
            }
        }

        return answers;
    }
}
