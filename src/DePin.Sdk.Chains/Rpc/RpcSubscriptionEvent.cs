namespace DePin.Sdk.Chains.Rpc;

/// <summary>What a subscription gives: an event, or the news that some may be missing.</summary>
/// <typeparam name="T">What is subscribed to.</typeparam>
/// <param name="Value">The event; null when some may be missing at this place.</param>
public readonly record struct RpcSubscriptionEvent<T>(T? Value)
    where T : class
{
    /// <summary>True when events may be missing between the one before and the one after: the connection was lost, or the reader too slow. Ask the node for what happened since, for example by its logs.</summary>
    public bool MayHaveMissed => Value is null;
}
