using System.Text.Json;

namespace DePin.Sdk.Chains.Rpc.Internal;

/// <summary>Which subscription an event of one connection belongs to. Safe for several threads.</summary>
internal sealed class SubscriptionTable
{
    private const int MaxEarly = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<SubscriptionName, ISubscription> _byName = [];

    // Some nodes send the first events before the answer that names their subscription.
    private readonly List<(SubscriptionName Name, JsonElement Event)> _early = [];
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
        var name = result.ValueKind == subscription.NameKind ? SubscriptionName.Read(subscription.Notification, result) : null;
        if (name is not { } given)
        {
            throw new RpcTransportException(RpcTransportError.Malformed, $"The answer to {subscription.Request.Method} is no subscription's name.", mayHaveBeenReceived: true);
        }

        lock (_gate)
        {
            if (!_byName.TryAdd(given, subscription))
            {
                throw new RpcTransportException(RpcTransportError.Malformed, $"The answer to {subscription.Request.Method} names a subscription that is another's.", mayHaveBeenReceived: true);
            }

            if (isAgain)
            {
                subscription.MarkGap();
            }

            foreach (var (_, early) in _early.Where(early => early.Name == given))
            {
                subscription.Deliver(early);
            }

            _early.RemoveAll(early => early.Name == given);
            Forget(given, subscription);
        }
    }

    /// <summary>Hands an event on. One of a subscription that is not known is kept while an answer is awaited; else it comes from one that was just given up.</summary>
    public void Deliver(SubscriptionName? name, JsonElement value)
    {
        if (name is not { } given)
        {
            return;
        }

        lock (_gate)
        {
            if (_byName.TryGetValue(given, out var subscription))
            {
                subscription.Deliver(value);
                Forget(given, subscription);
            }
            else if (_expected > 0 && _early.Count < MaxEarly)
            {
                _early.Add((given, value));
            }
        }
    }

    /// <summary>Stops a subscription's events and returns its name; null when it has none here, or its last event was there.</summary>
    public SubscriptionName? Remove(ISubscription subscription)
    {
        lock (_gate)
        {
            foreach (var (name, known) in _byName)
            {
                if (known == subscription)
                {
                    _byName.Remove(name);
                    return name;
                }
            }

            return null;
        }
    }

    // The node has forgotten it too, and may give the name to another one.
    private void Forget(SubscriptionName name, ISubscription subscription)
    {
        if (subscription.IsOver)
        {
            _byName.Remove(name);
        }
    }
}
