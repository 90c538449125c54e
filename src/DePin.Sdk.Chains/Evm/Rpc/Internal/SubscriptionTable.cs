using System.Text.Json;

namespace DePin.Sdk.Chains.Evm.Rpc.Internal;

/// <summary>Which subscription an event of one connection belongs to. Safe for several threads.</summary>
internal sealed class SubscriptionTable
{
    private const int MaxEarly = 256;
    private const int MaxIdLength = 128;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, ISubscription> _byId = new(StringComparer.Ordinal);

    // Some nodes send the first events before the answer that names their subscription.
    private readonly List<(string Id, JsonElement Event)> _early = [];
    private int _expected;

    public void Expect()
    {
        lock (_gate)
        {
            _expected++;
        }
    }

    public void Expected()
    {
        lock (_gate)
        {
            if (--_expected == 0)
            {
                _early.Clear();
            }
        }
    }

    public void Add(JsonElement result, ISubscription subscription, bool isAgain)
    {
        string id = result.ValueKind == JsonValueKind.String && result.GetString() is { Length: > 0 and <= MaxIdLength } text
            ? text
            : throw new EvmRpcException(EvmRpcError.Malformed, "The answer to eth_subscribe is no subscription's name.");
        lock (_gate)
        {
            if (!_byId.TryAdd(id, subscription))
            {
                throw new EvmRpcException(EvmRpcError.Malformed, "The answer to eth_subscribe names a subscription that is another's.");
            }

            if (isAgain)
            {
                subscription.MarkGap();
            }

            foreach (var (_, early) in _early.Where(early => early.Id == id))
            {
                subscription.Deliver(early);
            }

            _early.RemoveAll(early => early.Id == id);
        }
    }

    /// <summary>Hands an event on. One of a subscription that is not known is kept while an answer is awaited; else it comes from one that was just given up.</summary>
    public void Deliver(string? id, JsonElement value)
    {
        if (id is null)
        {
            return;
        }

        lock (_gate)
        {
            if (_byId.TryGetValue(id, out var subscription))
            {
                subscription.Deliver(value);
            }
            else if (_expected > 0 && _early.Count < MaxEarly)
            {
                _early.Add((id, value));
            }
        }
    }

    public string? Remove(ISubscription subscription)
    {
        lock (_gate)
        {
            string? id = _byId.FirstOrDefault(entry => entry.Value == subscription).Key;
            if (id is not null)
            {
                _byId.Remove(id);
            }

            return id;
        }
    }
}
