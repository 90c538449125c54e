using System.Text.Json;

namespace DePin.Sdk.Chains.Rpc.Internal;

/// <summary>A subscription as its transport sees it.</summary>
internal interface ISubscription
{
    /// <summary>The call that starts it, on each connection anew.</summary>
    JsonRpcRequest Request { get; }

    /// <summary>The method that ends it; its parameter is the subscription's name.</summary>
    string Unsubscribe { get; }

    /// <summary>The method of the messages that carry its events.</summary>
    string Notification { get; }

    /// <summary>What the node names it by: a text or a number.</summary>
    JsonValueKind NameKind { get; }

    /// <summary>Whether the node has forgotten it after its last event, or its reader has ended.</summary>
    bool IsOver { get; }

    /// <summary>Hands an event on.</summary>
    void Deliver(JsonElement value);

    /// <summary>Says that events may be missing here.</summary>
    void MarkGap();

    /// <summary>Ends it, with an error or without.</summary>
    void Fail(RpcException? problem);
}
