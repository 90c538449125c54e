namespace DePin.Sdk.Chains.Rpc.Internal;

/// <summary>Calls on their way through several endpoints: which are answered, and which may go on to the next one.</summary>
internal sealed class FailoverExchange
{
    private readonly IReadOnlyList<JsonRpcRequest> _requests;
    private readonly JsonRpcResponse?[] _answers;

    // What a node said about itself rather than about the call; it is the answer when no other node does better.
    private readonly JsonRpcResponse?[] _fallbacks;
    private readonly bool[] _unanswered;
    private List<int> _open;
    private RpcTransportException? _lastFailure;

    public FailoverExchange(IReadOnlyList<JsonRpcRequest> requests)
    {
        _requests = requests;
        _answers = new JsonRpcResponse?[requests.Count];
        _fallbacks = new JsonRpcResponse?[requests.Count];
        _unanswered = new bool[requests.Count];
        _open = [.. Enumerable.Range(0, requests.Count)];
        Open = requests;
    }

    /// <summary>The calls without an answer.</summary>
    public IReadOnlyList<JsonRpcRequest> Open { get; private set; }

    public bool IsDone => _open.Count == 0;

    /// <summary>No answer came.</summary>
    /// <exception cref="RpcTransportException">A call may have been executed and must not be repeated.</exception>
    public void Fail(RpcTransportException failure)
    {
        _lastFailure = failure;
        if (!failure.MayHaveBeenReceived)
        {
            return;
        }

        if (_open.Any(index => !RpcDialect.Of(_requests[index].Method).MayRepeat(_requests[index].Method)))
        {
            throw failure;
        }

        foreach (int index in _open)
        {
            _unanswered[index] = true;
        }
    }

    /// <summary>Takes answers to the open calls.</summary>
    /// <returns>That the node is too busy, if it says so.</returns>
    public RpcException? Take(IReadOnlyList<JsonRpcResponse> responses)
    {
        RpcException? busy = null;
        var stillOpen = new List<int>();
        for (int i = 0; i < responses.Count; i++)
        {
            int index = _open[i];
            var response = responses[i];
            var dialect = RpcDialect.Of(_requests[index].Method);
            var meaning = response.Error is { } error ? dialect.MeaningOf(error) : RpcErrorMeaning.Answer;
            if (meaning == RpcErrorMeaning.Unfinished && !dialect.MayRepeat(_requests[index].Method))
            {
                _unanswered[index] = true;
                _answers[index] = Final(index, response, meaning);
            }
            else if (meaning is RpcErrorMeaning.AskElsewhere or RpcErrorMeaning.Busy or RpcErrorMeaning.Unfinished)
            {
                _fallbacks[index] = response;
                _unanswered[index] |= meaning == RpcErrorMeaning.Unfinished;
                stillOpen.Add(index);
                busy ??= meaning == RpcErrorMeaning.Busy ? dialect.ToException(_requests[index].Method, response) : null;
            }
            else
            {
                _answers[index] = Final(index, response, meaning);
            }
        }

        _open = stillOpen;
        Open = [.. stillOpen.Select(index => _requests[index])];
        return busy;
    }

    /// <summary>The answers, in the order of the calls.</summary>
    /// <exception cref="RpcTransportException">A call has none.</exception>
    public IReadOnlyList<JsonRpcResponse> Finish(Func<RpcTransportException> noneLeft)
    {
        foreach (int index in _open)
        {
            if (_fallbacks[index] is not { } fallback)
            {
                var failure = _lastFailure ?? noneLeft();
                throw failure.MayHaveBeenReceived == _unanswered.Any(unanswered => unanswered)
                    ? failure
                    : failure.With(!failure.MayHaveBeenReceived);
            }

            _answers[index] = Final(index, fallback, RpcErrorMeaning.Answer);
        }

        return _answers!;
    }

    private JsonRpcResponse Final(int index, JsonRpcResponse response, RpcErrorMeaning meaning)
    {
        if (response.Error is not { } error || !_unanswered[index])
        {
            return response;
        }

        return meaning == RpcErrorMeaning.AlreadyKnown && RpcDialect.Of(_requests[index].Method).ResultOfSent(_requests[index]) is { } hash
            ? JsonRpcResponse.FromResult(hash)
            : JsonRpcResponse.FromError(error, mayHaveBeenReceived: true);
    }
}
