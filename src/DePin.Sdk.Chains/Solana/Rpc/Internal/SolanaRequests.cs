using System.Text.Json;
using DePin.Sdk.Chains.Rpc;

namespace DePin.Sdk.Chains.Solana.Rpc.Internal;

/// <summary>The calls that <see cref="SolanaClient"/> makes.</summary>
internal static class SolanaRequests
{
    public static string Text(SolanaCommitment commitment) => commitment switch
    {
        SolanaCommitment.Processed => "processed",
        SolanaCommitment.Confirmed => "confirmed",
        SolanaCommitment.Finalized => "finalized",
        _ => throw new ArgumentOutOfRangeException(nameof(commitment), commitment, "There is no such commitment."),
    };

    /// <summary>A call whose only parameter is how sure and how new the answer must be.</summary>
    public static JsonRpcRequest Of(string method, SolanaCommitment commitment, ulong minContextSlot) => JsonRpcRequest.Create(method, writer => writer.WriteConfig(commitment, minContextSlot, isData: false));

    public static JsonRpcRequest OfAddress(string method, SolanaAddress address, SolanaCommitment commitment, ulong minContextSlot, bool isData) => JsonRpcRequest.Create(method, writer =>
    {
        writer.WriteStringValue(address.ToString());
        writer.WriteConfig(commitment, minContextSlot, isData);
    });

    public static JsonRpcRequest Accounts(IEnumerable<SolanaAddress> addresses, SolanaCommitment commitment, ulong minContextSlot) => JsonRpcRequest.Create("getMultipleAccounts", writer =>
    {
        writer.WriteAddresses(addresses);
        writer.WriteConfig(commitment, minContextSlot, isData: true);
    });

