namespace DePin.Sdk.Chains.Evm.Rpc.Internal;

/// <summary>Calls on their way through several endpoints: which are answered, and which may go on to the next one.</summary>
internal sealed class FailoverExchange
{
    private readonly IReadOnlyList<JsonRpcRequest> _requests;
    private readonly JsonRpcResponse?[] _answers;

    // What a node said about itself rather than about the call; it is the answer when no other node does better.
    private readonly JsonRpcResponse?[] _fallbacks;
    private readonly bool[] _unanswered;
    private List<int> _open;
    private EvmRpcException? _lastFailure;

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
    /// <exception cref="EvmRpcException">A call may have been executed and must not be repeated.</exception>
    public void Fail(EvmRpcException failure)
    {
        _lastFailure = failure;
        if (!failure.MayHaveBeenReceived)
        {
            return;
        }

        if (_open.Any(index => !RpcMethods.MayRepeat(_requests[index].Method)))
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
    public EvmRpcException? Take(IReadOnlyList<JsonRpcResponse> responses)
    {
        EvmRpcException? busy = null;
        var stillOpen = new List<int>();
        for (int i = 0; i < responses.Count; i++)
        {
            int index = _open[i];
            var response = responses[i];
            var kind = response.Error is { } error ? EvmErrorClassifier.KindOf(error) : (EvmRpcError?)null;
            if (kind is EvmRpcError.RateLimited or EvmRpcError.UnknownBlock or EvmRpcError.Unsupported or EvmRpcError.TimedOut)
            {
                _fallbacks[index] = response;
                _unanswered[index] |= kind == EvmRpcError.TimedOut;
                stillOpen.Add(index);
                busy ??= kind == EvmRpcError.RateLimited ? EvmErrorClassifier.ToException(_requests[index].Method, response) : null;
            }
            else
            {
                _answers[index] = Final(index, response, kind);
            }
        }

        _open = stillOpen;
        Open = [.. stillOpen.Select(index => _requests[index])];
        return busy;
    }

    /// <summary>The answers, in the order of the calls.</summary>
    /// <exception cref="EvmRpcException">A call has none.</exception>
    public IReadOnlyList<JsonRpcResponse> Finish(Func<EvmRpcException> noneLeft)
    {
        foreach (int index in _open)
        {
            if (_fallbacks[index] is not { } fallback)
            {
                var failure = _lastFailure ?? noneLeft();
                throw failure.MayHaveBeenReceived == _unanswered.Any(unanswered => unanswered)
                    ? failure
                    : new EvmRpcException(failure.Kind, failure.Message, failure.NodeCode, failure.Revert, !failure.MayHaveBeenReceived, failure);
            }

            _answers[index] = Final(index, fallback, EvmErrorClassifier.KindOf(fallback.Error!));
        }

        return _answers!;
    }

    private JsonRpcResponse Final(int index, JsonRpcResponse response, EvmRpcError? kind)
    {
        if (response.Error is not { } error || !_unanswered[index])
        {
            return response;
        }

        return kind == EvmRpcError.AlreadyKnown && RpcMethods.HashOfSent(_requests[index]) is { } hash
            ? JsonRpcResponse.FromResult(hash)
            : JsonRpcResponse.FromError(error, mayHaveBeenReceived: true);
    }
}
