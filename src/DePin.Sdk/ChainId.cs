namespace DePin.Sdk;

/// <summary>A blockchain or ledger, named by CAIP-2: <c>namespace:reference</c>, for example <c>eip155:8453</c>.</summary>
public readonly record struct ChainId
{
    private readonly string? _value;

    private ChainId(string value) => _value = value;

    /// <summary>The ledger that the SDK embeds, <c>depin:local</c>.</summary>
    public static ChainId Local { get; } = new("depin:local");

    /// <summary>Reads a CAIP-2 identifier.</summary>
    /// <exception cref="FormatException">The text is not <c>[-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32}</c>.</exception>
    public static ChainId Parse(string text) => TryParse(text, out var id)
        ? id
        : throw new FormatException($"'{CaipText.Shorten(text)}' is not a CAIP-2 chain id; write namespace:reference, for example eip155:8453.");

    /// <summary>Reads a CAIP-2 identifier; false when the text is not one.</summary>
    public static bool TryParse(string? text, out ChainId id)
    {
        id = default;
        if (text is null || !CaipText.TrySplit(text, ':', out var ns, out var reference)
            || !CaipText.IsNamespace(ns) || !CaipText.IsChainReference(reference))
        {
            return false;
        }

        id = new ChainId(text);
        return true;
    }

    /// <summary>The CAIP-2 text; empty for the default value.</summary>
    public override string ToString() => _value ?? string.Empty;
}
