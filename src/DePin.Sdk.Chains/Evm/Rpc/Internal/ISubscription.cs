using System.Text.Json;

namespace DePin.Sdk.Chains.Evm.Rpc.Internal;

/// <summary>A subscription as its transport sees it.</summary>
internal interface ISubscription
{
    /// <summary>The call that starts it, on each connection anew.</summary>
    JsonRpcRequest Request { get; }

    /// <summary>Hands an event on.</summary>
    void Deliver(JsonElement value);

    /// <summary>Says that events may be missing here.</summary>
    void MarkGap();

    /// <summary>Ends it, with an error or without.</summary>
    void Fail(EvmRpcException? problem);
}
