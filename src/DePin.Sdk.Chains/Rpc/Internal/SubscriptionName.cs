using System.Text.Json;

namespace DePin.Sdk.Chains.Rpc.Internal;

/// <summary>What tells a subscription of one connection from the others. Nodes may number each kind by itself.</summary>
/// <param name="Notification">The method of its events.</param>
/// <param name="Kind">Whether the node names it by a text or a number.</param>
/// <param name="Text">The name.</param>
internal readonly record struct SubscriptionName(string Notification, JsonValueKind Kind, string Text)
{
    private const int MaxLength = 128;

    /// <summary>Reads a name; null where there is none.</summary>
    public static SubscriptionName? Read(string notification, JsonElement name) => name.ValueKind switch
    {
        JsonValueKind.String when name.GetString() is { Length: > 0 and <= MaxLength } text => new(notification, JsonValueKind.String, text),
        JsonValueKind.Number when name.TryGetUInt64(out ulong number) => new(notification, JsonValueKind.Number, number.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        _ => null,
    };

    /// <summary>Writes the name as the node wrote it.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        if (Kind == JsonValueKind.Number)
        {
            writer.WriteRawValue(Text);
        }
        else
        {
            writer.WriteStringValue(Text);
        }
    }
}
