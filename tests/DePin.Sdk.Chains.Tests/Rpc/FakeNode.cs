using System.Text.Json;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Tests.Evm.Rpc;

namespace DePin.Sdk.Chains.Tests.Rpc;

/// <summary>A node that lives in the test: what it is asked is written down, and what it answers is scripted.</summary>
internal sealed class FakeNode : IJsonRpcTransport
{
    private readonly Func<JsonRpcRequest, string> _answer;
    private readonly List<JsonRpcRequest> _calls = [];

    /// <param name="answer">For each call the JSON of its result; throw to fail the exchange, return <see cref="Error"/>'s text for an error.</param>
    public FakeNode(Func<JsonRpcRequest, string> answer) => _answer = answer;

    /// <summary>What it was asked so far; what is checked in the background may ask more.</summary>
    public IReadOnlyList<JsonRpcRequest> Calls
    {
        get
        {
            lock (_calls)
            {
                return [.. _calls];
            }
        }
    }

    public int Exchanges { get; private set; }

    public bool IsDisposed { get; private set; }

    /// <summary>A node of chain 1 that answers everything else by a function.</summary>
    public static FakeNode OfChain(ulong chainId, Func<JsonRpcRequest, string> answer) => new(request => request.Method == "eth_chainId" ? $"\"0x{chainId:x}\"" : answer(request));

    public static string Error(int code, string message, string? data = null) => "!" + JsonSerializer.Serialize(new { code, message, data });

    public IEnumerable<string> MethodsCalled() => Calls.Select(call => call.Method);

    public Task<IReadOnlyList<JsonRpcResponse>> SendAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_calls)
        {
            _calls.AddRange(requests);
            Exchanges++;
        }

        try
        {
            return Task.FromResult<IReadOnlyList<JsonRpcResponse>>([.. requests.Select(Answer)]);
        }
        catch (Exception problem)
        {
            return Task.FromException<IReadOnlyList<JsonRpcResponse>>(problem);
        }
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }

    private JsonRpcResponse Answer(JsonRpcRequest request)
    {
        string answer = _answer(request);
        if (!answer.StartsWith('!'))
        {
            return JsonRpcResponse.FromResult(JsonElement.Parse(answer));
        }

        var error = JsonElement.Parse(answer[1..]);
        bool hasData = error.TryGetProperty("data", out var data) && data.ValueKind != JsonValueKind.Null;
        return JsonRpcResponse.FromError(new JsonRpcError(error.GetProperty("code").GetInt32(), error.GetProperty("message").GetString()!, hasData ? data : null));
    }
}
