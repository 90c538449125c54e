using System.Text.Json;
using DePin.Sdk.Chains.Diagnostics;
using DePin.Sdk.Chains.Evm.Rpc.Internal;
using DePin.Sdk.Chains.Rpc;

namespace DePin.Sdk.Chains.Evm.Rpc;

/// <summary>The questions and commands of an EVM node, typed. Answers are held against their questions; what contradicts them is <see cref="EvmRpcError.Malformed"/>. Safe for several threads.</summary>
/// <remarks>Every method throws <see cref="EvmRpcException"/> when the node cannot be reached, answers with an error, or with something that cannot be trusted.</remarks>
/// <param name="transport">Carries the calls; it stays the caller's to dispose of.</param>
public sealed class EvmClient(IJsonRpcTransport transport)
{
    private readonly IJsonRpcTransport _transport = transport ?? throw new ArgumentNullException(nameof(transport));

    /// <summary>The chain that the node belongs to (EIP-155).</summary>
    public Task<ulong> GetChainIdAsync(CancellationToken cancellationToken = default)
        => CallAsync(new JsonRpcRequest("eth_chainId"), RpcReader.Number, cancellationToken);

    /// <summary>The number of the newest block.</summary>
    public Task<ulong> GetBlockNumberAsync(CancellationToken cancellationToken = default)
        => CallAsync(new JsonRpcRequest("eth_blockNumber"), RpcReader.Number, cancellationToken);

    /// <summary>The head of a block; null when the node does not have it.</summary>
    /// <exception cref="ArgumentException">The tag is <see cref="EvmBlockTag.Pending"/>, which is no block yet.</exception>
    public async Task<EvmBlock?> GetBlockAsync(EvmBlockTag tag, CancellationToken cancellationToken = default)
    {
        if (tag == EvmBlockTag.Pending)
        {
            throw new ArgumentException("What is pending is no block yet and has neither a number nor a hash; ask for the latest block.", nameof(tag));
        }

        var request = RpcRequests.Block(tag);
        var block = await CallAsync(request, result => result.ValueKind == JsonValueKind.Null ? null : RpcTypes.Block(result), cancellationToken).ConfigureAwait(false);
        bool isOther = block is not null && ((tag.BlockHash is { } hash && block.Hash != hash) || (tag.BlockNumber is { } number && block.Number != number));
        return isOther ? throw Contradiction(request.Method, "it is another block") : block;
    }

    /// <summary>The wei that an account holds.</summary>
    public Task<UInt256> GetBalanceAsync(EvmAddress account, EvmBlockTag tag = default, CancellationToken cancellationToken = default)
        => CallAsync(RpcRequests.OfAccount("eth_getBalance", account, tag), RpcReader.Quantity, cancellationToken);

    /// <summary>How many transactions an account sent: its next nonce. With <see cref="EvmBlockTag.Pending"/> those that wait count too.</summary>
    public Task<ulong> GetTransactionCountAsync(EvmAddress account, EvmBlockTag tag = default, CancellationToken cancellationToken = default)
        => CallAsync(RpcRequests.OfAccount("eth_getTransactionCount", account, tag), RpcReader.Number, cancellationToken);

    /// <summary>The code of a contract; empty when there is none.</summary>
    public Task<byte[]> GetCodeAsync(EvmAddress account, EvmBlockTag tag = default, CancellationToken cancellationToken = default)
        => CallAsync(RpcRequests.OfAccount("eth_getCode", account, tag), RpcReader.Bytes, cancellationToken);

    /// <summary>One storage slot of a contract.</summary>
    public Task<Hash32> GetStorageAtAsync(EvmAddress account, UInt256 slot, EvmBlockTag tag = default, CancellationToken cancellationToken = default)
        => CallAsync(RpcRequests.Storage(account, slot, tag), RpcReader.Hash, cancellationToken);

    /// <summary>Tries a call out and returns what it gives. An account without code gives nothing, and no error.</summary>
    /// <exception cref="EvmRpcException">Also when the call fails (<see cref="EvmRpcError.Reverted"/>).</exception>
    public Task<byte[]> CallAsync(EvmCall call, EvmBlockTag tag = default, CancellationToken cancellationToken = default)
        => CallAsync(RpcRequests.Call("eth_call", call, tag), RpcReader.Bytes, cancellationToken);

