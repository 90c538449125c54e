using System.Text.Json;

namespace DePin.Sdk.Chains.Rpc;

/// <summary>What a node answered to one call: a result or an error.</summary>
public sealed class JsonRpcResponse
{
    private JsonRpcResponse(JsonElement result, JsonRpcError? error, bool mayHaveBeenReceived)
    {
        Result = result;
        Error = error;
        MayHaveBeenReceived = mayHaveBeenReceived;
    }

    /// <summary>The result, which may be JSON's null; undefined when there is an error.</summary>
    public JsonElement Result { get; }

    /// <summary>The error; null when there is a result.</summary>
    public JsonRpcError? Error { get; }

    /// <summary>True when the error comes after an attempt at another node that stayed without an answer: that node may have executed the call although this one did not.</summary>
    public bool MayHaveBeenReceived { get; }

    /// <summary>An answer with a result. Its document must not be disposed of while the answer is in use.</summary>
    public static JsonRpcResponse FromResult(JsonElement result) => new(result, null, false);

    /// <summary>An answer with an error.</summary>
    /// <param name="error">The error.</param>
    /// <param name="mayHaveBeenReceived">Whether another node may have executed the call.</param>
    public static JsonRpcResponse FromError(JsonRpcError error, bool mayHaveBeenReceived = false)
    {
        ArgumentNullException.ThrowIfNull(error);
        return new(default, error, mayHaveBeenReceived);
    }
}
