namespace DePin.Sdk;

/// <summary>A currency or token, named by CAIP-19: <c>chain_id/asset_namespace:asset_reference</c>.</summary>
public readonly record struct Asset
{
    private readonly string? _value;

    private Asset(string value, ChainId chain)
    {
        _value = value;
        Chain = chain;
    }

    /// <summary>The chain that issues the asset.</summary>
    public ChainId Chain { get; }

    /// <summary>Reads a CAIP-19 identifier of a fungible asset.</summary>
    /// <exception cref="FormatException">The text is not one.</exception>
    public static Asset Parse(string text) => TryParse(text, out var asset)
        ? asset
        : throw new FormatException($"'{CaipText.Shorten(text)}' is not a CAIP-19 asset; write chain/namespace:reference, for example eip155:1/erc20:0xa0b8…");

    /// <summary>Reads a CAIP-19 identifier; false when the text is not one.</summary>
    public static bool TryParse(string? text, out Asset asset)
    {
        asset = default;
        if (text is null || !CaipText.TrySplit(text, '/', out var chainText, out var rest) || !ChainId.TryParse(chainText.ToString(), out var chain))
        {
            return false;
        }

        int colon = rest.IndexOf(':');
        if (colon < 0 || !CaipText.IsNamespace(rest[..colon]) || !CaipText.IsAddress(rest[(colon + 1)..]))
        {
            return false;
        }

        asset = new Asset(text, chain);
        return true;
    }

    /// <summary>The CAIP-19 text; empty for the default value.</summary>
    public override string ToString() => _value ?? string.Empty;
}