    /// <summary>Tries several calls out in one batch, each by itself: what one of them changes, the others do not see. Calls may meet different blocks unless the tag is a number or a hash.</summary>
    public async Task<IReadOnlyList<EvmCallResult>> CallManyAsync(IReadOnlyList<EvmCall> calls, EvmBlockTag tag = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(calls);
        var requests = calls.Select(call => RpcRequests.Call("eth_call", call, tag)).ToArray();
        var responses = await SendAsync(requests, cancellationToken).ConfigureAwait(false);
        return [.. responses.Select(response => response.Error is not null
            ? new EvmCallResult(default, EvmErrorClassifier.ToException("eth_call", response))
            : new EvmCallResult(RpcReader.Read("eth_call", response.Result, RpcReader.Bytes), null))];
    }

    /// <summary>How much gas a call needs, as the node finds by trying it out; what it needs when it is sent may differ.</summary>
    /// <exception cref="EvmRpcException">Also when the call fails (<see cref="EvmRpcError.Reverted"/>).</exception>
    public Task<ulong> EstimateGasAsync(EvmCall call, EvmBlockTag tag = default, CancellationToken cancellationToken = default)
        => CallAsync(RpcRequests.Call("eth_estimateGas", call, tag), RpcReader.Number, cancellationToken);

