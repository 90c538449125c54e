using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace DePin.Sdk.Chains.Evm.Rewards.Internal;

/// <summary>The list of an epoch as JSON: <c>{"type":"depin.rewards.v1","chainId":1,"distributor":"0x…","epoch":0,"rows":[["0x…","1000"],…]}</c>.</summary>
internal static class RewardDocument
{
    private const string Type = "depin.rewards.v1";

    // A row takes at most 42 characters of an address, 39 digits and seven of punctuation.
    private const int MaxLength = 1024 + (RewardTree.MaxRows * 96);

    public static byte[] Write(RewardTree tree)
    {
        var buffer = new ArrayBufferWriter<byte>(256 + (tree.Rows.Count * 64));
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("type", Type);
            writer.WriteNumber("chainId", tree.ChainId);
            writer.WriteString("distributor", tree.Distributor.ToString());
            writer.WriteNumber("epoch", tree.Epoch);
            writer.WriteStartArray("rows");
            foreach (var row in tree.Rows)
            {
                writer.WriteStartArray();
                writer.WriteStringValue(row.Account.ToString());
                writer.WriteStringValue(row.Amount.ToString(CultureInfo.InvariantCulture));
                writer.WriteEndArray();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static (ulong ChainId, EvmAddress Distributor, ulong Epoch, List<KeyValuePair<EvmAddress, UInt128>> Rewards) Read(ReadOnlyMemory<byte> document)
    {
        if (document.Length > MaxLength)
        {
            throw Invalid($"it has {document.Length} bytes; at most {MaxLength} are read", null);
        }

        try
        {
            using var json = JsonDocument.Parse(document, new JsonDocumentOptions { MaxDepth = 4 });
            var root = json.RootElement;
            if (root.GetProperty("type").GetString() != Type)
            {
                throw Invalid($"it does not say \"type\": \"{Type}\"", null);
            }

            var rewards = root.GetProperty("rows").EnumerateArray()
                .Select(row => KeyValuePair.Create(EvmAddress.Parse(row[0].GetString()!), UInt128.Parse(row[1].GetString()!, NumberStyles.None, CultureInfo.InvariantCulture)));
            return (root.GetProperty("chainId").GetUInt64(), EvmAddress.Parse(root.GetProperty("distributor").GetString()!), root.GetProperty("epoch").GetUInt64(), [.. rewards]);
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or FormatException or KeyNotFoundException or ArgumentNullException or IndexOutOfRangeException or OverflowException or EvmFormatException)
        {
            throw Invalid(problem.Message, problem);
        }
    }

    public static DePinException Invalid(string problem, Exception? cause) =>
        new(DePinErrorCode.InvalidFrame, Fault.Provider, $"The bytes are no list of rewards: {problem}", isTransient: false, cause);
}
