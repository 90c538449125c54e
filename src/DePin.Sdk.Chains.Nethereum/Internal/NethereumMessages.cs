using System.Text.Json;
using DePin.Sdk.Chains.Rpc;
using Nethereum.JsonRpc.Client.RpcMessages;

namespace DePin.Sdk.Chains.Nethereum.Internal;

/// <summary>Calls and answers in Nethereum's form. Its clients write parameters with Newtonsoft.Json or with System.Text.Json, so they are given what both write alike: text, numbers, lists and dictionaries.</summary>
internal static class NethereumMessages
{
    public static object?[] ReadParameters(JsonRpcRequest request) => [.. JsonElement.Parse(request.Parameters.Span).EnumerateArray().Select(ReadValue)];

    public static JsonRpcResponse Read(RpcResponseMessage? answer, string method)
    {
        if (answer is null)
        {
            throw Malformed(method, "there is none");
        }

        return answer.Error is { } error
            ? JsonRpcResponse.FromError(new JsonRpcError(error.Code, error.Message ?? string.Empty, error.Data is null ? null : ToJson(error.Data)))
            : JsonRpcResponse.FromResult(ToJson(answer.Result));
    }

    public static RpcTransportException Malformed(string method, string problem, Exception? cause = null) =>
        new(RpcTransportError.Malformed, $"The answer to {method} is not JSON-RPC: {problem}.", mayHaveBeenReceived: true, innerException: cause);

    private static JsonElement ToJson(object? value) => value is JsonElement element ? element.Clone() : JsonElement.Parse(Newtonsoft.Json.JsonConvert.SerializeObject(value));

    private static object? ReadValue(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.TryGetInt64(out long number) ? number : value.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Array => value.EnumerateArray().Select(ReadValue).ToArray(),
        JsonValueKind.Object => value.EnumerateObject().ToDictionary(property => property.Name, property => ReadValue(property.Value)),
        _ => null,
    };
}
