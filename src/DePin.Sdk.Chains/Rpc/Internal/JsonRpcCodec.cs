using System.Buffers;
using System.Text.Json;

namespace DePin.Sdk.Chains.Rpc.Internal;

/// <summary>Requests and answers of JSON-RPC 2.0 as bytes. Calls get consecutive ids, and answers may come in any order.</summary>
internal static class JsonRpcCodec
{
    /// <summary>Twice what the answers read here need.</summary>
    private const int MaxDepth = 32;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    private static readonly JsonWriterOptions Unchecked = new() { SkipValidation = true };

    public static ReadOnlyMemory<byte> Encode(IReadOnlyList<JsonRpcRequest> requests, long firstId)
    {
        int size = 2;
        foreach (var request in requests)
        {
            size += request.Parameters.Length + request.Method.Length + 80;
        }

        var buffer = new ArrayBufferWriter<byte>(size);
        using var writer = new Utf8JsonWriter(buffer, Unchecked);
        if (requests.Count != 1)
        {
            writer.WriteStartArray();
        }

        for (int i = 0; i < requests.Count; i++)
        {
            writer.WriteStartObject();
            writer.WriteString("jsonrpc"u8, "2.0"u8);
            writer.WriteNumber("id"u8, firstId + i);
            writer.WriteString("method"u8, requests[i].Method);
            writer.WritePropertyName("params"u8);
            writer.WriteRawValue(requests[i].Parameters.Span, skipInputValidation: true);
            writer.WriteEndObject();
        }

        if (requests.Count != 1)
        {
            writer.WriteEndArray();
        }

        writer.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>Reads the answers to calls with consecutive ids, and puts them into the order of the calls.</summary>
    /// <exception cref="RpcTransportException">The bytes are not one answer for each call.</exception>
    public static IReadOnlyList<JsonRpcResponse> Decode(ReadOnlySpan<byte> body, IReadOnlyList<JsonRpcRequest> requests, long firstId)
    {
        try
        {
            var root = JsonElement.Parse(body, Strict);
            return root.ValueKind switch
            {
                JsonValueKind.Object => [ReadSingle(root, requests, firstId)],
                JsonValueKind.Array => ReadBatch(root, requests, firstId),
                _ => throw Malformed(requests[0].Method, "it is neither an object nor an array"),
            };
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or FormatException)
        {
            // InvalidOperationException: a string holds an escaped half of a surrogate pair.
            throw Malformed(requests[0].Method, "it is no valid JSON", problem);
        }
    }

    private static JsonRpcResponse ReadSingle(JsonElement root, IReadOnlyList<JsonRpcRequest> requests, long firstId)
    {
        var response = ReadResponse(root, requests[0].Method, out long? id);
        if (requests.Count == 1 && (id == firstId || (id is null && response.Error is not null)))
        {
            return response;
        }

        // A batch that the node does not take is answered by one error, without an id.
        throw requests.Count > 1 && response.Error is not null
            ? Refused(requests[0].Method, response.Error)
            : Malformed(requests[0].Method, "it belongs to another call");
    }

    private static JsonRpcResponse[] ReadBatch(JsonElement root, IReadOnlyList<JsonRpcRequest> requests, long firstId)
    {
        if (root.GetArrayLength() != requests.Count)
        {
            throw Malformed(requests[0].Method, $"it has {root.GetArrayLength()} parts for {requests.Count} calls");
        }

        var responses = new JsonRpcResponse[requests.Count];
        foreach (var element in root.EnumerateArray())
        {
            var response = ReadResponse(element, requests[0].Method, out long? id);
            long index = (id ?? -1) - firstId;
            if (id is null || index < 0 || index >= responses.Length || responses[index] is not null)
            {
                throw Malformed(requests[0].Method, "a part has an id that belongs to no call, or to one that is answered");
            }

            responses[index] = response;
        }

        return responses;
    }

    /// <summary>Reads a message that a node sent over a connection.</summary>
    /// <exception cref="RpcTransportException">The message is neither an answer nor an event.</exception>
    public static IncomingMessage DecodeMessage(ReadOnlySpan<byte> message)
    {
        try
        {
            var root = JsonElement.Parse(message, Strict);
            if (root.ValueKind != JsonValueKind.Object)
            {
                throw Malformed("a call", "it is no object");
            }

            if (!root.TryGetProperty("method"u8, out var method))
            {
                var response = ReadResponse(root, "a call", out long? id);
                return new IncomingMessage(id, response, null, default);
            }

            // Messages of other kinds are for nobody here.
            string? kind = method.ValueKind == JsonValueKind.String ? method.GetString()! : null;
            if (kind is null || !(kind == "eth_subscription" || kind.EndsWith("Notification", StringComparison.Ordinal)))
            {
                return default;
            }

            var parameters = root.GetProperty("params"u8);
            return new IncomingMessage(null, null, SubscriptionName.Read(kind, parameters.GetProperty("subscription"u8)), parameters.GetProperty("result"u8));
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw Malformed("a call", "it is no valid JSON, or an event without its parts", problem);
        }
    }

    /// <summary>The id of an answer of which only the start is there; null when it does not stand in it.</summary>
    public static long? FindId(ReadOnlySpan<byte> start)
    {
        var reader = new Utf8JsonReader(start, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = MaxDepth }));
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("id"u8))
                {
                    return reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long id) ? id : null;
                }
            }
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            // No JSON up to here; then it belongs to nothing.
        }

        return null;
    }

    private static JsonRpcResponse ReadResponse(JsonElement element, string method, out long? id)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty("jsonrpc"u8, out var version) || version.ValueKind != JsonValueKind.String || !version.ValueEquals("2.0"u8))
        {
            throw Malformed(method, "it is no object of JSON-RPC 2.0");
        }

        id = !element.TryGetProperty("id"u8, out var given) || given.ValueKind == JsonValueKind.Null ? null
            : given.ValueKind == JsonValueKind.Number && given.TryGetInt64(out long number) ? number
            : throw Malformed(method, "its id is no integer");
        bool hasError = element.TryGetProperty("error"u8, out var error) && error.ValueKind != JsonValueKind.Null;
        bool hasResult = element.TryGetProperty("result"u8, out var result);
        if (hasError && (!hasResult || result.ValueKind == JsonValueKind.Null))
        {
            return JsonRpcResponse.FromError(ReadError(error, method));
        }

        return hasResult && !hasError
            ? JsonRpcResponse.FromResult(result)
            : throw Malformed(method, "it has not exactly one of result and error");
    }

    private static JsonRpcError ReadError(JsonElement error, string method)
    {
        if (error.ValueKind != JsonValueKind.Object
            || !error.TryGetProperty("code"u8, out var code) || code.ValueKind != JsonValueKind.Number || !code.TryGetInt32(out int number)
            || !error.TryGetProperty("message"u8, out var message) || message.ValueKind != JsonValueKind.String)
        {
            throw Malformed(method, "its error has no code or no message");
        }

        return new JsonRpcError(number, message.GetString()!, error.TryGetProperty("data"u8, out var data) && data.ValueKind != JsonValueKind.Null ? data : null);
    }

    private static RpcTransportException Refused(string method, JsonRpcError error)
    {
        var kind = RpcDialect.Of(method).MeaningOf(error) switch
        {
            RpcErrorMeaning.TooLarge => RpcTransportError.LimitExceeded,
            RpcErrorMeaning.Busy => RpcTransportError.RateLimited,
            RpcErrorMeaning.Unfinished => RpcTransportError.TimedOut,
            _ => RpcTransportError.Refused,
        };
        return new RpcTransportException(kind, $"{method} and what went with it was refused: {NodeText.Printable(error.Message)} (code {error.Code}).", kind == RpcTransportError.TimedOut, error);
    }

    private static RpcTransportException Malformed(string method, string problem, Exception? cause = null)
        => new(RpcTransportError.Malformed, $"The answer to {method} is not JSON-RPC: {problem}.", mayHaveBeenReceived: true, innerException: cause);
}
