using System.Buffers;
using System.Text.Json;

namespace DePin.Sdk.Chains.Rpc;

/// <summary>A call to a node, before it gets its id.</summary>
/// <param name="Method">The method, for example <c>eth_call</c>.</param>
/// <param name="Parameters">The parameters: a JSON array in UTF-8.</param>
public sealed record JsonRpcRequest(string Method, ReadOnlyMemory<byte> Parameters)
{
    private static readonly byte[] None = "[]"u8.ToArray();

    /// <summary>A call without parameters.</summary>
    public JsonRpcRequest(string method)
        : this(method, None)
    {
    }

    /// <summary>A call whose parameters are written one after the other; the brackets around them are written already.</summary>
    public static JsonRpcRequest Create(string method, Action<Utf8JsonWriter> writeParameters)
    {
        ArgumentNullException.ThrowIfNull(writeParameters);
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartArray();
        writeParameters(writer);
        writer.WriteEndArray();
        writer.Flush();
        return new JsonRpcRequest(method, buffer.WrittenMemory);
    }

    /// <summary>The method; parameters may be long, and are left out.</summary>
    public override string ToString() => Method;
}
