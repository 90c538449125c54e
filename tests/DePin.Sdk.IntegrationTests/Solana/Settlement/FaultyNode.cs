using System.Text.Json;
using System.Text.Json.Nodes;
using DePin.Sdk.Chains.Rpc;

namespace DePin.Sdk.IntegrationTests.Solana.Settlement;

/// <summary>Stands between a client and its node: answers get lost, calls arrive twice, and the node lies as a test says.</summary>
internal sealed class FaultyNode(IJsonRpcTransport inner) : IJsonRpcTransport
{
    private int _lost;
    private int _sent;

    /// <summary>How many answers to a sent transaction get lost from now on, after the node has had it.</summary>
    public int LoseSends
    {
        get => Volatile.Read(ref _lost);
        set => Volatile.Write(ref _lost, value);
    }

    /// <summary>Whether every transaction reaches the node twice.</summary>
    public bool SendsTwice { get; set; }

    /// <summary>Whether transactions never reach the node, which says that it has them.</summary>
    public bool SwallowsSends { get; set; }

    /// <summary>How many transactions were handed over.</summary>
    public int Sent => Volatile.Read(ref _sent);

    /// <summary>Told of every transaction before the node has it.</summary>
    public Func<Task>? Sending { get; set; }

    /// <summary>Methods that the node does not have, as nodes without history say it.</summary>
    public HashSet<string> Missing { get; } = [];

    /// <summary>What becomes of an answer: the method, what was asked, and the answer, which may be changed in place or replaced.</summary>
    public Func<string, JsonNode, JsonNode?, JsonNode?>? Lie { get; set; }

    public async Task<IReadOnlyList<JsonRpcResponse>> SendAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken = default)
    {
        bool isSend = requests.Any(request => request.Method == "sendTransaction");
        if (isSend)
        {
            Interlocked.Increment(ref _sent);
            await (Sending?.Invoke() ?? Task.CompletedTask);
            if (SwallowsSends)
            {
                return [.. requests.Select(FirstSignature)];
            }

            if (SendsTwice)
            {
                await inner.SendAsync(requests, cancellationToken);
            }
        }

        var answers = await inner.SendAsync(requests, cancellationToken);
        if (isSend && Interlocked.Decrement(ref _lost) >= 0)
        {
            throw new RpcTransportException(RpcTransportError.Unavailable, "The answer is lost.", mayHaveBeenReceived: true);
        }

        if (requests.Any(request => Missing.Contains(request.Method)))
        {
            return [.. requests.Select(_ => JsonRpcResponse.FromError(new JsonRpcError(-32011, "Transaction history is not available from this node")))];
        }

        return Lie is { } lie ? [.. requests.Zip(answers, (request, answer) => Twist(lie, request, answer))] : answers;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static JsonRpcResponse Twist(Func<string, JsonNode, JsonNode?, JsonNode?> lie, JsonRpcRequest request, JsonRpcResponse answer)
    {
        if (answer.Error is not null)
        {
            return answer;
        }

        var told = lie(request.Method, JsonNode.Parse(request.Parameters.Span)!, JsonNode.Parse(answer.Result.GetRawText()));
        return JsonRpcResponse.FromResult(JsonSerializer.SerializeToElement(told));
    }

    private static JsonRpcResponse FirstSignature(JsonRpcRequest request)
    {
        var bytes = JsonNode.Parse(request.Parameters.Span)![0]!.GetValue<string>();
        var signature = new DePin.Sdk.Chains.Solana.SolanaSignature(Convert.FromBase64String(bytes).AsSpan(1, 64));
        return JsonRpcResponse.FromResult(JsonSerializer.SerializeToElement(signature.ToString()));
    }
}
