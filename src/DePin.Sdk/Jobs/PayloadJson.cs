using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Jobs;

/// <summary>The JSON inside payloads. Types come from <see cref="AIJsonUtilities.DefaultOptions"/>, so that no reflection is needed.</summary>
internal static class PayloadJson
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonTypeInfo<JsonElement> ElementInfo = Info<JsonElement>();

    private static readonly JsonTypeInfo<IDictionary<string, object?>> ObjectInfo = Info<IDictionary<string, object?>>();

    private static readonly JsonTypeInfo<object?> ValueInfo = Info<object?>();

    public static string Write(JsonElement element) => Write(element, ElementInfo);

    public static string WriteObject(IDictionary<string, object?> value) => Write(value, ObjectInfo);

    public static string WriteValue(object? value) => Write(value, ValueInfo);

    public static JsonElement Read(string json, string field, PayloadFault fault)
    {
        fault.CheckText(field, json, PayloadLimits.MaxJsonLength);
        try
        {
            return JsonSerializer.Deserialize(json, ElementInfo);
        }
        catch (JsonException problem)
        {
            throw fault.Invalid(field, "is not JSON", problem);
        }
    }

    public static IDictionary<string, object?> ReadObject(string json, string field, PayloadFault fault)
    {
        fault.CheckText(field, json, PayloadLimits.MaxJsonLength);
        try
        {
            return JsonSerializer.Deserialize(json, ObjectInfo) ?? throw fault.Invalid(field, "is not a JSON object");
        }
        catch (JsonException problem)
        {
            throw fault.Invalid(field, "is not a JSON object", problem);
        }
    }

    /// <summary>A JSON value as the plainest type that holds it: null, bool, string, long or double; anything else stays JSON.</summary>
    public static object? ReadValue(string json, string field, PayloadFault fault)
    {
        var element = Read(json, field, fault);
        return element.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.String => ReadText(element, field, fault),
            JsonValueKind.Number when element.TryGetInt64(out var whole) => whole,
            JsonValueKind.Number when element.TryGetDouble(out var real) => real,
            _ => element,
        };
    }

    // JSON may escape half a surrogate pair, which is no text.
    private static string? ReadText(JsonElement element, string field, PayloadFault fault)
    {
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException problem)
        {
            throw fault.Invalid(field, "holds text that is not Unicode", problem);
        }
    }

    private static string Write<T>(T value, JsonTypeInfo<T> info)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Compact))
        {
            try
            {
                JsonSerializer.Serialize(writer, value, info);
            }
            catch (Exception problem) when (problem is NotSupportedException or JsonException)
            {
                throw new DePinException(
                    DePinErrorCode.InvalidRequest,
                    Fault.Consumer,
                    $"A value of type {value?.GetType().Name} cannot be sent as JSON; pass a string, a number, a JsonElement, or a type known to AIJsonUtilities.DefaultOptions.",
                    innerException: problem);
            }
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static JsonTypeInfo<T> Info<T>() => (JsonTypeInfo<T>)AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(T));
}
