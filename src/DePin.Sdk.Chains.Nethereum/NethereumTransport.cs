using System.Net;
using DePin.Sdk.Chains.Nethereum.Internal;
using DePin.Sdk.Chains.Rpc;
using Nethereum.JsonRpc.Client;
using Nethereum.JsonRpc.Client.RpcMessages;

namespace DePin.Sdk.Chains.Nethereum;

/// <summary>Carries calls through a Nethereum client, with its connection, its headers and its log. Safe for several threads where the client is, as <c>RpcClient</c> is.</summary>
/// <remarks>Nethereum bounds no answer's size, and waits as long as the client says (<c>ClientBase.ConnectionTimeout</c>, 20 seconds by default). A client's <c>OverridingRequestInterceptor</c> is not asked: it sees typed requests alone.</remarks>
public sealed class NethereumTransport : IJsonRpcTransport
{
    private readonly IClient _client;
    private readonly int _maxBatchSize;
    private long _lastId;

    /// <summary>Calls through a client.</summary>
    /// <param name="client">The client; it stays the caller's.</param>
    /// <param name="maxBatchSize">How many calls go together at most; 1 for a client or a node that takes no batches.</param>
    public NethereumTransport(IClient client, int maxBatchSize = 50)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxBatchSize);
        _client = client;
        _maxBatchSize = maxBatchSize;
    }

    /// <inheritdoc/>
    /// <remarks>Nethereum's clients cannot be stopped: what was sent goes on after a cancellation, and its answer is dropped.</remarks>
    public async Task<IReadOnlyList<JsonRpcResponse>> SendAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        cancellationToken.ThrowIfCancellationRequested();
        var responses = new List<JsonRpcResponse>(requests.Count);
        foreach (var part in requests.Chunk(_maxBatchSize))
        {
            try
            {
                responses.AddRange(part.Length == 1 ? [await SendOneAsync(part[0], cancellationToken).ConfigureAwait(false)] : await SendManyAsync(part, cancellationToken).ConfigureAwait(false));
            }
            catch (Exception problem) when (problem is not RpcTransportException && !(problem is OperationCanceledException && cancellationToken.IsCancellationRequested))
            {
                throw Translate(problem, part[0].Method);
            }
        }

        return responses;
    }

    /// <summary>Does nothing: the client is the caller's.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<JsonRpcResponse> SendOneAsync(JsonRpcRequest request, CancellationToken cancellationToken) =>
        NethereumMessages.Read(await _client.SendAsync(ToMessage(request)).WaitAsync(cancellationToken).ConfigureAwait(false), request.Method);

    private async Task<IEnumerable<JsonRpcResponse>> SendManyAsync(JsonRpcRequest[] requests, CancellationToken cancellationToken)
    {
        BatchItem[] items = [.. requests.Select(request => new BatchItem(ToMessage(request)))];
        var batch = new RpcRequestResponseBatch { AcceptPartiallySuccessful = true };
        batch.BatchItems.AddRange(items);
        await _client.SendBatchRequestAsync(batch).WaitAsync(cancellationToken).ConfigureAwait(false);
        return [.. items.Select(item => NethereumMessages.Read(item.Response, item.RpcRequestMessage.Method))];
    }

    private RpcRequestMessage ToMessage(JsonRpcRequest request) => new(Interlocked.Increment(ref _lastId), request.Method, NethereumMessages.ReadParameters(request));

    private static RpcTransportException Translate(Exception problem, string method)
    {
        if (problem is RpcClientTimeoutException or OperationCanceledException or TimeoutException)
        {
            return new RpcTransportException(RpcTransportError.TimedOut, $"The node of the Nethereum client did not answer {method} in time.", mayHaveBeenReceived: true, innerException: problem);
        }

        return Cause<HttpRequestException>(problem) is { } http ? OfHttp(http, method, problem)
            : Cause<Newtonsoft.Json.JsonException>(problem) is not null || problem is InvalidOperationException
                ? NethereumMessages.Malformed(method, "it is no JSON, or no answer to what was asked", problem)
                : new RpcTransportException(RpcTransportError.Unavailable, $"The node of the Nethereum client gave no answer to {method}.", mayHaveBeenReceived: true, innerException: problem);
    }

    private static RpcTransportException OfHttp(HttpRequestException http, string method, Exception problem)
    {
        bool reached = http.HttpRequestError is not (HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError);
        return http.StatusCode switch
        {
            null => new RpcTransportException(RpcTransportError.Unavailable, $"The node of the Nethereum client cannot be reached, or ended the connection before its answer to {method}.", reached, innerException: problem),
            HttpStatusCode.TooManyRequests => new RpcTransportException(RpcTransportError.RateLimited, "The node of the Nethereum client answers no more calls for now (HTTP 429).", innerException: problem),
            HttpStatusCode.RequestEntityTooLarge => new RpcTransportException(RpcTransportError.LimitExceeded, "The node of the Nethereum client finds the request too large (HTTP 413).", innerException: problem),
            >= HttpStatusCode.InternalServerError => new RpcTransportException(RpcTransportError.Unavailable, $"The node of the Nethereum client answered {method} with HTTP {(int)http.StatusCode}.", mayHaveBeenReceived: true, innerException: problem),
            _ => new RpcTransportException(RpcTransportError.Refused, $"The node of the Nethereum client refused {method} with HTTP {(int)http.StatusCode}; check its address and key.", innerException: problem),
        };
    }

    private static T? Cause<T>(Exception? problem)
        where T : Exception
    {
        for (; problem is not null; problem = problem.InnerException)
        {
            if (problem is T found)
            {
                return found;
            }
        }

        return null;
    }
}
