namespace DePin.Sdk;

/// <summary>An account on a chain, named by CAIP-10: <c>chain_id:address</c>.</summary>
public readonly record struct AccountId
{
    private readonly string? _value;

    private AccountId(string value, ChainId chain)
    {
        _value = value;
        Chain = chain;
    }

    /// <summary>Names an account by its chain and address.</summary>
    /// <exception cref="FormatException">The address is not <c>[-.%a-zA-Z0-9]{1,128}</c>.</exception>
    public AccountId(ChainId chain, string address)
        : this($"{chain}:{address}", chain)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!CaipText.IsAddress(address) || chain == default)
        {
            throw new FormatException($"'{CaipText.Shorten(address)}' on chain '{chain}' is not a CAIP-10 account; an address has 1 to 128 letters, digits, '-', '.' or '%'.");
        }
    }

    /// <summary>The chain that the account lives on.</summary>
    public ChainId Chain { get; }

    /// <summary>The address without its chain; empty for the default value.</summary>
    public string Address => _value is null ? string.Empty : _value[(_value.LastIndexOf(':') + 1)..];

    /// <summary>Reads a CAIP-10 identifier.</summary>
    /// <exception cref="FormatException">The text is not one.</exception>
    public static AccountId Parse(string text) => TryParse(text, out var id)
        ? id
        : throw new FormatException($"'{CaipText.Shorten(text)}' is not a CAIP-10 account id; write namespace:reference:address, for example eip155:1:0xab16…");

    /// <summary>Reads a CAIP-10 identifier; false when the text is not one.</summary>
    public static bool TryParse(string? text, out AccountId id)
    {
        id = default;
        int at = text?.LastIndexOf(':') ?? -1;
        if (at <= 0 || !ChainId.TryParse(text![..at], out var chain) || !CaipText.IsAddress(text.AsSpan(at + 1)))
        {
            return false;
        }

        id = new AccountId(text, chain);
        return true;
    }

    /// <summary>The CAIP-10 text; empty for the default value.</summary>
    public override string ToString() => _value ?? string.Empty;
}