    public static JsonRpcRequest ProgramAccounts(string method, SolanaAddress program, IReadOnlyList<SolanaAccountFilter> filters, SolanaCommitment commitment, ulong minContextSlot) => JsonRpcRequest.Create(method, writer =>
    {
        writer.WriteStringValue(program.ToString());
        writer.WriteStartObject();
        writer.WriteCommitment(commitment, minContextSlot);
        writer.WriteString("encoding"u8, "base64"u8);
        if (method == "getProgramAccounts")
        {
            writer.WriteBoolean("withContext"u8, true);
        }

        writer.WriteStartArray("filters"u8);
        foreach (var filter in filters)
        {
            writer.WriteFilter(filter);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    public static JsonRpcRequest RentExemption(int dataBytes, SolanaCommitment commitment) => JsonRpcRequest.Create("getMinimumBalanceForRentExemption", writer =>
    {
        writer.WriteNumberValue(dataBytes);
        writer.WriteConfig(commitment, 0, isData: false);
    });

    public static JsonRpcRequest Statuses(IEnumerable<SolanaSignature> signatures, bool searchHistory) => JsonRpcRequest.Create("getSignatureStatuses", writer =>
    {
        writer.WriteStartArray();
        foreach (var signature in signatures)
        {
            writer.WriteStringValue(signature.ToString());
        }

        writer.WriteEndArray();
        writer.WriteStartObject();
        writer.WriteBoolean("searchTransactionHistory"u8, searchHistory);
        writer.WriteEndObject();
    });

    public static JsonRpcRequest Signatures(SolanaAddress address, int limit, SolanaSignature? before, SolanaSignature? until, SolanaCommitment commitment, ulong minContextSlot) => JsonRpcRequest.Create("getSignaturesForAddress", writer =>
    {
        writer.WriteStringValue(address.ToString());
        writer.WriteStartObject();
        writer.WriteCommitment(commitment, minContextSlot);
        writer.WriteNumber("limit"u8, limit);
        if (before is { } newest)
        {
            writer.WriteString("before"u8, newest.ToString());
        }

        if (until is { } oldest)
        {
            writer.WriteString("until"u8, oldest.ToString());
        }

        writer.WriteEndObject();
    });

    public static JsonRpcRequest Transaction(SolanaSignature signature, SolanaCommitment commitment) => JsonRpcRequest.Create("getTransaction", writer =>
    {
        writer.WriteStringValue(signature.ToString());
        writer.WriteStartObject();
        writer.WriteCommitment(commitment, 0);
        writer.WriteString("encoding"u8, "base64"u8);
        writer.WriteNumber("maxSupportedTransactionVersion"u8, 0);
        writer.WriteEndObject();
    });

    public static JsonRpcRequest Simulate(ReadOnlyMemory<byte> transaction, bool verifySignatures, bool replaceBlockhash, IReadOnlyList<SolanaAddress> accounts, SolanaCommitment commitment, ulong minContextSlot)
        => JsonRpcRequest.Create("simulateTransaction", writer =>
    {
        writer.WriteBase64StringValue(transaction.Span);
        writer.WriteStartObject();
        writer.WriteCommitment(commitment, minContextSlot);
        writer.WriteString("encoding"u8, "base64"u8);
        writer.WriteBoolean("sigVerify"u8, verifySignatures);
        writer.WriteBoolean("replaceRecentBlockhash"u8, replaceBlockhash);
        if (accounts.Count > 0)
        {
            writer.WriteStartObject("accounts"u8);
            writer.WriteString("encoding"u8, "base64"u8);
            writer.WritePropertyName("addresses"u8);
            writer.WriteAddresses(accounts);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    });

    public static JsonRpcRequest Send(ReadOnlyMemory<byte> transaction, bool skipPreflight, SolanaCommitment preflightCommitment, int? maxRetries, ulong minContextSlot) => JsonRpcRequest.Create(SolanaMethods.Send, writer =>
    {
        writer.WriteBase64StringValue(transaction.Span);
        writer.WriteStartObject();
        writer.WriteString("encoding"u8, "base64"u8);
        writer.WriteBoolean("skipPreflight"u8, skipPreflight);
        writer.WriteString("preflightCommitment"u8, Text(preflightCommitment));
        if (maxRetries is { } retries)
        {
            writer.WriteNumber("maxRetries"u8, retries);
        }

        if (minContextSlot > 0)
        {
            writer.WriteNumber("minContextSlot"u8, minContextSlot);
        }

        writer.WriteEndObject();
    });

    public static JsonRpcRequest Fees(IReadOnlyList<SolanaAddress> writable) => JsonRpcRequest.Create("getRecentPrioritizationFees", writer => writer.WriteAddresses(writable));

    public static JsonRpcRequest Airdrop(SolanaAddress account, ulong lamports, SolanaCommitment commitment) => JsonRpcRequest.Create("requestAirdrop", writer =>
    {
        writer.WriteStringValue(account.ToString());
        writer.WriteNumberValue(lamports);
        writer.WriteConfig(commitment, 0, isData: false);
    });

    public static JsonRpcRequest OfSignature(string method, SolanaSignature signature, SolanaCommitment commitment) => JsonRpcRequest.Create(method, writer =>
    {
        writer.WriteStringValue(signature.ToString());
        writer.WriteConfig(commitment, 0, isData: false);
    });

    private static void WriteConfig(this Utf8JsonWriter writer, SolanaCommitment commitment, ulong minContextSlot, bool isData)
    {
        writer.WriteStartObject();
        writer.WriteCommitment(commitment, minContextSlot);
        if (isData)
        {
            writer.WriteString("encoding"u8, "base64"u8);
        }

        writer.WriteEndObject();
    }

    private static void WriteCommitment(this Utf8JsonWriter writer, SolanaCommitment commitment, ulong minContextSlot)
    {
        writer.WriteString("commitment"u8, Text(commitment));
        if (minContextSlot > 0)
        {
            writer.WriteNumber("minContextSlot"u8, minContextSlot);
        }
    }

    private static void WriteAddresses(this Utf8JsonWriter writer, IEnumerable<SolanaAddress> addresses)
    {
        writer.WriteStartArray();
        foreach (var address in addresses)
        {
            writer.WriteStringValue(address.ToString());
        }

        writer.WriteEndArray();
    }

    private static void WriteFilter(this Utf8JsonWriter writer, SolanaAccountFilter filter)
    {
        writer.WriteStartObject();
        if (filter.DataSize is { } size)
        {
            writer.WriteNumber("dataSize"u8, size);
        }
        else
        {
            writer.WriteStartObject("memcmp"u8);
            writer.WriteNumber("offset"u8, filter.Offset);
            writer.WriteBase64String("bytes"u8, filter.Bytes.Span);
            writer.WriteString("encoding"u8, "base64"u8);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
