using System.Text.Json;
using DePin.Sdk.Chains.Evm.Encoding;

namespace DePin.Sdk.Chains.Evm.Rpc.Internal;

/// <summary>Writes the parameters of calls.</summary>
internal static class RpcWriter
{
    public static void WriteQuantity(this Utf8JsonWriter writer, UInt256 value) => writer.WriteStringValue(Hex.EncodeQuantity(value));

    public static void WriteQuantity(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, UInt256? value)
    {
        if (value is { } given)
        {
            writer.WriteString(name, Hex.EncodeQuantity(given));
        }
    }

    public static void WriteAddress(this Utf8JsonWriter writer, EvmAddress address) => writer.WriteStringValue(Hex.Encode(address.ToArray()));

    public static void WriteHash(this Utf8JsonWriter writer, Hash32 hash) => writer.WriteStringValue(hash.ToString());

    public static void WriteBytes(this Utf8JsonWriter writer, ReadOnlySpan<byte> bytes) => writer.WriteStringValue(Hex.Encode(bytes));

    /// <summary>The block that a state is asked of; a hash is an object (EIP-1898).</summary>
    public static void WriteTag(this Utf8JsonWriter writer, EvmBlockTag tag)
    {
        if (tag.BlockHash is { } hash)
        {
            writer.WriteStartObject();
            writer.WriteString("blockHash"u8, hash.ToString());
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteStringValue(TagText(tag));
        }
    }

    public static string TagText(EvmBlockTag tag) => tag.BlockNumber is { } number ? Hex.EncodeQuantity(number) : tag.Name ?? "latest";

    public static void WriteCall(this Utf8JsonWriter writer, EvmCall call)
    {
        writer.WriteStartObject();
        if (call.From is { } from)
        {
            writer.WritePropertyName("from"u8);
            writer.WriteAddress(from);
        }

        if (call.To is { } to)
        {
            writer.WritePropertyName("to"u8);
            writer.WriteAddress(to);
        }

        writer.WriteQuantity("value"u8, call.Value.IsZero ? null : call.Value);
        writer.WriteQuantity("gas"u8, call.GasLimit is { } gas ? gas : (UInt256?)null);
        writer.WriteQuantity("maxFeePerGas"u8, call.MaxFeePerGas);
        writer.WriteQuantity("maxPriorityFeePerGas"u8, call.MaxPriorityFeePerGas);
        if (!call.Data.IsEmpty)
        {
            writer.WriteString("input"u8, Hex.Encode(call.Data.Span));
        }

        writer.WriteEndObject();
    }

    public static void WriteFilter(this Utf8JsonWriter writer, EvmLogFilter filter)
    {
        writer.WriteStartObject();
        if (filter.BlockHash is { } hash)
        {
            writer.WriteString("blockHash"u8, hash.ToString());
        }
        else
        {
            writer.WriteString("fromBlock"u8, TagText(filter.FromBlock));
            writer.WriteString("toBlock"u8, TagText(filter.ToBlock));
        }

        writer.WriteAddressesAndTopics(filter);
        writer.WriteEndObject();
    }

    public static void WriteAddressesAndTopics(this Utf8JsonWriter writer, EvmLogFilter filter)
    {
        if (filter.Addresses.Count > 0)
        {
            writer.WriteStartArray("address"u8);
            foreach (var address in filter.Addresses)
            {
                writer.WriteAddress(address);
            }

            writer.WriteEndArray();
        }

        if (filter.Topics.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("topics"u8);
        foreach (var alternatives in filter.Topics)
        {
            if (alternatives is not { Count: > 0 })
            {
                writer.WriteNullValue();
                continue;
            }

            writer.WriteStartArray();
            foreach (var topic in alternatives)
            {
                writer.WriteHash(topic);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }
}