    /// <summary>What gas cost in the newest blocks.</summary>
    /// <param name="blocks">How many blocks, 1 to 1,024; a node may give fewer.</param>
    /// <param name="percentiles">Which tips, in percent of a block's gas, ascending from 0 to 100; none for no tips.</param>
    /// <param name="newest">The last block, by number or name.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="ArgumentException">The last block is given by its hash.</exception>
    public async Task<EvmFeeHistory> GetFeeHistoryAsync(int blocks, IReadOnlyList<double> percentiles, EvmBlockTag newest = default, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(blocks, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(blocks, 1024);
        ArgumentNullException.ThrowIfNull(percentiles);
        if (newest.BlockHash is not null)
        {
            throw new ArgumentException("The last block is given by its number or name.", nameof(newest));
        }

        var request = RpcRequests.FeeHistory(blocks, percentiles, newest);
        var history = await CallAsync(request, result => RpcTypes.FeeHistory(result, percentiles.Count), cancellationToken).ConfigureAwait(false);
        return history.GasUsedRatio.Count <= blocks ? history : throw Contradiction(request.Method, "it has more blocks than were asked for");
    }

    /// <summary>Sends a signed transaction. That the node took it does not mean that it will be in a block.</summary>
    /// <remarks>The same bytes may be sent again, here or elsewhere: they can take effect at most once. Only an error answer other than <see cref="EvmRpcError.AlreadyKnown"/> means that this node did not take
    /// it; while <see cref="RpcException.MayHaveBeenReceived"/> is true, it may be on its way.</remarks>
    /// <param name="signedTransaction">The bytes, for example <see cref="Transactions.SignedEvmTransaction.Encoded"/>.</param>
    /// <param name="cancellationToken">Stops the waiting; the transaction may be on its way all the same.</param>
    /// <returns>The transaction's hash.</returns>
    public async Task<Hash32> SendRawTransactionAsync(ReadOnlyMemory<byte> signedTransaction, CancellationToken cancellationToken = default)
    {
        var request = RpcRequests.SendRaw(signedTransaction);
        var hash = await CallAsync(request, RpcReader.Hash, cancellationToken).ConfigureAwait(false);
        return hash == Hash32.Keccak(signedTransaction.Span) ? hash : throw Contradiction(request.Method, "it names another transaction");
    }

    /// <summary>A transaction that the node knows; null when it knows none, which proves nothing about other nodes.</summary>
    public async Task<EvmTransactionInfo?> GetTransactionAsync(Hash32 hash, CancellationToken cancellationToken = default)
    {
        var request = RpcRequests.ByHash("eth_getTransactionByHash", hash);
        var transaction = await CallAsync(request, result => result.ValueKind == JsonValueKind.Null ? null : RpcTypes.Transaction(result), cancellationToken).ConfigureAwait(false);
        return transaction is null || transaction.Hash == hash ? transaction : throw Contradiction(request.Method, "it is another transaction");
    }

    /// <summary>What became of a transaction; null while it is in no block that the node has.</summary>
    public async Task<EvmReceipt?> GetReceiptAsync(Hash32 hash, CancellationToken cancellationToken = default)
        => (await GetReceiptsAsync([hash], cancellationToken).ConfigureAwait(false))[0];

    /// <summary>What became of several transactions, asked for in one batch; null for those in no block. The chain may change between the answers.</summary>
    public async Task<IReadOnlyList<EvmReceipt?>> GetReceiptsAsync(IReadOnlyList<Hash32> hashes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(hashes);
        const string method = "eth_getTransactionReceipt";
        var responses = await SendAsync([.. hashes.Select(hash => RpcRequests.ByHash(method, hash))], cancellationToken).ConfigureAwait(false);
        var receipts = new EvmReceipt?[hashes.Count];
        for (int i = 0; i < receipts.Length; i++)
        {
            receipts[i] = Result(method, responses[i], result => result.ValueKind == JsonValueKind.Null ? null : RpcTypes.Receipt(result));
            if (receipts[i] is { } receipt && receipt.TransactionHash != hashes[i])
            {
                throw Contradiction(method, "it is the receipt of another transaction");
            }
        }

        return receipts;
    }

    /// <summary>The logs that fit a filter, in the order of the chain.</summary>
    /// <exception cref="ArgumentException">The filter has more than four topics, or a block by hash where it must be a number or a name.</exception>
    /// <exception cref="EvmRpcException">Also when there are too many logs (<see cref="EvmRpcError.LimitExceeded"/>): ask for fewer blocks.</exception>
    public async Task<IReadOnlyList<EvmLog>> GetLogsAsync(EvmLogFilter filter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var request = RpcRequests.Logs(filter);
        var logs = await CallAsync(request, result => result.Items(RpcTypes.Log), cancellationToken).ConfigureAwait(false);
        return LogAnswer.Problem(filter, logs) is { } problem ? throw Contradiction(request.Method, problem) : logs;
    }

    /// <summary>Calls a method that has no typed form here, and returns its result as it came.</summary>
    public Task<JsonElement> InvokeAsync(JsonRpcRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return CallAsync(request, result => result, cancellationToken);
    }

    private async Task<T> CallAsync<T>(JsonRpcRequest request, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        var responses = await SendAsync([request], cancellationToken).ConfigureAwait(false);
        return Result(request.Method, responses[0], read);
    }

    internal async Task<IReadOnlyList<JsonRpcResponse>> SendAsync(JsonRpcRequest[] requests, CancellationToken cancellationToken)
    {
        using var exchange = RpcTrace.Start(requests);
        try
        {
            var responses = await _transport.SendAsync(requests, cancellationToken).ConfigureAwait(false);
            exchange.End(responses);
            return responses.Count == requests.Length
                ? responses
                : throw new EvmRpcException(EvmRpcError.Malformed, $"The transport gave {responses.Count} answers to {requests.Length} calls.", mayHaveBeenReceived: true);
        }
        catch (EvmRpcException problem)
        {
            exchange.Fail(problem.Kind.ToString());
            throw;
        }
        catch (RpcTransportException problem)
        {
            var failure = EvmErrorClassifier.ToException(requests[0].Method, problem);
            exchange.Fail(failure.Kind.ToString());
            throw failure;
        }
        catch (Exception problem) when (!cancellationToken.IsCancellationRequested)
        {
            // Transports may be the caller's own; what they throw says no more than an answer that never came.
            var kind = problem is OperationCanceledException or TimeoutException ? EvmRpcError.TimedOut : EvmRpcError.Unavailable;
            var failure = new EvmRpcException(kind, $"The transport failed: {problem.Message}", mayHaveBeenReceived: true, innerException: problem);
            exchange.Fail(kind.ToString());
            throw failure;
        }
    }

    private static T Result<T>(string method, JsonRpcResponse response, Func<JsonElement, T> read) => response.Error is not null
        ? throw EvmErrorClassifier.ToException(method, response)
        : RpcReader.Read(method, response.Result, read);

    private static EvmRpcException Contradiction(string method, string problem)
        => new(EvmRpcError.Malformed, $"The answer to {method} contradicts the question: {problem}.", mayHaveBeenReceived: true);
}
