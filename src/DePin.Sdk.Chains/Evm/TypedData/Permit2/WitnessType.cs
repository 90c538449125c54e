namespace DePin.Sdk.Chains.Evm.TypedData.Permit2;

/// <summary>The type string of a witness. EIP-712 sorts the definitions of the structs that a type uses by name, so that <see cref="TokenPermissions"/> stands before, between or behind those of the witness.</summary>
internal static class WitnessType
{
    /// <summary>What the contract's function takes as <c>witnessTypeString</c> and appends to its own half of the type.</summary>
    /// <exception cref="ArgumentException">The text is no encoded type.</exception>
    public static string StringFor(string encodedType)
    {
        var definitions = Split(encodedType);
        var sorted = new SortedDictionary<string, string>(StringComparer.Ordinal) { [nameof(TokenPermissions)] = TokenPermissions.EncodedType };
        foreach (var (name, definition) in definitions)
        {
            if (!sorted.TryAdd(name, definition) && sorted[name] != definition)
            {
                throw new ArgumentException($"The type {name} is defined twice, and differently.", nameof(encodedType));
            }
        }

        return $"{definitions[0].Name} witness){string.Concat(sorted.Values)}";
    }

    public static Hash32 Hash(string stub, string encodedType) => Hash32.Keccak(System.Text.Encoding.UTF8.GetBytes(stub + StringFor(encodedType)));

    /// <summary>The names and definitions, <c>Name(fields)</c> each.</summary>
    private static List<(string Name, string Definition)> Split(string encodedType)
    {
        var definitions = new List<(string, string)>();
        for (var rest = encodedType; rest.Length > 0;)
        {
            int open = rest.IndexOf('(', StringComparison.Ordinal), close = rest.IndexOf(')', StringComparison.Ordinal);
            if (open < 1 || close < open || rest.AsSpan(open + 1, close - open - 1).Contains('('))
            {
                break;
            }

            definitions.Add((rest[..open], rest[..(close + 1)]));
            rest = rest[(close + 1)..];
            if (rest.Length == 0)
            {
                return definitions;
            }
        }

        throw new ArgumentException("An encoded type is written Name(type field,...), once for each struct.", nameof(encodedType));
    }
}
