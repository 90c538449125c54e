using System.Text.Json;
using DePin.Sdk.Chains.Diagnostics;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana.Rpc.Internal;

namespace DePin.Sdk.Chains.Solana.Rpc;

/// <summary>The questions and commands of a Solana node, typed. Answers are held against their questions; what contradicts them is <see cref="SolanaRpcError.Malformed"/>. Safe for several threads.</summary>
/// <remarks>
/// Every method throws <see cref="SolanaRpcException"/> when the node cannot be reached, answers with an error, or with something that cannot be trusted. Behind one address there may be many nodes, some of
/// them behind: a <c>minContextSlot</c> says that an answer must not be older than what was seen before, and such a node then fails with <see cref="SolanaRpcError.MinContextSlot"/>, or another endpoint answers.
/// </remarks>
/// <param name="transport">Carries the calls; it stays the caller's to dispose of.</param>
public sealed partial class SolanaClient(IJsonRpcTransport transport)
{
    private readonly IJsonRpcTransport _transport = transport ?? throw new ArgumentNullException(nameof(transport));

    /// <summary>The hash of the cluster's first block, which tells clusters apart.</summary>
    public Task<SolanaHash> GetGenesisHashAsync(CancellationToken cancellationToken = default)
        => CallAsync(new JsonRpcRequest("getGenesisHash"), SolanaReader.Hash, cancellationToken);

    /// <summary>The newest block that a transaction can name, and how long it is valid.</summary>
    /// <param name="commitment">How sure the block must be. A transaction on a processed block that is dropped never lands.</param>
    /// <param name="minContextSlot">The slot that the answer must not be older than; 0 for any.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task<SolanaLatestBlockhash> GetLatestBlockhashAsync(SolanaCommitment commitment = SolanaCommitment.Confirmed, ulong minContextSlot = 0, CancellationToken cancellationToken = default)
    {
        var request = SolanaRequests.Of("getLatestBlockhash", commitment, minContextSlot);
        var latest = await CallAsync(request, SolanaTypes.LatestBlockhash, cancellationToken).ConfigureAwait(false);
        EnsureNotOlder(request.Method, latest.Slot, minContextSlot);
        return latest;
    }

    /// <summary>How many blocks there are. It grows more slowly than the slot, for some slots have no block.</summary>
    /// <param name="commitment">How sure the newest block must be.</param>
    /// <param name="minContextSlot">The slot that the answer must not be older than; 0 for any.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public Task<ulong> GetBlockHeightAsync(SolanaCommitment commitment = SolanaCommitment.Confirmed, ulong minContextSlot = 0, CancellationToken cancellationToken = default)
        => CallAsync(SolanaRequests.Of("getBlockHeight", commitment, minContextSlot), SolanaReader.Number, cancellationToken);

    /// <summary>The newest slot.</summary>
    /// <param name="commitment">How sure it must be.</param>
    /// <param name="minContextSlot">The slot that the answer must not be older than; 0 for any.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task<ulong> GetSlotAsync(SolanaCommitment commitment = SolanaCommitment.Confirmed, ulong minContextSlot = 0, CancellationToken cancellationToken = default)
    {
        var request = SolanaRequests.Of("getSlot", commitment, minContextSlot);
        ulong slot = await CallAsync(request, SolanaReader.Number, cancellationToken).ConfigureAwait(false);
        EnsureNotOlder(request.Method, slot, minContextSlot);
        return slot;
    }

    /// <summary>The newest slot and the block height that belongs to it, in one answer.</summary>
    /// <param name="commitment">How sure it must be.</param>
    /// <param name="minContextSlot">The slot that the answer must not be older than; 0 for any.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task<SolanaEpochInfo> GetEpochInfoAsync(SolanaCommitment commitment = SolanaCommitment.Confirmed, ulong minContextSlot = 0, CancellationToken cancellationToken = default)
    {
        var request = SolanaRequests.Of("getEpochInfo", commitment, minContextSlot);
        var info = await CallAsync(request, SolanaTypes.EpochInfo, cancellationToken).ConfigureAwait(false);
        EnsureNotOlder(request.Method, info.Slot, minContextSlot);
        return info;
    }

    /// <summary>Calls a method that has no typed form here, and returns its result as it came.</summary>
    public Task<JsonElement> InvokeAsync(JsonRpcRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return CallAsync(request, result => result, cancellationToken);
    }

    private async Task<T> CallAsync<T>(JsonRpcRequest request, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        var response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        return response.Error is not null
            ? throw SolanaErrorClassifier.ToException(request.Method, response)
            : SolanaReader.Read(request.Method, response.Result, read);
    }

    private async Task<JsonRpcResponse> SendAsync(JsonRpcRequest request, CancellationToken cancellationToken)
    {
        using var exchange = RpcTrace.Start([request]);
        try
        {
            var responses = await _transport.SendAsync([request], cancellationToken).ConfigureAwait(false);
            exchange.End(responses);
            return responses.Count == 1
                ? responses[0]
                : throw new SolanaRpcException(SolanaRpcError.Malformed, $"The transport gave {responses.Count} answers to one call.", mayHaveBeenReceived: true);
        }
        catch (SolanaRpcException problem)
        {
            exchange.Fail(problem.Kind.ToString());
            throw;
        }
        catch (RpcTransportException problem)
        {
            var failure = SolanaErrorClassifier.ToException(request.Method, problem);
            exchange.Fail(failure.Kind.ToString());
            throw failure;
        }
        catch (Exception problem) when (!cancellationToken.IsCancellationRequested)
        {
            // Transports may be the caller's own; what they throw says no more than an answer that never came.
            var kind = problem is OperationCanceledException or TimeoutException ? SolanaRpcError.TimedOut : SolanaRpcError.Unavailable;
            exchange.Fail(kind.ToString());
            throw new SolanaRpcException(kind, $"The transport failed: {problem.Message}", mayHaveBeenReceived: true, innerException: problem);
        }
    }

    private static void EnsureNotOlder(string method, ulong slot, ulong minContextSlot)
    {
        if (slot < minContextSlot)
        {
            throw Contradiction(method, $"it is of slot {slot}, and must not be older than slot {minContextSlot}");
        }
    }

    private static SolanaRpcException Contradiction(string method, string problem)
        => new(SolanaRpcError.Malformed, $"The answer to {method} contradicts the question: {problem}.", mayHaveBeenReceived: true);
}
