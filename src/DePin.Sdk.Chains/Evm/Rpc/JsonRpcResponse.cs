using System.Text.Json;

namespace DePin.Sdk.Chains.Evm.Rpc;

/// <summary>What a node answered to one call: a result or an error.</summary>
public sealed class JsonRpcResponse
{
    private JsonRpcResponse(JsonElement result, JsonRpcError? error)
    {
        Result = result;
        Error = error;
    }

    /// <summary>The result, which may be JSON's null; undefined when there is an error.</summary>
    public JsonElement Result { get; }

    /// <summary>The error; null when there is a result.</summary>
    public JsonRpcError? Error { get; }

    /// <summary>An answer with a result. Its document must not be disposed of while the answer is in use.</summary>
    public static JsonRpcResponse FromResult(JsonElement result) => new(result, null);

    /// <summary>An answer with an error.</summary>
    public static JsonRpcResponse FromError(JsonRpcError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return new(default, error);
    }
}
