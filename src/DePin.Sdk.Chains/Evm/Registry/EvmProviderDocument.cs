using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using DePin.Sdk.Market;

namespace DePin.Sdk.Chains.Evm.Registry;

/// <summary>What a provider says about itself outside of the chain: where it is reached. The registry holds the SHA-256 hash of its bytes, so that nobody else can change it.</summary>
/// <remarks>JSON: <c>{"type":"depin.provider.v1","endpoints":["https://…"],"name":"…"}</c>; further members are ignored. Prices are not in it: offers are asked for at the endpoint, and signed.</remarks>
public sealed record EvmProviderDocument
{
    /// <summary>The longest document that is read, in bytes.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>The most endpoints.</summary>
    public const int MaxEndpoints = 8;

    /// <summary>The longest name, in characters.</summary>
    public const int MaxNameLength = 128;

    private const string Type = "depin.provider.v1";

    /// <summary>Where the provider is asked for its offers: the first that answers counts.</summary>
    public required IReadOnlyList<Uri> Endpoints { get; init; }

    /// <summary>What people call it; empty when not said. Nothing proves it.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>The hash that the registry holds for a document's bytes.</summary>
    public static Hash32 ComputeHash(ReadOnlySpan<byte> document) => new(SHA256.HashData(document));

    /// <summary>Reads a document.</summary>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.InvalidFrame"/>: the bytes are none.</exception>
    public static EvmProviderDocument Parse(ReadOnlyMemory<byte> document)
    {
        if (document.Length > MaxLength)
        {
            throw Invalid($"has {document.Length} bytes; at most {MaxLength} are read");
        }

        try
        {
            using var json = JsonDocument.Parse(document, new JsonDocumentOptions { MaxDepth = 8 });
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String || type.GetString() != Type)
            {
                throw Invalid($"does not say \"type\": \"{Type}\"");
            }

            return new EvmProviderDocument { Endpoints = ReadEndpoints(root), Name = ReadName(root) };
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            throw Invalid("is not JSON", problem);
        }
    }

    /// <summary>The bytes, whose hash is registered. The same document gives the same bytes.</summary>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.InvalidFrame"/>: there is no endpoint, one is not absolute, or something is too long.</exception>
    public byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("type", Type);
            writer.WriteStartArray("endpoints");
            foreach (var endpoint in Endpoints)
            {
                writer.WriteStringValue(endpoint.AbsoluteUri);
            }

            writer.WriteEndArray();
            if (Name.Length > 0)
            {
                writer.WriteString("name", Name);
            }

            writer.WriteEndObject();
        }

        Parse(buffer.WrittenMemory);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The document as a <c>data:</c> URI, which needs no server: the chain's events carry it. Good for short ones; the registry takes at most 512 characters.</summary>
    public string ToDataUri() => $"data:application/json;base64,{Convert.ToBase64String(ToBytes())}";

    private static Uri[] ReadEndpoints(JsonElement root)
    {
        if (!root.TryGetProperty("endpoints", out var endpoints) || endpoints.ValueKind != JsonValueKind.Array || endpoints.GetArrayLength() is < 1 or > MaxEndpoints)
        {
            throw Invalid($"has no array \"endpoints\" of 1 to {MaxEndpoints} addresses");
        }

        return [.. endpoints.EnumerateArray().Select(ReadEndpoint)];
    }

    private static Uri ReadEndpoint(JsonElement endpoint) =>
        endpoint.ValueKind == JsonValueKind.String && endpoint.GetString() is { Length: <= OfferRules.MaxEndpointLength } text
        && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" or "inproc" && uri.Host.Length > 0
        && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0
            ? uri
            : throw Invalid("names an endpoint that is not an absolute http: or https: address");

    private static string ReadName(JsonElement root)
    {
        if (!root.TryGetProperty("name", out var name))
        {
            return string.Empty;
        }

        return name.ValueKind == JsonValueKind.String && name.GetString() is { Length: <= MaxNameLength } text && !text.Any(char.IsControl)
            ? text
            : throw Invalid($"has a name that is not a text of at most {MaxNameLength} characters without control characters");
    }

    private static DePinException Invalid(string problem, Exception? cause = null) =>
        new(DePinErrorCode.InvalidFrame, Fault.Provider, $"The provider's document {problem}.", isTransient: false, cause);
}
