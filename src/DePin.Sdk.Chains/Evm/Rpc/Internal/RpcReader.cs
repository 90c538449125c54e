using System.Text.Json;
using DePin.Sdk.Chains.Evm.Encoding;

namespace DePin.Sdk.Chains.Evm.Rpc.Internal;

/// <summary>Reads the values of a node's answer. Whatever is not exactly the form that the protocol gives a value is refused.</summary>
internal static class RpcReader
{
    /// <summary>Reads a result; whatever is wrong with it becomes one kind of exception.</summary>
    public static T Read<T>(string method, JsonElement result, Func<JsonElement, T> read)
    {
        try
        {
            return read(result);
        }
        catch (Exception problem) when (problem is EvmFormatException or InvalidOperationException or FormatException or OverflowException)
        {
            // InvalidOperationException: a value of another JSON kind, or an escaped half of a surrogate pair.
            string detail = problem is EvmFormatException ? problem.Message : "a value is missing or of another kind.";
            throw new EvmRpcException(EvmRpcError.Malformed, $"The answer to {method} does not have the form of one: {detail}", mayHaveBeenReceived: true, innerException: problem);
        }
    }

    public static JsonElement Field(this JsonElement element, ReadOnlySpan<byte> name)
        => element.TryGetProperty(name, out var value) ? value : throw Missing(name);

    /// <summary>A field that may be missing or null.</summary>
    public static JsonElement? Optional(this JsonElement element, ReadOnlySpan<byte> name)
        => element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static UInt256 Quantity(this JsonElement element) => Hex.DecodeQuantity(Text(element, 2 + (2 * UInt256.SizeInBytes)));

    public static ulong Number(this JsonElement element)
    {
        var value = element.Quantity();
        return value.ByteCount <= sizeof(ulong) ? (ulong)value : throw new EvmFormatException("The number needs more than 64 bits.", 2);
    }

    public static byte[] Bytes(this JsonElement element) => Hex.Decode(Text(element, int.MaxValue));

    public static Hash32 Hash(this JsonElement element) => Hash32.Parse(Text(element, 2 + (2 * Hash32.SizeInBytes)));

    public static EvmAddress Address(this JsonElement element)
    {
        // Nodes write addresses in lower case or with a checksum; a wrong checksum is a broken answer.
        return EvmAddress.Parse(Text(element, EvmAddress.TextLength));
    }

    public static List<T> Items<T>(this JsonElement element, Func<JsonElement, T> read)
    {
        var items = new List<T>(element.GetArrayLength());
        foreach (var item in element.EnumerateArray())
        {
            items.Add(read(item));
        }

        return items;
    }

    private static string Text(JsonElement element, int maxLength)
    {
        string text = element.GetString() ?? throw new EvmFormatException("A text is expected, not null.", 0);
        return text.Length <= maxLength ? text : throw new EvmFormatException($"A text has more than {maxLength} characters.", maxLength);
    }

    private static EvmFormatException Missing(ReadOnlySpan<byte> name) => new($"The field {System.Text.Encoding.UTF8.GetString(name)} is missing.", 0);
}
