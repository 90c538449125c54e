using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using DePin.Sdk.Chains.Evm.Encoding;

namespace DePin.Sdk.Chains.Evm.TypedData;

/// <summary>The struct types of a document. Each is read and hashed once, so that work stays linear in the document.</summary>
internal sealed class TypedDataTypes
{
    public const string Domain = "EIP712Domain";

    private const int MaxFields = 1_024;

    private static readonly SearchValues<char> Delimiters = SearchValues.Create("()[], \t\r\n");
    private static readonly (string Name, string Type)[] DomainFields =
        [("name", "string"), ("version", "string"), ("chainId", "uint256"), ("verifyingContract", "address"), ("salt", "bytes32")];

    private readonly Dictionary<string, JsonElement> _definitions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Name, string Type)[]> _fields = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Hash32> _hashes = new(StringComparer.Ordinal);

    public TypedDataTypes(JsonElement types, JsonElement domain)
    {
        foreach (var type in types.EnumerateObject())
        {
            _definitions[type.Name] = type.Value;
        }

        if (!_definitions.ContainsKey(Domain))
        {
            _definitions[Domain] = default;
            _fields[Domain] = [.. DomainFields.Where(field => domain.TryGetProperty(field.Name, out _))];
        }
    }

    public bool Has(string type) => _definitions.ContainsKey(type);

    public (string Name, string Type)[] FieldsOf(string type)
    {
        if (_fields.TryGetValue(type, out var known))
        {
            return known;
        }

        if (!_definitions.TryGetValue(type, out var definition) || definition.ValueKind != JsonValueKind.Array || definition.GetArrayLength() > MaxFields)
        {
            throw TypedDataDocument.Problem($"The type '{type}' is missing, no list of fields, or has more than {MaxFields} of them.");
        }

        RequireName(type);
        if (AbiType.Elementary(type) is not null)
        {
            throw TypedDataDocument.Problem($"'{type}' is a type of its own and cannot be defined.");
        }

        var fields = definition.EnumerateArray().Select(field => (
            TypedDataDocument.Required(field, "name", JsonValueKind.String).GetString()!,
            TypedDataDocument.Required(field, "type", JsonValueKind.String).GetString()!)).ToArray();
        foreach (var (name, _) in fields)
        {
            RequireName(name);
        }

        return _fields[type] = fields;
    }

    /// <summary>The hash of a type as EIP-712 encodes it: the type and, sorted by name, every struct that it uses.</summary>
    public Hash32 HashOf(string type)
    {
        if (_hashes.TryGetValue(type, out var known))
        {
            return known;
        }

        var used = new SortedSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([type]);
        while (open.TryPop(out var next))
        {
            foreach (var (_, fieldType) in FieldsOf(next))
            {
                int bracket = fieldType.IndexOf('[', StringComparison.Ordinal);
                var name = bracket < 0 ? fieldType : fieldType[..bracket];
                if (name != type && Has(name) && used.Add(name))
                {
                    open.Push(name);
                }
            }
        }

        var text = new StringBuilder();
        foreach (var name in used.Prepend(type))
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}({string.Join(',', FieldsOf(name).Select(field => $"{field.Type} {field.Name}"))})");
        }

        return _hashes[type] = Hash32.Keccak(System.Text.Encoding.UTF8.GetBytes(text.ToString()));
    }

    // A name with a comma or bracket in it could make two types read the same.
    private static void RequireName(string name)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAny(Delimiters))
        {
            throw TypedDataDocument.Problem($"'{name}' cannot be the name of a type or field.");
        }
    }
}
