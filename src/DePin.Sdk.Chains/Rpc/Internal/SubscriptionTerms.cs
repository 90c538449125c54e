using System.Text.Json;

namespace DePin.Sdk.Chains.Rpc.Internal;

/// <summary>How a kind of subscription is started, recognised, read and ended.</summary>
/// <typeparam name="T">What its events are.</typeparam>
internal sealed class SubscriptionTerms<T>
{
    /// <summary>The call that starts it, on each connection anew.</summary>
    public required JsonRpcRequest Request { get; init; }

    /// <summary>The method that ends it; its parameter is the subscription's name.</summary>
    public required string Unsubscribe { get; init; }

    /// <summary>The method of the messages that carry its events.</summary>
    public required string Notification { get; init; }

    /// <summary>What the node names subscriptions by: texts or numbers.</summary>
    public required JsonValueKind NameKind { get; init; }

    /// <summary>Reads an event; throws an <see cref="RpcException"/> of the chain at one that is none.</summary>
    public required Func<JsonElement, T> Read { get; init; }

    /// <summary>Whether an event is the last, after which the node has forgotten the subscription.</summary>
    public Func<T, bool> IsLast { get; init; } = static _ => false;
}
