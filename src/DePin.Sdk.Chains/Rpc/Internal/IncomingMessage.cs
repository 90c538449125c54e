using System.Text.Json;

namespace DePin.Sdk.Chains.Rpc.Internal;

/// <summary>What a node sent over a connection: an answer, or an event of a subscription.</summary>
/// <param name="Id">The answer's id; null when it has none.</param>
/// <param name="Response">The answer; null for an event.</param>
/// <param name="Subscription">The event's subscription; null for messages of other kinds, which nobody asked for.</param>
/// <param name="Event">The event.</param>
internal readonly record struct IncomingMessage(long? Id, JsonRpcResponse? Response, SubscriptionName? Subscription, JsonElement Event);
