using System.Globalization;
using System.Numerics;
using System.Text.Json;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm.Encoding;

namespace DePin.Sdk.Chains.Evm.TypedData;

/// <summary>Typed data as JSON, in the form of <c>eth_signTypedData_v4</c>: <c>types</c>, <c>primaryType</c>, <c>domain</c> and <c>message</c> (EIP-712).</summary>
public sealed class TypedDataDocument
{
    /// <summary>The most characters that are read.</summary>
    public const int MaxLength = 1 << 20;

    private const int MaxDepth = 32;

    private readonly TypedDataTypes _types;

    private TypedDataDocument(JsonElement root)
    {
        var domain = Required(root, "domain", JsonValueKind.Object);
        _types = new TypedDataTypes(Required(root, "types", JsonValueKind.Object), domain);
        PrimaryType = Required(root, "primaryType", JsonValueKind.String).GetString()!;
        DomainSeparator = HashStruct(TypedDataTypes.Domain, domain, MaxDepth);
        MessageHash = HashStruct(PrimaryType, Required(root, "message", JsonValueKind.Object), MaxDepth);
        Digest = TypedDataDomain.Digest(DomainSeparator, MessageHash);
    }

    /// <summary>The name of the message's type.</summary>
    public string PrimaryType { get; }

    /// <summary>The hash of the domain.</summary>
    public Hash32 DomainSeparator { get; }

    /// <summary>The hash of the message without its domain.</summary>
    public Hash32 MessageHash { get; }

    /// <summary>The digest to sign.</summary>
    public Hash32 Digest { get; }

    /// <summary>Reads and hashes a document. Numbers may be JSON numbers, decimal texts or <c>0x</c> texts; members without a field in their type are not signed.
    /// Without a type <c>EIP712Domain</c> the domain has the fields that EIP-712 knows and that it holds.</summary>
    /// <exception cref="EvmFormatException">The text is no such document: a type or member is missing or does not fit.</exception>
    public static TypedDataDocument Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (json.Length > MaxLength)
        {
            throw new EvmFormatException($"Typed data has at most {MaxLength} characters.", MaxLength);
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            return new TypedDataDocument(document.RootElement);
        }
        catch (JsonException problem)
        {
            throw new EvmFormatException("The text is no JSON.", (int)(problem.BytePositionInLine ?? 0), problem);
        }
        catch (Exception problem) when (problem is ArgumentException or OverflowException or FormatException or InvalidOperationException)
        {
            throw new EvmFormatException($"A value does not fit its type: {problem.Message}", 0, problem);
        }
    }

    /// <summary>The 66 bytes whose Keccak-256 digest is <see cref="Digest"/>: what <see cref="Identity.ISigner.SignAsync"/> takes, which hashes by itself.</summary>
    public byte[] SigningPayload() => TypedDataDomain.SigningPayload(DomainSeparator, MessageHash);

    private Hash32 HashStruct(string type, JsonElement value, int depthLeft)
    {
        if (depthLeft == 0 || value.ValueKind != JsonValueKind.Object)
        {
            throw Problem(depthLeft == 0 ? $"Values nest more than {MaxDepth} deep." : $"A {type} is an object.");
        }

        var hash = default(Keccak256);
        Append(ref hash, _types.HashOf(type));
        foreach (var (name, fieldType) in _types.FieldsOf(type))
        {
            if (!value.TryGetProperty(name, out var member))
            {
                throw Problem($"The member '{name}' of a {type} is missing.");
            }

            Append(ref hash, HashValue(fieldType, member, depthLeft - 1));
        }

        Span<byte> digest = stackalloc byte[32];
        hash.GetHashAndReset(digest);
        return new Hash32(digest);
    }

    private Hash32 HashValue(string type, JsonElement value, int depthLeft)
    {
        if (depthLeft == 0)
        {
            throw Problem($"Values nest more than {MaxDepth} deep.");
        }

        if (type.EndsWith(']'))
        {
            return HashArray(type, value, depthLeft);
        }

        if (_types.Has(type))
        {
            return HashStruct(type, value, depthLeft);
        }

        var elementary = AbiType.Elementary(type) ?? throw Problem($"The type '{type}' is not defined.");
        return elementary.Kind switch
        {
            AbiKind.Text => Hash32.Keccak(System.Text.Encoding.UTF8.GetBytes(Text(value))),
            AbiKind.Bytes => Hash32.Keccak(Hex.Decode(Text(value))),
            _ => new Hash32(AbiType.Tuple(elementary).Encode(ToValue(elementary, value))),
        };
    }

    private Hash32 HashArray(string type, JsonElement value, int depthLeft)
    {
        int bracket = type.LastIndexOf('[');
        if (bracket < 1 || value.ValueKind != JsonValueKind.Array)
        {
            throw Problem($"A {type} is an array.");
        }

        var digits = type.AsSpan(bracket + 1, type.Length - bracket - 2);
        if (!digits.IsEmpty && (!AbiType.TryReadSize(digits, out int length) || length != value.GetArrayLength()))
        {
            throw Problem($"A {type} has another number of elements.");
        }

        var hash = default(Keccak256);
        foreach (var element in value.EnumerateArray())
        {
            Append(ref hash, HashValue(type[..bracket], element, depthLeft - 1));
        }

        Span<byte> digest = stackalloc byte[32];
        hash.GetHashAndReset(digest);
        return new Hash32(digest);
    }

    private static AbiValue ToValue(AbiType type, JsonElement value) => type.Kind switch
    {
        AbiKind.Boolean => value.GetBoolean(),
        AbiKind.Address => EvmAddress.Parse(Text(value)),
        AbiKind.FixedBytes => Hex.Decode(Text(value)),
        _ => ToNumber(value.ValueKind == JsonValueKind.Number ? value.GetRawText() : Text(value)),
    };

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Problem($"A {value.ValueKind} stands where a text belongs.");

    private static AbiValue ToNumber(string text)
    {
        // 2^256 has 78 digits; a longer text is refused before it costs time.
        if (text.Length > 80)
        {
            throw Problem("A number has too many digits.");
        }

        return text.StartsWith('-')
            ? AbiValue.Signed(BigInteger.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture))
            : UInt256.Parse(text);
    }

    private static void Append(ref Keccak256 hash, Hash32 word)
    {
        Span<byte> bytes = stackalloc byte[32];
        word.CopyTo(bytes);
        hash.Append(bytes);
    }

    internal static JsonElement Required(JsonElement parent, string name, JsonValueKind kind) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var member) && member.ValueKind == kind
            ? member
            : throw Problem($"'{name}' is missing or not of the kind {kind}.");

    internal static EvmFormatException Problem(string message) => new(message, 0);
}
