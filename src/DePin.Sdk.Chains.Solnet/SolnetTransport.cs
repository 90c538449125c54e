using System.Net;
using System.Text;
using System.Text.Json;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Rpc.Internal;
using DePin.Sdk.Chains.Solnet.Internal;
using Solnet.Rpc;
using Solnet.Rpc.Messages;
using JsonRpcRequest = DePin.Sdk.Chains.Rpc.JsonRpcRequest;

namespace DePin.Sdk.Chains.Solnet;

/// <summary>Carries calls through a Solnet client, with its connection, its rate limiter and its log. Safe for several threads.</summary>
/// <remarks>Solnet bounds no answer's size, and tells a refused connection, a lost one and a timeout by the same status: all three are <see cref="RpcTransportError.Unavailable"/>, and the node may have received the call.
/// A client that is not Solnet's own, such as a decorator, is given batches alone, also for single calls.</remarks>
public sealed class SolnetTransport : IJsonRpcTransport
{
    private readonly IRpcClient _client;
    private readonly bool _sendsSingleCalls;
    private readonly int _maxBatchSize;
    private int _lastId;

    /// <summary>Calls through a client.</summary>
    /// <param name="client">The client; it stays the caller's.</param>
    /// <param name="maxBatchSize">How many calls go together at most. Many nodes of Solana take no batches, or count each call of one.</param>
    public SolnetTransport(IRpcClient client, int maxBatchSize = 1)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxBatchSize);
        _client = client;
        _sendsSingleCalls = SolnetMessages.IsSolnetsOwn(client);
        _maxBatchSize = maxBatchSize;
    }

    /// <inheritdoc/>
    /// <remarks>Solnet cannot be stopped: what was sent goes on after a cancellation, and its answer is dropped.</remarks>
    public async Task<IReadOnlyList<JsonRpcResponse>> SendAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        cancellationToken.ThrowIfCancellationRequested();
        var responses = new List<JsonRpcResponse>(requests.Count);
        foreach (var part in requests.Chunk(_maxBatchSize))
        {
            responses.AddRange(await ExchangeAsync(part, cancellationToken).ConfigureAwait(false));
        }

        return responses;
    }

    /// <summary>Does nothing: the client is the caller's.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<IReadOnlyList<JsonRpcResponse>> ExchangeAsync(JsonRpcRequest[] requests, CancellationToken cancellationToken)
    {
        int firstId = TakeIds(requests.Length);
        var answer = await PostAsync(requests, firstId, cancellationToken).ConfigureAwait(false);
        if (answer.Status == HttpStatusCode.TooManyRequests)
        {
            throw new RpcTransportException(RpcTransportError.RateLimited, $"{Name} answers no more calls for now (HTTP 429).");
        }

        if (string.IsNullOrEmpty(answer.Body))
        {
            throw NoAnswer(answer, requests[0]);
        }

        try
        {
            return JsonRpcCodec.Decode(Encoding.UTF8.GetBytes(answer.Body), requests, firstId);
        }
        catch (RpcTransportException problem) when (problem.Kind == RpcTransportError.Malformed && !answer.IsSuccess)
        {
            throw NoAnswer(answer, requests[0]);
        }
    }

    private async Task<SolnetAnswer> PostAsync(JsonRpcRequest[] requests, int firstId, CancellationToken cancellationToken)
    {
        var messages = requests.Select((request, i) => SolnetMessages.CreateRequest(firstId + i, request.Method, ParametersOf(request)));
        if (requests.Length == 1 && _sendsSingleCalls)
        {
            var single = await SolnetMessages.SendAsync<JsonElement>(_client, messages.First()).WaitAsync(cancellationToken).ConfigureAwait(false);
            return new SolnetAnswer(single.HttpStatusCode, single.WasHttpRequestSuccessful, single.RawRpcResponse);
        }

        var batch = new JsonRpcBatchRequest();
        batch.AddRange(messages);
        var many = await _client.SendBatchRequestAsync(batch).WaitAsync(cancellationToken).ConfigureAwait(false);
        return new SolnetAnswer(many.HttpStatusCode, many.WasHttpRequestSuccessful, many.RawRpcResponse);
    }

    private RpcTransportException NoAnswer(SolnetAnswer answer, JsonRpcRequest request)
    {
        int status = (int)answer.Status;
        return status switch
        {
            // Also what Solnet says when there was no exchange at all.
            400 when string.IsNullOrEmpty(answer.Body) => new RpcTransportException(RpcTransportError.Unavailable, $"{Name} gave no answer to {request.Method}.", mayHaveBeenReceived: true),
            413 => new RpcTransportException(RpcTransportError.LimitExceeded, $"{Name} finds the request too large (HTTP 413)."),
            >= 400 and < 500 => new RpcTransportException(RpcTransportError.Refused, $"{Name} refused the request with HTTP {status}; check its address and key."),
            _ => new RpcTransportException(RpcTransportError.Unavailable, $"{Name} answered {request.Method} with HTTP {status} and nothing else.", mayHaveBeenReceived: true),
        };
    }

    // What stands after the host may be a secret.
    private string Name => _client.NodeAddress is { } address ? $"The node at {address.Host}:{address.Port}" : "The node of the Solnet client";

    // Ids are only compared within an exchange; they start again before they overflow.
    private int TakeIds(int count)
    {
        while (true)
        {
            int last = Volatile.Read(ref _lastId);
            int first = last > int.MaxValue - count ? 1 : last + 1;
            if (Interlocked.CompareExchange(ref _lastId, first + count - 1, last) == last)
            {
                return first;
            }
        }
    }

    private static List<object> ParametersOf(JsonRpcRequest request) => [.. JsonElement.Parse(request.Parameters.Span).EnumerateArray().Select(value => (object)value)];
}
