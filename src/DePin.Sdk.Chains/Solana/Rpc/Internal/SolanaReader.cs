using System.Globalization;
using System.Text.Json;

namespace DePin.Sdk.Chains.Solana.Rpc.Internal;

/// <summary>Reads the values of a Solana node's answer. Whatever is not exactly the form that the protocol gives a value is refused.</summary>
internal static class SolanaReader
{
    /// <summary>Reads a result; whatever is wrong with it becomes one kind of exception.</summary>
    public static T Read<T>(string method, JsonElement result, Func<JsonElement, T> read)
    {
        try
        {
            return read(result);
        }
        catch (Exception problem) when (problem is SolanaFormatException or InvalidOperationException or FormatException or OverflowException)
        {
            // InvalidOperationException: a value of another JSON kind, or an escaped half of a surrogate pair.
            string detail = problem is SolanaFormatException ? problem.Message : "a value is missing or of another kind.";
            throw new SolanaRpcException(SolanaRpcError.Malformed, $"The answer to {method} does not have the form of one: {detail}", mayHaveBeenReceived: true, innerException: problem);
        }
    }

    public static JsonElement Field(this JsonElement element, ReadOnlySpan<byte> name)
        => element.TryGetProperty(name, out var value) ? value : throw new SolanaFormatException($"The field {System.Text.Encoding.UTF8.GetString(name)} is missing.", 0);

    /// <summary>A field that may be missing or null.</summary>
    public static JsonElement? Optional(this JsonElement element, ReadOnlySpan<byte> name)
        => element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A whole number; one with a fraction or an exponent is refused, for it may have lost digits.</summary>
    public static ulong Number(this JsonElement element) => element.GetUInt64();

    public static int Index(this JsonElement element, int count)
        => element.GetInt32() is var index && index >= 0 && index < count ? index : throw new SolanaFormatException($"An index is not below {count}.", 0);

    public static string Text(this JsonElement element, int maxLength)
    {
        string text = element.GetString() ?? throw new SolanaFormatException("A text is expected, not null.", 0);
        return text.Length <= maxLength ? text : throw new SolanaFormatException($"A text has more than {maxLength} characters.", maxLength);
    }

    public static SolanaAddress Address(this JsonElement element) => SolanaAddress.Parse(Text(element, 44));

    public static SolanaHash Hash(this JsonElement element) => SolanaHash.Parse(Text(element, 44));

    public static SolanaSignature Signature(this JsonElement element) => SolanaSignature.Parse(Text(element, 88));

    /// <summary>An amount that is written as a text, as those are that may have more than 53 bits.</summary>
    public static ulong Amount(this JsonElement element) => ulong.TryParse(Text(element, 20), NumberStyles.None, CultureInfo.InvariantCulture, out ulong amount)
        ? amount
        : throw new SolanaFormatException("An amount is no whole number of 64 bits.", 0);

    /// <summary>Bytes as a pair of their text and "base64".</summary>
    public static byte[] Bytes(this JsonElement element, int maxBytes)
    {
        if (element.GetArrayLength() != 2 || !element[1].ValueEquals("base64"u8))
        {
            throw new SolanaFormatException("Data is not a pair of a text and its encoding, base64.", 0);
        }

        byte[] bytes = element[0].GetBytesFromBase64();
        return bytes.Length <= maxBytes ? bytes : throw new SolanaFormatException($"Data has more than {maxBytes} bytes.", maxBytes);
    }

    /// <summary>Seconds since 1970, as nodes give the time of a block.</summary>
    public static DateTimeOffset Time(this JsonElement element) => element.GetInt64() is >= 0 and <= 253_402_300_799 and var seconds
        ? DateTimeOffset.FromUnixTimeSeconds(seconds)
        : throw new SolanaFormatException("A time is not between the years 1970 and 9999.", 0);

    public static SolanaCommitment Commitment(this JsonElement element) => Text(element, 16) switch
    {
        "processed" => SolanaCommitment.Processed,
        "confirmed" => SolanaCommitment.Confirmed,
        "finalized" => SolanaCommitment.Finalized,
        _ => throw new SolanaFormatException("A commitment is processed, confirmed or finalized.", 0),
    };

    public static List<T> Items<T>(this JsonElement element, int maxCount, Func<JsonElement, T> read)
    {
        int count = element.GetArrayLength();
        if (count > maxCount)
        {
            throw new SolanaFormatException($"A list has {count} items, and {maxCount} are the most.", 0);
        }

        var items = new List<T>(count);
        foreach (var item in element.EnumerateArray())
        {
            items.Add(read(item));
        }

        return items;
    }

    /// <summary>The slot of an answer, and what it is about.</summary>
    public static (ulong Slot, JsonElement Value) InContext(this JsonElement element)
        => (element.Field("context"u8).Field("slot"u8).Number(), element.Field("value"u8));
}
